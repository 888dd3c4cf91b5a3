import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionAnswer } from '../../../src-shared/accounts/accounts.protocol.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';
import type { AskAccounts } from './accountsClient.ts';
import { Field } from './Field.tsx';
import { Problem } from './Problem.tsx';

/** Asks for the password or a code again: to unlock a desk, or before an important change (`session/confirm`). */
export function UnlockForm(props: {
  ask: AskAccounts;
  path: 'session/unlock' | 'session/confirm';
  onDone(answer: SessionAnswer): void;
}) {
  const { t } = useTranslation();
  const [proof, setProof] = useState('');
  const [problem, setProblem] = useState<RefusalWords>();
  const [isBusy, setBusy] = useState(false);
  const send = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    const answer = await props.ask('POST', props.path, { proof });
    setBusy(false);
    if (answer.ok) return props.onDone(answer.data);
    setProof('');
    setProblem(answer.refusal);
  };
  return (
    <form
      className="sign-in-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (proof !== '' && !isBusy) void send();
      }}
    >
      <Field
        label={t('signIn.proof')}
        type="password"
        autoComplete="current-password"
        autoFocus
        maxLength={256}
        name="proof"
        value={proof}
        onChange={(event) => setProof(event.currentTarget.value)}
      />
      <Problem refusal={problem} />
      <button type="submit" className="sign-in-key sign-in-key--first" disabled={proof === '' || isBusy}>
        {t(props.path === 'session/unlock' ? 'signIn.unlock' : 'signIn.confirm')}
      </button>
    </form>
  );
}
