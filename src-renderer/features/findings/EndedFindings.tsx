import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';
import { findingStates, isFindingEnded } from '../../../src-shared/findings/finding.ts';
import type { FindingFilter } from '../../../src-shared/findings/findings.protocol.ts';
import { DistrictSelect, Found, SearchForm, spanOf } from '../../ui/desk/SearchForm.tsx';
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
  const span = spanOf({ from, to });
  if (span === undefined) return undefined;
  const state = findingStates.find((one) => one === form.state);
  const states = form.state === 'all_open' ? allOpen : state === undefined ? undefined : [state];
  const district = districts.find((one) => one === form.district);
  return {
    ...(text.trim() === '' ? {} : { text: text.trim() }),
    ...span,
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
      <SearchForm
        className="findings-search"
        asks="findings:search"
        enabled={enabled}
        filter={filter}
        onSearch={(wanted) => void actions.search(wanted)}
        label={t('findings.search.search')}
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
        <DistrictSelect
          label={t('findings.filter.district')}
          value={form.district}
          onChange={(district) => set({ district })}
        />
      </SearchForm>
      <Found
        standing={ended.standing}
        count={ended.found.length}
        words={{
          none: t('findings.none'),
          failed: t('findings.search.failed'),
          more: t('findings.search.more'),
        }}
        what="findings"
        enabled={enabled}
        onMore={ended.next === undefined ? undefined : () => void actions.more()}
      >
        <ul>
          {ended.found.map((finding) => (
            <li key={finding.findingId}>
              <FindingRow {...props} finding={finding} isChosen={finding.findingId === chosenId} />
            </li>
          ))}
        </ul>
      </Found>
    </>
  );
}
