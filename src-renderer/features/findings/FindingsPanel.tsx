import { Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';
import { May } from '../../ui/May.tsx';
import { ClausesPanel } from './ClausesPanel.tsx';
import { EndedFindings } from './EndedFindings.tsx';
import { FindingDetail } from './FindingDetail.tsx';
import { FindingForm } from './FindingForm.tsx';
import { FindingTimesPanel } from './FindingTimesPanel.tsx';
import { FindingRow } from './FindingRow.tsx';
import type { FindingsPanelProps } from './findingsPanelProps.ts';
import { findingParts, listedFindings } from './findingsStore.ts';
import { OffendersPanel } from './OffendersPanel.tsx';
import './findings.css';

const waits = ['all', 'site', 'review', 'late'] as const;

/** Findings on the left: what waits for the site, and what waits for review. The chosen one on the right with its history. */
export function FindingsPanel(props: FindingsPanelProps) {
  const { store, actions, enabled } = props;
  const { t } = useTranslation();
  const part = useStore(store, (state) => state.part);
  const count = useStore(store, (state) => Math.max(state.openCount, state.findings.size));
  return (
    <div className="desk-page findings-view">
      <header className="findings-head">
        <h1>{t('findings.title', { count })}</h1>
        <SegmentedControl
          value={part}
          aria-label={t('desk.view.findings')}
          onChange={(value) => actions.show(findingParts.find((one) => one === value) ?? 'open')}
          data={findingParts.map((value) => ({ value, label: t(`findings.part.${value}`) }))}
        />
        <May asks="findings:create">
          <Button disabled={!enabled} onClick={() => actions.write({})}>
            {t('findings.new')}
          </Button>
        </May>
      </header>
      {part === 'offenders' ? (
        <OffendersPanel {...props} />
      ) : part === 'clauses' ? (
        <ClausesPanel {...props} />
      ) : part === 'times' ? (
        <FindingTimesPanel {...props} />
      ) : (
        <Lists {...props} />
      )}
    </div>
  );
}

function Lists(props: FindingsPanelProps) {
  const { store } = props;
  const { t } = useTranslation();
  const { part, chosenId, writing } = useStore(
    store,
    useShallow(({ part, chosenId, writing }) => ({ part, chosenId, writing })),
  );
  return (
    <div className="findings-page">
      <div className="findings-list">
        {part === 'ended' ? <EndedFindings {...props} /> : <OpenFindings {...props} />}
      </div>
      <div className="findings-chosen">
        {writing !== undefined ? (
          <FindingForm {...props} start={writing} />
        ) : chosenId === undefined ? (
          <p className="desk-dim">{t('findings.choose')}</p>
        ) : (
          <FindingDetail key={chosenId} {...props} findingId={chosenId} />
        )}
      </div>
    </div>
  );
}

/** Those not ended, narrowed on this page. The hub sends only the most urgent ones, which is shown where there are more. */
function OpenFindings(props: FindingsPanelProps) {
  const { store, actions } = props;
  const { t } = useTranslation();
  const { findings, openCount, filter, chosenId } = useStore(
    store,
    useShallow(({ findings, openCount, filter, chosenId }) => ({ findings, openCount, filter, chosenId })),
  );
  const listed = listedFindings({ findings, filter });
  return (
    <>
      <div className="findings-filter">
        <TextInput
          aria-label={t('findings.filter.text')}
          placeholder={t('findings.filter.text')}
          value={filter.text}
          maxLength={60}
          onChange={(event) => actions.filter({ text: event.currentTarget.value })}
        />
        <Select
          aria-label={t('findings.filter.district')}
          placeholder={t('findings.filter.district')}
          clearable
          value={filter.district ?? null}
          data={districts.map((one) => ({ value: one, label: t(`district.${one}`) }))}
          onChange={(value) => actions.filter({ district: districts.find((one) => one === value) })}
        />
        <Select
          aria-label={t('findings.filter.waits')}
          allowDeselect={false}
          value={filter.waits}
          data={waits.map((one) => ({ value: one, label: t(`findings.waits.${one}`) }))}
          onChange={(value) => actions.filter({ waits: waits.find((one) => one === value) ?? 'all' })}
        />
      </div>
      {openCount > findings.size && (
        <p className="desk-dim" role="note">
          {t('findings.mostUrgent', { count: findings.size, total: openCount })}
        </p>
      )}
      {listed.length === 0 && <p className="desk-dim">{t('findings.none')}</p>}
      <ul>
        {listed.map((finding) => (
          <li key={finding.findingId}>
            <FindingRow {...props} finding={finding} isChosen={finding.findingId === chosenId} />
          </li>
        ))}
      </ul>
    </>
  );
}
