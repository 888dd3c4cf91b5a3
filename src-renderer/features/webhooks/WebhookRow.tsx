import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ListedWebhook } from '../../../src-shared/webhooks/webhooks.protocol.ts';
import { RemoveKey } from '../../ui/desk/RemoveKey.tsx';
import { May } from '../../ui/May.tsx';
import type { TimeFormat } from '../../ui/times.ts';
import type { DeskWebhooks } from './webhooksStore.ts';

/** One webhook: how it stands, and what can be done with it. */
export function WebhookRow({
  webhook,
  actions,
  times,
  isBusy,
}: {
  webhook: ListedWebhook;
  actions: DeskWebhooks;
  times: TimeFormat;
  isBusy: boolean;
}) {
  const { t } = useTranslation();
  const { webhookId, name, url, state, subjects, districts, lastDelivery, lastError } = webhook;
  return (
    <tr data-webhook={name} data-state={state}>
      <th scope="row">
        {name}
        <div className="desk-dim webhook-address">{url}</div>
      </th>
      <td>
        {subjects.map((one) => t(`webhooks.subject.${one}`)).join(t('webhooks.comma'))}
        <div className="desk-dim">
          {districts === 'all' ? t('webhooks.allDistricts') : districts.join(t('webhooks.comma'))}
        </div>
      </td>
      <td className={state === 'stopped' ? 'desk-not-normal' : undefined}>
        {t(`webhooks.states.${state}`)}
        {state === 'on' && webhook.nextAttemptAtMs !== undefined && (
          <div className="desk-dim">
            {t('webhooks.nextAttempt', { at: times.timeOfDay(webhook.nextAttemptAtMs) })}
          </div>
        )}
      </td>
      <td>{lastDelivery === undefined ? t('webhooks.never') : times.timeOfDay(lastDelivery.atMs)}</td>
      <td>
        {lastError === undefined ? (
          t('webhooks.never')
        ) : (
          <>
            {times.timeOfDay(lastError.atMs)}
            <div>{t(`webhooks.problem.${lastError.problem}`, { status: lastError.status ?? '' })}</div>
          </>
        )}
      </td>
      <td>{webhook.waiting}</td>
      <td>
        <span className="desk-row">
          <May asks="webhooks:sendTest">
            <Button size="compact-xs" aria-disabled={isBusy} onClick={() => void actions.sendTest(webhook)}>
              {t('webhooks.test')}
            </Button>
          </May>
          <May asks="webhooks:setState">
            <Button
              size="compact-xs"
              aria-disabled={isBusy}
              onClick={() => void actions.setState(webhookId, state === 'on' ? 'off' : 'on')}
            >
              {state === 'on' ? t('webhooks.turnOff') : t('webhooks.turnOn')}
            </Button>
          </May>
          <RemoveKey
            asks="webhooks:delete"
            size="compact-xs"
            confirm={t('webhooks.deleteNow')}
            isBusy={isBusy}
            onRemove={() => void actions.remove(webhookId)}
          >
            {t('webhooks.delete')}
          </RemoveKey>
        </span>
      </td>
    </tr>
  );
}
