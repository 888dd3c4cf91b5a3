import { Button, Checkbox, Chip, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { alertStates } from '../../../src-shared/alerts/alert.ts';
import { alertClasses, type AlertKind } from '../../../src-shared/alerts/alertKinds.ts';
import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { AlertHistory } from './alertHistory.ts';
import { classShapes, kindName } from './alertWords.ts';
import { historySpans, type HistorySpan } from './historyQuery.ts';
import { May } from '../../ui/May.tsx';

/** The search form of the alert history. A choice searches at once; words and times search when the form is sent. */
export function HistorySearchForm({
  history,
  kinds,
  searching,
}: {
  history: AlertHistory;
  kinds: ReadonlyMap<string, AlertKind>;
  searching: boolean;
}) {
  const { t, i18n } = useTranslation();
  const form = useStore(history.store, (state) => state.form);
  const { search, type } = history;
  return (
    <form
      className="alert-search"
      onSubmit={(event) => {
        event.preventDefault();
        void search();
      }}
    >
      <SegmentedControl
        value={form.span}
        onChange={(span) => {
          // A custom period is searched once both of its times are entered.
          if (span === 'own') type({ span });
          else void search({ span: span as HistorySpan });
        }}
        data={historySpans.map((value) => ({ value, label: t(`alertHistory.span.${value}`) }))}
      />
      {form.span === 'own' && (
        <>
          <TextInput
            className="alert-moment"
            aria-label={t('alertHistory.from')}
            placeholder={t('alertHistory.from')}
            value={form.from}
            onChange={(event) => type({ from: event.currentTarget.value })}
          />
          <TextInput
            className="alert-moment"
            aria-label={t('alertHistory.to')}
            placeholder={t('alertHistory.to')}
            value={form.to}
            onChange={(event) => type({ to: event.currentTarget.value })}
          />
        </>
      )}
      <TextInput
        className="alert-search-words"
        aria-label={t('alertHistory.words')}
        placeholder={t('alertHistory.words')}
        maxLength={80}
        value={form.words}
        onChange={(event) => type({ words: event.currentTarget.value })}
      />
      <May asks="alerts:search">
        <Button type="submit" variant="filled" loading={searching}>
          {t('alertHistory.search')}
        </Button>
      </May>
      <Chip.Group
        multiple
        value={form.classes.map(String)}
        onChange={(chosen) =>
          void search({ classes: alertClasses.filter((one) => chosen.includes(String(one))) })
        }
      >
        <div className="alert-chips" role="group" aria-label={t('alertHistory.class')}>
          {alertClasses.map((one) => (
            <Chip key={one} value={String(one)}>
              {classShapes[one]} {t(`alerts.class.${one}`)}
            </Chip>
          ))}
        </div>
      </Chip.Group>
      <Chip.Group
        multiple
        value={[...form.states]}
        onChange={(chosen) => void search({ states: alertStates.filter((one) => chosen.includes(one)) })}
      >
        <div className="alert-chips" role="group" aria-label={t('alertHistory.outcome')}>
          {alertStates.map((one) => (
            <Chip key={one} value={one}>
              {t(`alerts.state.${one}`)}
            </Chip>
          ))}
        </div>
      </Chip.Group>
      <Select
        className="alert-select"
        aria-label={t('alertHistory.kind')}
        placeholder={t('alertHistory.anyKind')}
        clearable
        value={form.kindId ?? null}
        data={[...kinds.values()].map(({ kindId }) => ({
          value: kindId,
          label: kindName(kinds.get(kindId), kindId, i18n.language),
        }))}
        onChange={(chosen) => void search({ kindId: chosen ?? undefined })}
      />
      <Select
        className="alert-select"
        aria-label={t('large.district')}
        placeholder={t('health.filterDistrict')}
        clearable
        value={form.district ?? null}
        data={districts.map((value) => ({ value, label: t(`district.${value}`) }))}
        onChange={(chosen) => void search({ district: districts.find((one) => one === chosen) })}
      />
      <Checkbox
        size="xs"
        label={t('alertHistory.unknownCamera')}
        checked={form.unknownCamera}
        onChange={(event) => void search({ unknownCamera: event.currentTarget.checked })}
      />
    </form>
  );
}
