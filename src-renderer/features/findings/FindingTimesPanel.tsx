import { Button, NumberInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { findingTimesSchema, type FindingTimes } from '../../../src-shared/findings/findingTimes.ts';
import { May } from '../../ui/May.tsx';
import type { FindingsPanelProps } from './findingsPanelProps.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const classes = [1, 2, 3] as const;

/** By when findings are due, and when a site gets a card. Everybody at a desk may read it; an administrator saves. */
export function FindingTimesPanel({ store, actions, enabled }: FindingsPanelProps) {
  const { t } = useTranslation();
  const saved = useStore(store, (state) => state.times);
  const [draft, setDraft] = useState<FindingTimes>();
  if (saved === undefined) return <p className="desk-dim">{t('findings.times.reading')}</p>;
  const times = draft ?? saved.times;
  const isValid = findingTimesSchema.safeParse(times).success;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isValid || draft === undefined) return;
        void actions.saveTimes({ revision: saved.revision, times: draft }).then((isSaved) => {
          if (isSaved) setDraft(undefined);
        });
      }}
    >
      <p className="desk-dim">{t('findings.times.text')}</p>
      <May asks="findings:saveTimes" note>
        <div className="finding-form-row">
          {classes.map((one) => (
            <TimeInput
              key={one}
              label={t(`findings.times.due${one}`)}
              valueMs={times.dueMs[one]}
              unitMs={hourMs}
              onChange={(ms) => setDraft({ ...times, dueMs: { ...times.dueMs, [one]: ms } })}
            />
          ))}
        </div>
        <div className="finding-form-row">
          <TimeInput
            label={t('findings.times.answer')}
            valueMs={times.answerMs}
            unitMs={hourMs}
            onChange={(answerMs) => setDraft({ ...times, answerMs })}
          />
          <TimeInput
            label={t('findings.times.yellow')}
            valueMs={times.yellowMs}
            unitMs={dayMs}
            onChange={(yellowMs) => setDraft({ ...times, yellowMs })}
          />
          <TimeInput
            label={t('findings.times.red')}
            valueMs={times.redMs}
            unitMs={dayMs}
            onChange={(redMs) => setDraft({ ...times, redMs })}
          />
        </div>
        {!isValid && (
          <p className="desk-not-normal" role="alert">
            {t('findings.times.invalid')}
          </p>
        )}
        <div className="finding-deeds">
          <Button type="submit" variant="filled" disabled={!enabled || draft === undefined || !isValid}>
            {t('orders.settings.save')}
          </Button>
          <Button disabled={draft === undefined} onClick={() => setDraft(undefined)}>
            {t('orders.settings.discard')}
          </Button>
        </div>
      </May>
    </form>
  );
}

function TimeInput({
  label,
  valueMs,
  unitMs,
  onChange,
}: {
  label: string;
  valueMs: number;
  unitMs: number;
  onChange(valueMs: number): void;
}) {
  return (
    <NumberInput
      label={label}
      min={0}
      clampBehavior="none"
      value={valueMs / unitMs}
      onChange={(value) => onChange(Math.round(Number(value) * unitMs))}
    />
  );
}
