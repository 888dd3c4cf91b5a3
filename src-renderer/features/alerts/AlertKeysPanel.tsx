import { Button } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { TimeFormat } from '../../ui/times.ts';
import type { AlertAdmin } from './alertAdmin.ts';
import { httpRefusalText } from '../../ui/httpRefusal.ts';
import { NewKeyForm } from './NewKeyForm.tsx';
import { RemoveKey } from '../../ui/desk/RemoveKey.tsx';
import { useMay } from '../../ui/May.tsx';

/** Keys of other systems: made, shown once with the secret, listed, revoked. */
export function AlertKeysPanel({ admin, times }: { admin: AlertAdmin; times: TimeFormat }) {
  const { t, i18n } = useTranslation();
  const { keys, made, busy, problem } = useStore(admin.store);
  const { isAllowed } = useMay('GET /api/v1/alert-keys');
  useEffect(() => {
    if (isAllowed) void admin.readKeys();
    // The secret must not stay visible for the next person who opens this page.
    return admin.putSecretAway;
  }, [admin, isAllowed]);
  return (
    <section>
      <h2>{t('alertKeys.title')}</h2>
      <p>
        {t('alertKeys.text')}{' '}
        <a href={`/api/v1/docs?lang=${i18n.language}`} target="_blank" rel="noreferrer">
          /api/v1/docs
        </a>
      </p>
      <NewKeyForm busy={busy} make={admin.makeKey} />
      {made !== undefined && (
        <div className="alert-secret" role="status">
          <p className="desk-not-normal">{t('alertKeys.once')}</p>
          <dl className="desk-facts">
            <dt>{made.purpose === 'alerts' ? 'X-Mingchu-Key' : t('alertKeys.id')}</dt>
            <dd>
              <code>{made.keyId}</code>
            </dd>
            <dt>{made.purpose === 'alerts' ? t('alertKeys.secret') : 'Authorization: Bearer'}</dt>
            <dd>
              <code data-secret>{made.secret}</code>
            </dd>
          </dl>
          <Button onClick={admin.putSecretAway}>{t('alertKeys.putAway')}</Button>
        </div>
      )}
      {problem?.part === 'keys' && (
        <p className="desk-not-normal" role="alert">
          {t('alertKeys.failed', { problem: httpRefusalText(problem.code, t) })}
        </p>
      )}
      {keys?.length === 0 && <p className="desk-dim">{t('alertKeys.none')}</p>}
      {keys !== undefined && keys.length > 0 && (
        <table className="alert-table">
          <thead>
            <tr>
              <th>{t('alertKeys.name')}</th>
              <th>{t('alertKeys.id')}</th>
              <th>{t('alertKeys.purpose')}</th>
              <th>{t('alertKeys.districts')}</th>
              <th>{t('alertKeys.rate')}</th>
              <th>{t('alertKeys.madeAt')}</th>
              <th>{t('alertKeys.expiresAt')}</th>
              <th>{t('alertKeys.lastUse')}</th>
              <th />
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <tr key={key.keyId} data-key-id={key.keyId}>
                <td>{key.name}</td>
                <td>
                  <code>{key.keyId}</code>
                </td>
                <td>{t(`alertKeys.purposes.${key.purpose}`)}</td>
                <td>
                  {key.districts === 'all'
                    ? t('alertKeys.allDistricts')
                    : key.districts.join(t('alertKeys.comma'))}
                </td>
                <td>
                  {key.purpose === 'alerts' && t('alertKeys.perSecond', { count: key.alertsPerSecond })}
                </td>
                <td>{times.timeOfDay(key.createdAtMs)}</td>
                <td>{times.date(key.expiresAtMs)}</td>
                <td>
                  {key.lastUsedAtMs === undefined
                    ? t('alertKeys.neverUsed')
                    : `${times.timeOfDay(key.lastUsedAtMs)} ${key.lastAddress ?? ''}`}
                </td>
                <td>
                  {key.revokedAtMs !== undefined ? (
                    <span className="desk-dim">
                      {t('alertKeys.revokedAt', { at: times.timeOfDay(key.revokedAtMs) })}
                    </span>
                  ) : (
                    <span className="desk-row">
                      <RemoveKey
                        asks="DELETE /api/v1/alert-keys/:keyId"
                        size="compact-xs"
                        confirm={t('alertKeys.revokeNow')}
                        disabled={busy}
                        onRemove={() => void admin.revokeKey(key.keyId)}
                      >
                        {t('alertKeys.revoke')}
                      </RemoveKey>
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
