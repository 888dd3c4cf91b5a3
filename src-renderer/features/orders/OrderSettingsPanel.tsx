import { Button, Checkbox, NumberInput, Select } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { defaultOrderTimes } from '../../../src-shared/orders/order.ts';
import {
  orderTimeBounds,
  orderTimeNames,
  type OrderTimeName,
} from '../../../src-shared/orders/orderTimes.ts';
import {
  orderSettingsSchema,
  ruleKey,
  type OrderSettings,
  type OrderTimeRule,
} from '../../../src-shared/orders/orderSettings.ts';
import { orderKinds } from '../../../src-shared/orders/orders.protocol.ts';
import { May } from '../../ui/May.tsx';
import { SettingsKeys, TimeInput } from '../../ui/desk/TimeSettings.tsx';
import { AcknowledgeTimes } from './AcknowledgeTimes.tsx';
import { OrderTemplates } from './OrderTemplates.tsx';
import type { OrdersPanelProps } from './ordersPanelProps.ts';

const priorities = [1, 2, 3] as const;
const secondMs = 1_000;
const minuteMs = 60_000;
/** The first three count seconds, the others minutes. */
const inSeconds: ReadonlySet<OrderTimeName> = new Set(['ringAgainMs', 'askNextSquadMs', 'askSupervisorMs']);

/** Templates, times and who asks the next squad. Everybody at a desk may read them; an administrator saves. */
export function OrderSettingsPanel(props: OrdersPanelProps) {
  const { store, actions, enabled } = props;
  const { t } = useTranslation();
  const saved = useStore(store, (state) => state.settings);
  const [draft, setDraft] = useState<OrderSettings>();
  const settings = draft ?? saved.settings;
  const set = (part: Partial<OrderSettings>): void => setDraft({ ...settings, ...part });
  const isValid = orderSettingsSchema.safeParse(settings).success;
  return (
    <form
      className="order-form order-settings"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isValid || draft === undefined) return;
        void actions.saveSettings(draft).then((isSaved) => {
          if (isSaved) setDraft(undefined);
        });
      }}
    >
      <h1>{t('orders.settings.title')}</h1>
      <May asks="orders:saveSettings" note>
        <section>
          <h2>{t('orders.settings.times')}</h2>
          <p className="desk-dim">{t('orders.settings.timesText')}</p>
          {settings.times.map((rule, index) => (
            <TimeRule
              key={index}
              rule={rule}
              alertKinds={props.alertKinds}
              onChange={(changed) => set({ times: settings.times.with(index, changed) })}
              onRemove={() => set({ times: settings.times.toSpliced(index, 1) })}
            />
          ))}
          <Button
            size="compact-sm"
            onClick={() => set({ times: [...settings.times, { priority: 1, times: defaultOrderTimes }] })}
          >
            {t('orders.settings.addTimes')}
          </Button>
        </section>
        <AcknowledgeTimes
          rules={settings.acknowledge}
          alertKinds={props.alertKinds}
          onChange={(acknowledge) => set({ acknowledge })}
        />
        <section>
          <h2>{t('orders.settings.nextSquad')}</h2>
          <Checkbox
            label={t('orders.settings.asksNextSquadItself')}
            checked={settings.asksNextSquadItself}
            onChange={(event) => set({ asksNextSquadItself: event.currentTarget.checked })}
          />
          <NumberInput
            label={t('orders.settings.nextSquadsAtMost')}
            min={1}
            max={10}
            allowDecimal={false}
            value={settings.nextSquadsAtMost}
            disabled={!settings.asksNextSquadItself}
            onChange={(value) => set({ nextSquadsAtMost: Number(value) })}
          />
        </section>
        <OrderTemplates
          {...props}
          templates={settings.templates}
          onChange={(templates) => set({ templates })}
        />
        <SettingsKeys
          className="order-deeds"
          invalidText={t('orders.settings.invalid')}
          isValid={isValid}
          isChanged={draft !== undefined}
          enabled={enabled}
          onDiscard={() => setDraft(undefined)}
        />
      </May>
      <Button variant="subtle" color="gray" onClick={() => actions.show(undefined)}>
        {t('dialog.close')}
      </Button>
    </form>
  );
}

/** The times of orders of one kind, priority and kind of alert, or of all. */
function TimeRule({
  rule,
  alertKinds,
  onChange,
  onRemove,
}: Pick<OrdersPanelProps, 'alertKinds'> & {
  rule: OrderTimeRule;
  onChange(rule: OrderTimeRule): void;
  onRemove(): void;
}) {
  const { t } = useTranslation();
  const { kind, priority, alertKindId, times } = rule;
  const isGeneral = ruleKey(rule) === ruleKey({});
  const about = (part: Pick<OrderTimeRule, 'kind' | 'priority' | 'alertKindId'>): void => {
    const wanted = { kind, priority, alertKindId, ...part };
    onChange({
      times,
      ...(wanted.kind === undefined ? {} : { kind: wanted.kind }),
      ...(wanted.priority === undefined ? {} : { priority: wanted.priority }),
      ...(wanted.alertKindId === undefined || wanted.kind !== 'alert'
        ? {}
        : { alertKindId: wanted.alertKindId }),
    });
  };
  return (
    <fieldset className="order-rule" data-rule={ruleKey(rule)}>
      <div className="order-form-row">
        {isGeneral ? (
          <strong>{t('orders.settings.allOrders')}</strong>
        ) : (
          <>
            <Select
              label={t('orders.form.kind')}
              placeholder={t('orders.settings.any')}
              clearable={priority !== undefined}
              value={kind ?? null}
              data={orderKinds.map((one) => ({ value: one, label: t(`orders.kind.${one}`) }))}
              onChange={(value) => about({ kind: orderKinds.find((one) => one === value) })}
            />
            {kind === 'alert' && (
              <Select
                label={t('orders.settings.alertKind')}
                placeholder={t('orders.settings.any')}
                clearable
                searchable
                value={alertKindId ?? null}
                data={alertKinds.map((one) => ({ value: one.kindId, label: one.name }))}
                onChange={(value) => about({ alertKindId: value ?? undefined })}
              />
            )}
            <Select
              label={t('orders.form.priority')}
              placeholder={t('orders.settings.any')}
              clearable={kind !== undefined}
              value={priority === undefined ? null : String(priority)}
              data={priorities.map((one) => ({ value: String(one), label: t(`orders.priority.${one}`) }))}
              onChange={(value) => about({ priority: priorities.find((one) => String(one) === value) })}
            />
            <Button size="compact-sm" onClick={onRemove}>
              {t('orders.settings.remove')}
            </Button>
          </>
        )}
      </div>
      <div className="order-times">
        {orderTimeNames.map((name) => {
          return (
            <TimeInput
              key={name}
              label={t(`orders.settings.time.${name}`)}
              name={name}
              unitMs={inSeconds.has(name) ? secondMs : minuteMs}
              bounds={orderTimeBounds[name]}
              valueMs={times[name]}
              onChange={(ms) => onChange({ ...rule, times: { ...times, [name]: ms } })}
            />
          );
        })}
      </div>
    </fieldset>
  );
}
