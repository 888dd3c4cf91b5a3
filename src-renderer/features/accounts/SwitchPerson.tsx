import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionAnswer } from '../../../src-shared/accounts/accounts.protocol.ts';
import { QuickDialog } from '../../ui/desk/QuickDialog.tsx';
import type { RefusalWords } from '../../ui/refusalText.ts';
import type { AskAccounts } from './accountsClient.ts';
import { DemoAccounts } from './DemoAccounts.tsx';
import { Problem } from './Problem.tsx';
import { SignInForm } from './SignInForm.tsx';

export interface SwitchFormProps {
  ask: AskAccounts;
  /** The other person is signed in, and the hub moves this desk to them. */
  onIn(): void;
  /** Something is left to do at the sign-in page. */
  onUnfinished(): void;
}

/** Another person signs in at this desk; a call goes on. */
export function SwitchForm({ ask, onIn, onUnfinished }: SwitchFormProps) {
  const [demo, setDemo] = useState<SessionAnswer['demoAccounts']>([]);
  const [problem, setProblem] = useState<RefusalWords>();
  useEffect(() => {
    let isGone = false;
    void ask('GET', 'session').then((answer) => {
      if (answer.ok && !isGone) setDemo(answer.data.demoAccounts);
    });
    return () => void (isGone = true);
  }, [ask]);
  const take = ({ person }: SessionAnswer): void => {
    if (person !== undefined && person.steps.length > 0) onUnfinished();
    else onIn();
  };
  return (
    <>
      <SignInForm ask={ask} onIn={take} />
      {demo.length > 0 && <DemoAccounts ask={ask} accounts={demo} onIn={take} onProblem={setProblem} />}
      {problem !== undefined && <Problem refusal={problem} />}
    </>
  );
}

/** The window of `SwitchForm`. */
export function SwitchPerson({ onClose, ...form }: SwitchFormProps & { onClose(): void }) {
  const { t } = useTranslation();
  return (
    <QuickDialog title={t('desk.switchPerson')} closeWord={t('dialog.close')} onClose={onClose}>
      <div className="account-window">
        <p className="sign-in-quiet">{t('desk.switchText')}</p>
        <SwitchForm {...form} />
      </div>
    </QuickDialog>
  );
}
