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
  /** Alarms are counted and nothing else of them is shown; undefined until the hub has said it. */
  counts: AlertCounts | undefined;
  /** Somebody has to finish signing in. */
  onUnfinished(): void;
}

/** What a locked desk shows: whose it is, how many alarms wait, and how it is unlocked. */
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
