import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useMay } from '../../ui/May.tsx';
import { refusalText } from '../../ui/refusalText.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { NewWebhookForm } from './NewWebhookForm.tsx';
import { WebhookRow } from './WebhookRow.tsx';
import type { DeskWebhooks } from './webhooksStore.ts';
import './webhooks.css';

/** Other systems that are notified of orders and findings: added, shown once with the secret, tested, turned off, deleted. */
export function WebhooksPanel({ actions, times }: { actions: DeskWebhooks; times: TimeFormat }) {
  const { t } = useTranslation();
  const { webhooks, made, tested, isBusy, problem } = useStore(actions.store);
  const { isAllowed, helper } = useMay('webhooks:list');
  useEffect(() => {
    if (isAllowed) void actions.read();
    // The secret must not stay visible for the next person who opens this page.
    return actions.putSecretAway;
  }, [actions, isAllowed]);
  return (
    <div className="desk-page webhooks">
      <h1>{t('webhooks.title')}</h1>
      <p>{t('webhooks.text')}</p>
      {helper !== undefined && <p className="may-ask">{helper}</p>}
      <NewWebhookForm isBusy={isBusy} add={actions.add} />
      {made !== undefined && (
        <div className="webhook-secret" role="status">
          <p className="desk-not-normal">{t('webhooks.once')}</p>
          <dl className="desk-facts">
            <dt>{t('webhooks.name')}</dt>
            <dd>{made.name}</dd>
            <dt>{t('webhooks.secret')}</dt>
            <dd>
              <code data-secret>{made.secret}</code>
            </dd>
          </dl>
          <Button onClick={actions.putSecretAway}>{t('webhooks.putAway')}</Button>
        </div>
      )}
      {problem !== undefined && (
        <p className="desk-not-normal" role="alert">
          {t('webhooks.failed', { problem: refusalText(problem, t) })}
        </p>
      )}
      {tested !== undefined && (
        <p className={tested.problem === undefined ? undefined : 'desk-not-normal'} role="status" data-tested>
          {tested.problem === undefined
            ? t('webhooks.tested', { name: tested.name, status: tested.status ?? '' })
            : t('webhooks.testFailed', {
                name: tested.name,
                problem: t(`webhooks.problem.${tested.problem}`, { status: tested.status ?? '' }),
              })}
        </p>
      )}
      {webhooks?.length === 0 && <p className="desk-dim">{t('webhooks.none')}</p>}
      {webhooks !== undefined && webhooks.length > 0 && (
        <table className="webhook-table">
          <thead>
            <tr>
              <th>{t('webhooks.name')}</th>
              <th>{t('webhooks.subjects')}</th>
              <th>{t('webhooks.state')}</th>
              <th>{t('webhooks.lastDelivery')}</th>
              <th>{t('webhooks.lastError')}</th>
              <th>{t('webhooks.waiting')}</th>
              <th>
                <span className="visually-hidden">{t('webhooks.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {webhooks.map((webhook) => (
              <WebhookRow key={webhook.webhookId} {...{ webhook, actions, times, isBusy }} />
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

/** Over the desk's foot: webhooks that were stopped; nothing while there are none. */
export function StoppedWebhooks({ actions }: { actions: DeskWebhooks }) {
  const { t } = useTranslation();
  const stopped = useStore(actions.store, (state) => state.stopped);
  return stopped.map((name) => (
    <p key={name} className="desk-not-normal" role="status" data-webhook-stopped={name}>
      {t('webhooks.stopped', { name })}
    </p>
  ));
}
