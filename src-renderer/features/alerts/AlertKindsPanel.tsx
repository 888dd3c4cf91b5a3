import { Button, NumberInput, SegmentedControl, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import { canSaveKind, type AlertAdmin } from './alertAdmin.ts';
import type { AlertsStore } from './alertsStore.ts';
import { classShapes } from './alertWords.ts';
import { httpRefusalText } from '../../ui/httpRefusal.ts';
import { May } from '../../ui/May.tsx';

const minuteMs = 60_000;
const newKind: AlertKind = { kindId: '', class: 2, name: '', nameEn: '', joinWindowMs: 5 * minuteMs };

/** The alert types that can be reported. Own types are added here; names and classes of all types can be changed. */
export function AlertKindsPanel({ admin, alerts }: { admin: AlertAdmin; alerts: AlertsStore }) {
  const { t } = useTranslation();
  const kinds = useStore(alerts, (state) => state.kinds);
  const { busy, problem } = useStore(admin.store);
  const [draft, setDraft] = useState<AlertKind>();
  const [isNew, setNew] = useState(false);
  const write = (kind: AlertKind, asNew: boolean): void => {
    setDraft(kind);
    setNew(asNew);
  };
  const isWhole = draft !== undefined && canSaveKind(draft, kinds, isNew);
  return (
    <section>
      <h2>{t('alertKinds.title')}</h2>
      <p>{t('alertKinds.text')}</p>
      {draft === undefined ? (
        <May asks="PUT /api/v1/alert-kinds">
          <Button onClick={() => write(newKind, true)}>{t('alertKinds.add')}</Button>
        </May>
      ) : (
        <form
          className="desk-row alert-kind-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (!isWhole) return;
            void admin.saveKind(draft).then((saved) => {
              if (saved) setDraft(undefined);
            });
          }}
        >
          <TextInput
            label={t('alertKinds.id')}
            placeholder="wet_floor"
            maxLength={32}
            disabled={!isNew}
            value={draft.kindId}
            onChange={(event) => setDraft({ ...draft, kindId: event.currentTarget.value })}
          />
          <SegmentedControl
            value={String(draft.class)}
            onChange={(value) => setDraft({ ...draft, class: Number(value) as AlertKind['class'] })}
            data={(['1', '2', '3'] as const).map((value) => ({ value, label: t(`alerts.class.${value}`) }))}
          />
          <TextInput
            label={t('alertKinds.name')}
            maxLength={40}
            value={draft.name}
            onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })}
          />
          <TextInput
            label={t('alertKinds.nameEn')}
            maxLength={60}
            value={draft.nameEn}
            onChange={(event) => setDraft({ ...draft, nameEn: event.currentTarget.value })}
          />
          <NumberInput
            label={t('alertKinds.window')}
            className="alert-minutes"
            min={0}
            max={1_440}
            allowDecimal={false}
            value={draft.joinWindowMs / minuteMs}
            onChange={(value) =>
              setDraft({ ...draft, joinWindowMs: Math.min(1_440, Math.max(0, Number(value))) * minuteMs })
            }
          />
          <May asks="PUT /api/v1/alert-kinds">
            <Button type="submit" variant="filled" disabled={busy || !isWhole}>
              {t('alertKinds.save')}
            </Button>
          </May>
          <Button onClick={() => setDraft(undefined)}>{t('dialog.cancel')}</Button>
        </form>
      )}
      {problem?.part === 'kinds' && (
        <p className="desk-not-normal" role="alert">
          {t('alertKinds.failed', { problem: httpRefusalText(problem.code, t) })}
        </p>
      )}
      <table className="alert-table">
        <thead>
          <tr>
            <th>{t('alertKinds.id')}</th>
            <th>{t('alertHistory.class')}</th>
            <th>{t('alertKinds.name')}</th>
            <th>{t('alertKinds.nameEn')}</th>
            <th>{t('alertKinds.window')}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {[...kinds.values()].map((kind) => (
            <tr key={kind.kindId} data-kind-id={kind.kindId} data-alert-class={kind.class}>
              <td>
                <code>{kind.kindId}</code>
              </td>
              <td className="alert-kind">
                {classShapes[kind.class]} {t(`alerts.class.${kind.class}`)}
              </td>
              <td>{kind.name}</td>
              <td>{kind.nameEn}</td>
              <td>{t('alertKinds.minutes', { count: kind.joinWindowMs / minuteMs })}</td>
              <td>
                <May asks="PUT /api/v1/alert-kinds">
                  <Button size="compact-xs" onClick={() => write(kind, false)}>
                    {t('alertKinds.change')}
                  </Button>
                </May>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
