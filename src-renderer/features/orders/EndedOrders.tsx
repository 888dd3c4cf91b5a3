import { Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';
import { orderStates } from '../../../src-shared/orders/order.ts';
import type { OrderFilter } from '../../../src-shared/orders/orders.protocol.ts';
import { DistrictSelect, Found, SearchForm, spanOf } from '../../ui/desk/SearchForm.tsx';
import { OrdersList } from './OrdersList.tsx';
import type { OrdersPanelProps } from './ordersPanelProps.ts';
import { squadOf } from './orderWords.ts';

interface Form {
  from: string;
  to: string;
  number: string;
  words: string;
  state: string | null;
  squadId: string | null;
  district: string | null;
}
const emptyForm: Form = {
  from: '',
  to: '',
  number: '',
  words: '',
  state: null,
  squadId: null,
  district: null,
};

/** The filter of the form; undefined where a time cannot be read. */
function filterOf({ from, to, number, words, ...form }: Form): OrderFilter | undefined {
  const span = spanOf({ from, to });
  if (span === undefined) return undefined;
  const state = orderStates.find((one) => one === form.state);
  const district = districts.find((one) => one === form.district);
  return {
    ...span,
    ...(state === undefined ? {} : { states: [state] }),
    ...(district === undefined ? {} : { district }),
    ...(form.squadId === null ? {} : { squadId: form.squadId }),
    ...(number.trim() === '' ? {} : { number: number.trim() }),
    ...(words.trim() === '' ? {} : { words: words.trim() }),
  };
}

/** A search of orders that ended, page by page; choosing one shows its history. */
export function EndedOrders(props: OrdersPanelProps) {
  const { store, actions, people, enabled } = props;
  const { t, i18n } = useTranslation();
  const ended = useStore(store, (state) => state.ended);
  const chosenId = useStore(store, (state) => state.chosenId);
  const [form, setForm] = useState(emptyForm);
  const set = (part: Partial<Form>): void => setForm((before) => ({ ...before, ...part }));
  const filter = filterOf(form);
  if (ended === undefined) return null;
  const words = (name: 'from' | 'to' | 'number' | 'words', maxLength: number) => (
    <TextInput
      label={t(`orders.ended.${name}`)}
      value={form[name]}
      maxLength={maxLength}
      onChange={(event) => set({ [name]: event.currentTarget.value })}
    />
  );
  return (
    <>
      <SearchForm
        className="order-form-row order-search"
        asks="orders:search"
        enabled={enabled}
        filter={filter}
        onSearch={(wanted) => void actions.searchEnded(wanted)}
        label={t('orders.ended.search')}
      >
        {words('words', 100)}
        {words('number', 12)}
        {words('from', 20)}
        {words('to', 20)}
        <Select
          label={t('orders.ended.state')}
          clearable
          value={form.state}
          data={orderStates.map((one) => ({ value: one, label: t(`orders.state.${one}`) }))}
          onChange={(state) => set({ state })}
        />
        <Select
          label={t('orders.ended.squad')}
          clearable
          value={form.squadId}
          data={people.squads.map(({ squadId }) => ({
            value: squadId,
            label: squadOf(squadId, people, t, i18n.language),
          }))}
          onChange={(squadId) => set({ squadId })}
        />
        <DistrictSelect
          label={t('orders.form.district')}
          value={form.district}
          onChange={(district) => set({ district })}
        />
      </SearchForm>
      <Found
        standing={ended.standing}
        count={ended.found.length}
        words={{
          none: t('orders.ended.none'),
          failed: t('orders.ended.failed'),
          more: t('orders.ended.more'),
        }}
        what="orders"
        enabled={enabled}
        onMore={ended.next === undefined ? undefined : () => void actions.moreEnded()}
      >
        <OrdersList {...props} orders={ended.found} chosenId={chosenId} />
      </Found>
    </>
  );
}
