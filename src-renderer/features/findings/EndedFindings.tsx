import { Button, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';
import { findingStates, isFindingEnded } from '../../../src-shared/findings/finding.ts';
import type { FindingFilter } from '../../../src-shared/findings/findings.protocol.ts';
import { May } from '../../ui/May.tsx';
import { parseMoment } from '../../ui/moments.ts';
import { FindingRow } from './FindingRow.tsx';
import type { FindingsPanelProps } from './findingsPanelProps.ts';

interface Form {
  text: string;
  from: string;
  to: string;
  /** A state, `all_open`, or nothing for all that have ended. */
  state: string | null;
  district: string | null;
}
const emptyForm: Form = { text: '', from: '', to: '', state: null, district: null };
const allOpen = findingStates.filter((state) => !isFindingEnded({ state }));

/** The filter of the form; undefined where a time cannot be read. */
function filterOf({ text, from, to, ...form }: Form): FindingFilter | undefined {
  const fromMs = parseMoment(from);
  const toMs = parseMoment(to);
  if ((from.trim() !== '' && fromMs === undefined) || (to.trim() !== '' && toMs === undefined))
    return undefined;
  const state = findingStates.find((one) => one === form.state);
  const states = form.state === 'all_open' ? allOpen : state === undefined ? undefined : [state];
  const district = districts.find((one) => one === form.district);
  return {
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
    ...(states === undefined ? {} : { states }),
    ...(district === undefined ? {} : { districts: [district] }),
  };
}

/** A search of all findings of the hub, page by page; without a state: of those that have ended. */
export function EndedFindings(props: FindingsPanelProps) {
  const { store, actions, enabled } = props;
  const { t } = useTranslation();
  const ended = useStore(store, (state) => state.ended);
  const chosenId = useStore(store, (state) => state.chosenId);
  const [form, setForm] = useState(emptyForm);
  const set = (part: Partial<Form>): void => setForm((before) => ({ ...before, ...part }));
  const filter = filterOf(form);
  return (
    <>
      <form
        className="findings-search"
        onSubmit={(event) => {
          event.preventDefault();
          if (filter !== undefined) void actions.search(filter);
        }}
      >
        <TextInput
          label={t('findings.filter.text')}
          value={form.text}
          maxLength={60}
          onChange={(event) => set({ text: event.currentTarget.value })}
        />
        {(['from', 'to'] as const).map((name) => (
          <TextInput
            key={name}
            label={t(`findings.search.${name}`)}
            value={form[name]}
            maxLength={20}
            onChange={(event) => set({ [name]: event.currentTarget.value })}
          />
        ))}
        <Select
          label={t('findings.search.state')}
          clearable
          value={form.state}
          data={[
            { value: 'all_open', label: t('findings.search.allOpen') },
            ...findingStates.map((one) => ({ value: one, label: t(`findings.state.${one}`) })),
          ]}
          onChange={(state) => set({ state })}
        />
        <Select
          label={t('findings.filter.district')}
          clearable
          value={form.district}
          data={districts.map((one) => ({ value: one, label: t(`district.${one}`) }))}
          onChange={(district) => set({ district })}
        />
        <May asks="findings:search">
          <Button type="submit" disabled={!enabled || filter === undefined}>
            {t('findings.search.search')}
          </Button>
        </May>
      </form>
      {filter === undefined && (
        <p className="desk-not-normal" role="alert">
          {t('orders.form.dueProblem.malformed')}
        </p>
      )}
      {ended.standing !== 'searching' && ended.found.length === 0 && (
        <p className="desk-dim" role="status">
          {t(ended.standing === 'failed' ? 'findings.search.failed' : 'findings.none')}
        </p>
      )}
      <ul>
        {ended.found.map((finding) => (
          <li key={finding.findingId}>
            <FindingRow {...props} finding={finding} isChosen={finding.findingId === chosenId} />
          </li>
        ))}
      </ul>
      {ended.next !== undefined && (
        <Button size="compact-sm" data-more-findings disabled={!enabled} onClick={() => void actions.more()}>
          {t('findings.search.more')}
        </Button>
      )}
    </>
  );
}
