import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AlertCounts } from '../../../src-shared/alerts/alerts.protocol.ts';
import type { AskAccounts } from './accountsClient.ts';
import { SwitchForm } from './SwitchPerson.tsx';
import { UnlockForm } from './UnlockForm.tsx';
import './lockScreen.css';

export interface LockScreenProps {
  ask: AskAccounts;
  name: string;
  /** The numbers of alarms; nothing else about them is shown. Undefined until the hub has sent them. */
  counts: AlertCounts | undefined;
  /** Somebody has to finish signing in. */
  onUnfinished(): void;
}

/** The content of a locked desk: whose desk it is, how many alarms wait, and the form to unlock it. */
export function LockScreen({ ask, name, counts, onUnfinished }: LockScreenProps) {
  const { t } = useTranslation();
  const [isOther, setOther] = useState(false);
  const waiting = counts?.unacknowledged;
  return (
    <section className="lock-screen" aria-label={t('desk.locked')} data-locked>
      <h1>{t('signIn.lockedTitle', { name })}</h1>
      <p className="lock-screen-counts" role="status">
        {waiting !== undefined && (
          <>
            {([1, 2, 3] as const).map((alertClass) => (
              <span key={alertClass} data-class={alertClass} data-none={waiting[alertClass] === 0}>
                {t('desk.lockedCount', {
                  class: t(`alerts.class.${alertClass}`),
                  count: waiting[alertClass],
                })}
              </span>
            ))}
          </>
        )}
      </p>
      {isOther ? (
        <SwitchForm ask={ask} onIn={() => setOther(false)} onUnfinished={onUnfinished} />
      ) : (
        <UnlockForm ask={ask} path="session/unlock" onDone={() => undefined} />
      )}
      <button type="button" className="sign-in-link" onClick={() => setOther(!isOther)}>
        {t(isOther ? 'desk.lockedBack' : 'signIn.otherPerson')}
      </button>
    </section>
  );
}
