import { Button, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import {
  acknowledgeTimeBounds,
  acknowledgeTimeNames,
  defaultAcknowledgeTimes,
  type AcknowledgeRule,
} from '../../../src-shared/alerts/acknowledgeTimes.ts';
import { TimeInput } from '../../ui/desk/TimeSettings.tsx';
import type { OrdersPanelProps } from './ordersPanelProps.ts';

const classes = [1, 2, 3] as const;
const secondMs = 1_000;

/** How long alerts of a class, or of a kind, may wait for an acknowledgement. Class 1 always has its times. */
export function AcknowledgeTimes({
  rules,
  alertKinds,
  onChange,
}: Pick<OrdersPanelProps, 'alertKinds'> & {
  rules: readonly AcknowledgeRule[];
  onChange(rules: AcknowledgeRule[]): void;
}) {
  const { t } = useTranslation();
  return (
    <section>
      <h2>{t('orders.settings.acknowledge')}</h2>
      <p className="desk-dim">{t('orders.settings.acknowledgeText')}</p>
      {rules.map((rule, index) => (
        <fieldset key={index} className="order-rule" data-acknowledge-rule={aboutOf(rule)}>
          <div className="order-form-row">
            {rule.alertClass === 1 ? (
              <strong>{t('alerts.class.1')}</strong>
            ) : (
              <>
                <Select
                  label={t('orders.settings.alerts')}
                  allowDeselect={false}
                  value={aboutOf(rule)}
                  data={[
                    ...classes.slice(1).map((one) => ({ value: `${one}`, label: t(`alerts.class.${one}`) })),
                    ...alertKinds.map(({ kindId, name }) => ({ value: `kind ${kindId}`, label: name })),
                  ]}
                  onChange={(value) => {
                    if (value !== null) onChange(rules.with(index, about(value, rule)));
                  }}
                />
                <Button size="compact-sm" onClick={() => onChange(rules.toSpliced(index, 1))}>
                  {t('orders.settings.remove')}
                </Button>
              </>
            )}
          </div>
          <div className="order-times">
            {acknowledgeTimeNames.map((name) => (
              <TimeInput
                key={name}
                label={t(`orders.settings.acknowledgeTime.${name}`)}
                name={name}
                unitMs={secondMs}
                bounds={acknowledgeTimeBounds[name]}
                valueMs={rule.times[name]}
                onChange={(ms) =>
                  onChange(rules.with(index, { ...rule, times: { ...rule.times, [name]: ms } }))
                }
              />
            ))}
          </div>
        </fieldset>
      ))}
      <Button
        size="compact-sm"
        onClick={() => onChange([...rules, { alertClass: 2, times: defaultAcknowledgeTimes }])}
      >
        {t('orders.settings.addAcknowledge')}
      </Button>
    </section>
  );
}

/** What a rule is for, as a choice of the list: a class, or a kind. */
function aboutOf({ alertClass, alertKindId = '' }: AcknowledgeRule): string {
  return alertClass === undefined ? `kind ${alertKindId}` : String(alertClass);
}

function about(value: string, { times }: AcknowledgeRule): AcknowledgeRule {
  const alertClass = classes.find((one) => String(one) === value);
  return alertClass === undefined
    ? { alertKindId: value.slice('kind '.length), times }
    : { alertClass, times };
}
