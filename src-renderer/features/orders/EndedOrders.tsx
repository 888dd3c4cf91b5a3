import { Button, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';
import { orderStates } from '../../../src-shared/orders/order.ts';
import type { OrderFilter } from '../../../src-shared/orders/orders.protocol.ts';
import { parseMoment } from '../../ui/moments.ts';
import { May } from '../../ui/May.tsx';
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
  const fromMs = parseMoment(from);
  const toMs = parseMoment(to);
  if ((from.trim() !== '' && fromMs === undefined) || (to.trim() !== '' && toMs === undefined))
    return undefined;
  const state = orderStates.find((one) => one === form.state);
  const district = districts.find((one) => one === form.district);
  return {
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
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
      <form
        className="order-form-row order-search"
        onSubmit={(event) => {
          event.preventDefault();
          if (filter !== undefined) void actions.searchEnded(filter);
        }}
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
        <Select
          label={t('orders.form.district')}
          clearable
          value={form.district}
          data={districts.map((one) => ({ value: one, label: t(`district.${one}`) }))}
          onChange={(district) => set({ district })}
        />
        <May asks="orders:search">
          <Button type="submit" disabled={!enabled || filter === undefined}>
            {t('orders.ended.search')}
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
          {t(ended.standing === 'failed' ? 'orders.ended.failed' : 'orders.ended.none')}
        </p>
      )}
      <OrdersList {...props} orders={ended.found} chosenId={chosenId} />
      {ended.next !== undefined && (
        <Button
          size="compact-sm"
          data-more-orders
          disabled={!enabled}
          onClick={() => void actions.moreEnded()}
        >
          {t('orders.ended.more')}
        </Button>
      )}
    </>
  );
}
