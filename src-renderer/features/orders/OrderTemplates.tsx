import { Button, NumberInput, Select, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { alertClasses } from '../../../src-shared/alerts/alertKinds.ts';
import { templateKey, type OrderTemplate } from '../../../src-shared/orders/orderSettings.ts';
import { orderKinds } from '../../../src-shared/orders/orders.protocol.ts';
import { SkillField } from './SkillField.tsx';
import type { OrdersPanelProps } from './ordersPanelProps.ts';

const priorities = [1, 2, 3] as const;

/** The templates as a list; the chosen one is edited below its line. */
export function OrderTemplates({
  templates,
  onChange,
  alertKinds,
  people,
}: Pick<OrdersPanelProps, 'alertKinds' | 'people'> & {
  templates: OrderTemplate[];
  onChange(templates: OrderTemplate[]): void;
}) {
  const { t } = useTranslation();
  const [openIndex, setOpen] = useState<number>();
  const titleOf = ({ kind, alertKindId, alertClass }: OrderTemplate): string =>
    [
      t(`orders.kind.${kind}`),
      alertKindId === undefined
        ? ''
        : (alertKinds.find(({ kindId }) => kindId === alertKindId)?.name ?? alertKindId),
      alertClass === undefined ? '' : t(`alerts.class.${alertClass}`),
    ]
      .filter((part) => part !== '')
      .join(' · ');
  return (
    <section>
      <h2>{t('orders.settings.templates')}</h2>
      <p className="desk-dim">{t('orders.settings.templatesText')}</p>
      <ul className="order-templates">
        {templates.map((template, index) => (
          <li key={index} data-template={templateKey(template)}>
            <Button
              size="compact-sm"
              variant="subtle"
              aria-expanded={openIndex === index}
              onClick={() => setOpen(openIndex === index ? undefined : index)}
            >
              {titleOf(template)}
            </Button>
            {openIndex === index && (
              <TemplateFields
                template={template}
                alertKinds={alertKinds}
                people={people}
                onChange={(changed) => onChange(templates.with(index, changed))}
                onRemove={() => {
                  setOpen(undefined);
                  onChange(templates.toSpliced(index, 1));
                }}
              />
            )}
          </li>
        ))}
      </ul>
      <Button
        size="compact-sm"
        onClick={() => {
          setOpen(templates.length);
          onChange([...templates, { kind: 'alert', instructions: '', checklist: [] }]);
        }}
      >
        {t('orders.settings.addTemplate')}
      </Button>
    </section>
  );
}

function TemplateFields({
  template,
  alertKinds,
  people,
  onChange,
  onRemove,
}: Pick<OrdersPanelProps, 'alertKinds' | 'people'> & {
  template: OrderTemplate;
  onChange(template: OrderTemplate): void;
  onRemove(): void;
}) {
  const { t } = useTranslation();
  const set = (part: { [Name in keyof OrderTemplate]?: OrderTemplate[Name] | undefined }): void => {
    const whole = Object.entries({ ...template, ...part }).filter(([, value]) => value !== undefined);
    onChange(Object.fromEntries(whole) as OrderTemplate);
  };
  // As it is typed: an empty line stays until another template is opened.
  const [items, setItems] = useState(() => template.checklist.map(({ text }) => text).join('\n'));
  const [itemsEn, setItemsEn] = useState(() =>
    template.checklist.map(({ textEn }) => textEn ?? '').join('\n'),
  );
  const typeItems = (chinese: string, english: string): void => {
    setItems(chinese);
    setItemsEn(english);
    const second = english.split('\n').map((line) => line.trim());
    const checklist = chinese.split('\n').flatMap((line, index) => {
      const text = line.trim();
      const textEn = second[index] ?? '';
      return text === '' ? [] : [{ text, ...(textEn === '' ? {} : { textEn }) }];
    });
    set({ checklist });
  };
  const isAlert = template.kind === 'alert';
  return (
    <div className="order-form">
      <div className="order-form-row">
        <Select
          label={t('orders.form.kind')}
          value={template.kind}
          allowDeselect={false}
          data={orderKinds.map((one) => ({ value: one, label: t(`orders.kind.${one}`) }))}
          onChange={(value) =>
            set({
              kind: orderKinds.find((one) => one === value) ?? template.kind,
              ...(value === 'alert' ? {} : { alertKindId: undefined, alertClass: undefined }),
            })
          }
        />
        {isAlert && (
          <>
            <Select
              label={t('orders.settings.alertKind')}
              placeholder={t('orders.settings.any')}
              clearable
              searchable
              value={template.alertKindId ?? null}
              data={alertKinds.map(({ kindId, name }) => ({ value: kindId, label: name }))}
              onChange={(value) => set({ alertKindId: value ?? undefined })}
            />
            <Select
              label={t('orders.settings.alertClass')}
              placeholder={t('orders.settings.any')}
              clearable
              value={template.alertClass === undefined ? null : String(template.alertClass)}
              data={alertClasses.map((one) => ({ value: String(one), label: t(`alerts.class.${one}`) }))}
              onChange={(value) => set({ alertClass: alertClasses.find((one) => String(one) === value) })}
            />
          </>
        )}
        <Select
          label={t('orders.form.priority')}
          placeholder={t('orders.settings.asAlert')}
          clearable
          value={template.priority === undefined ? null : String(template.priority)}
          data={priorities.map((one) => ({ value: String(one), label: t(`orders.priority.${one}`) }))}
          onChange={(value) => set({ priority: priorities.find((one) => String(one) === value) })}
        />
        <NumberInput
          label={t('orders.settings.dueAfter')}
          min={1}
          max={129_600}
          allowDecimal={false}
          value={template.dueAfterMinutes ?? ''}
          onChange={(value) => set({ dueAfterMinutes: value === '' ? undefined : Number(value) })}
        />
        <SkillField
          people={people}
          value={template.skill ?? ''}
          onType={(text) => set({ skill: text === '' ? undefined : text })}
        />
      </div>
      <div className="order-pair">
        <Textarea
          label={t('orders.settings.instructions')}
          value={template.instructions}
          maxLength={1_000}
          autosize
          minRows={2}
          onChange={(event) => set({ instructions: event.currentTarget.value })}
        />
        <Textarea
          label={t('orders.settings.instructionsEn')}
          value={template.instructionsEn ?? ''}
          maxLength={1_000}
          autosize
          minRows={2}
          onChange={(event) => set({ instructionsEn: event.currentTarget.value || undefined })}
        />
        <Textarea
          label={t('orders.settings.items')}
          value={items}
          autosize
          minRows={3}
          onChange={(event) => typeItems(event.currentTarget.value, itemsEn)}
        />
        <Textarea
          label={t('orders.settings.itemsEn')}
          value={itemsEn}
          autosize
          minRows={3}
          onChange={(event) => typeItems(items, event.currentTarget.value)}
        />
      </div>
      <Button size="compact-sm" onClick={onRemove}>
        {t('orders.settings.remove')}
      </Button>
    </div>
  );
}
