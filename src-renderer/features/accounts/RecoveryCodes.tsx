import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RefusalWords } from '../../ui/refusalText.ts';
import type { AskAccounts } from './accountsClient.ts';
import { Problem } from './Problem.tsx';
import { UnlockForm } from './UnlockForm.tsx';

/** Recovery codes, which are shown this once, until their owner says that they are kept. */
export function RecoveryCodes(props: { codes: readonly string[]; ask: AskAccounts; onDone(): void }) {
  const { t } = useTranslation();
  const [problem, setProblem] = useState<RefusalWords>();
  const keep = async (): Promise<void> => {
    const answer = await props.ask('POST', 'session/recovery-codes/kept', {});
    if (answer.ok) props.onDone();
    else setProblem(answer.refusal);
  };
  return (
    <div className="sign-in-form">
      <p>{t('signIn.recoveryText')}</p>
      <ul className="sign-in-codes" data-recovery>
        {props.codes.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      <Problem refusal={problem} />
      <button type="button" className="sign-in-key sign-in-key--first" onClick={() => void keep()}>
        {t('signIn.recoveryKept')}
      </button>
    </div>
  );
}

/** For who may never have seen the recovery codes: says so, and makes new ones after the password or a code. */
export function UnseenRecoveryCodes({ ask, onDone }: { ask: AskAccounts; onDone(): void }) {
  const { t } = useTranslation();
  const [codes, setCodes] = useState<string[]>();
  const [problem, setProblem] = useState<RefusalWords>();
  if (codes !== undefined) return <RecoveryCodes codes={codes} ask={ask} onDone={onDone} />;
  const make = async (): Promise<void> => {
    const answer = await ask<{ recoveryCodes: string[] }>('POST', 'session/recovery-codes', {});
    if (answer.ok) setCodes(answer.data.recoveryCodes);
    else setProblem(answer.refusal);
  };
  return (
    <div className="sign-in-form" data-recovery-unseen>
      <p>{t('signIn.recoveryUnseen')}</p>
      <Problem refusal={problem} />
      <UnlockForm ask={ask} path="session/confirm" onDone={() => void make()} />
      <button type="button" className="sign-in-link" onClick={onDone}>
        {t('signIn.recoveryLater')}
      </button>
    </div>
  );
}
