import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';
import { orderKinds, type OrderContent } from '../../../src-shared/orders/orders.protocol.ts';
import { May } from '../../ui/May.tsx';
import type { OrdersPanelProps } from './ordersPanelProps.ts';
import { RankedMembers } from './RankedMembers.tsx';

const kinds = orderKinds.filter((kind) => kind !== 'alert');
const priorities = [1, 2, 3] as const;

/** An order that comes from no alert: where, what, how urgent, and who goes. */
export function NewOrderForm({ store, actions, people, enabled }: OrdersPanelProps) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [district, setDistrict] = useState<(typeof districts)[number] | undefined>();
  const [kind, setKind] = useState<(typeof orderKinds)[number]>('inspection');
  const [priority, setPriority] = useState<(typeof priorities)[number]>(2);
  const [instructions, setInstructions] = useState('');
  const ranked = useStore(store, (state) =>
    state.ranked?.forId === 'new' ? state.ranked.candidates : undefined,
  );
  useEffect(() => void actions.rank('new', undefined), [actions]);
  const content: OrderContent = {
    kind,
    priority,
    place: { name: name.trim(), ...(district === undefined ? {} : { district }) },
    instructions: instructions.trim(),
    checklist: [],
  };
  const isReady = enabled && content.place.name !== '';
  return (
    <May asks="orders:create" note>
      <form
        className="order-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) void actions.create(content);
        }}
      >
        <h1>{t('orders.new')}</h1>
        <TextInput
          label={t('orders.form.place')}
          value={name}
          maxLength={100}
          autoFocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <div className="order-form-row">
          <Select
            label={t('orders.form.district')}
            value={district ?? null}
            clearable
            data={districts.map((one) => ({ value: one, label: t(`district.${one}`) }))}
            onChange={(value) => setDistrict(districts.find((one) => one === value))}
          />
          <Select
            label={t('orders.form.kind')}
            value={kind}
            allowDeselect={false}
            data={kinds.map((one) => ({ value: one, label: t(`orders.kind.${one}`) }))}
            onChange={(value) => setKind(kinds.find((one) => one === value) ?? 'other')}
          />
          <Select
            label={t('orders.form.priority')}
            value={String(priority)}
            allowDeselect={false}
            data={priorities.map((one) => ({ value: String(one), label: t(`orders.priority.${one}`) }))}
            onChange={(value) => setPriority(priorities.find((one) => String(one) === value) ?? 2)}
          />
        </div>
        <Textarea
          label={t('orders.form.instructions')}
          value={instructions}
          maxLength={2_000}
          autosize
          minRows={3}
          onChange={(event) => setInstructions(event.currentTarget.value)}
        />
        <h2>{t('orders.whoGoes')}</h2>
        <RankedMembers
          candidates={ranked}
          people={people}
          enabled={isReady}
          limit={6}
          onChoose={(member) => void actions.create(content, member)}
        />
        <div className="order-form-row">
          <Button type="submit" disabled={!isReady}>
            {t('orders.form.later')}
          </Button>
          <Button variant="subtle" color="gray" onClick={() => actions.write(false)}>
            {t('dialog.close')}
          </Button>
        </div>
      </form>
    </May>
  );
}
