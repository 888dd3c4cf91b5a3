import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { SignIn } from '../../../src-shared/accounts/accounts.protocol.ts';
import type { TimeFormat } from '../../ui/times.ts';

/** Sign-ins that have not ended, the one used last first; each can be revoked. */
export function SignInList(props: {
  signIns: readonly SignIn[];
  /** The name of a person; left out where all are of one. */
  nameOf?(accountId: string): string;
  /** The sign-in of this page: it ends by signing out. */
  current: string | undefined;
  times: TimeFormat;
  isBusy: boolean;
  onEnd(sessionId: string): void;
}) {
  const { signIns, nameOf, current, times, isBusy, onEnd } = props;
  const { t } = useTranslation();
  const sorted = signIns.toSorted((one, other) => other.lastUsedAtMs - one.lastUsedAtMs);
  return (
    <table className="accounts-table">
      <thead>
        <tr>
          {nameOf !== undefined && <th>{t('accounts.name')}</th>}
          <th>{t('accounts.device')}</th>
          <th>{t('accounts.address')}</th>
          <th>{t('accounts.lastUse')}</th>
          <th>{t('accounts.state')}</th>
          <th>
            <span className="visually-hidden">{t('accounts.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {sorted.map(({ sessionId, accountId, device, address, lastUsedAtMs, isLocked }) => (
          <tr key={sessionId} data-sign-in={sessionId}>
            {nameOf !== undefined && <th scope="row">{nameOf(accountId)}</th>}
            <td className="accounts-device" title={device}>
              {browserName(device)}
            </td>
            <td>{address}</td>
            <td>{times.timeOfDay(lastUsedAtMs)}</td>
            <td>{isLocked ? t('accounts.locked') : ''}</td>
            <td className="accounts-actions">
              {sessionId === current ? (
                t('accounts.thisOne')
              ) : (
                <Button aria-disabled={isBusy} onClick={() => isBusy || onEnd(sessionId)}>
                  {t('accounts.endSignIn')}
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The browser and the system of a user agent; what is neither known stays as it is, cut short. */
function browserName(device: string): string {
  const browser = /(Edg|Firefox|Chrome|Safari)\/(\d+)/.exec(device);
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(device)?.[1];
  if (browser === null) return device.slice(0, 40);
  return [`${browser[1] === 'Edg' ? 'Edge' : browser[1]} ${browser[2]}`, system].filter(Boolean).join(' · ');
}
