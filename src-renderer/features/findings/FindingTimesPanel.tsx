import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import {
  findingTimeBounds,
  findingTimesSchema,
  type FindingTimes,
} from '../../../src-shared/findings/findingTimes.ts';
import { SettingsKeys, TimeInput } from '../../ui/desk/TimeSettings.tsx';
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
      className="finding-form"
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
              name={`due${one}`}
              bounds={findingTimeBounds}
              valueMs={times.dueMs[one]}
              unitMs={hourMs}
              onChange={(ms) => setDraft({ ...times, dueMs: { ...times.dueMs, [one]: ms } })}
            />
          ))}
        </div>
        <div className="finding-form-row">
          <TimeInput
            label={t('findings.times.answer')}
            name="answer"
            bounds={findingTimeBounds}
            valueMs={times.answerMs}
            unitMs={hourMs}
            onChange={(answerMs) => setDraft({ ...times, answerMs })}
          />
          <TimeInput
            label={t('findings.times.yellow')}
            name="yellow"
            bounds={findingTimeBounds}
            valueMs={times.yellowMs}
            unitMs={dayMs}
            onChange={(yellowMs) => setDraft({ ...times, yellowMs })}
          />
          <TimeInput
            label={t('findings.times.red')}
            name="red"
            bounds={findingTimeBounds}
            valueMs={times.redMs}
            unitMs={dayMs}
            onChange={(redMs) => setDraft({ ...times, redMs })}
          />
        </div>
        <SettingsKeys
          className="finding-deeds"
          invalidText={t('findings.times.invalid')}
          isValid={isValid}
          isChanged={draft !== undefined}
          enabled={enabled}
          onDiscard={() => setDraft(undefined)}
        />
      </May>
    </form>
  );
}
