import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionAnswer } from '../../../src-shared/accounts/accounts.protocol.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';
import type { AskAccounts } from './accountsClient.ts';
import { Field } from './Field.tsx';
import { Problem } from './Problem.tsx';

/** Sign-in name and password; then a code, where the account asks for one. */
export function SignInForm({ ask, onIn }: { ask: AskAccounts; onIn(answer: SessionAnswer): void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState({ signInName: '', password: '', code: '' });
  const [asksCode, setAsksCode] = useState(false);
  const [problem, setProblem] = useState<RefusalWords>();
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (asksCode) form.current?.querySelector<HTMLInputElement>('[name=code]')?.focus();
  }, [asksCode]);
  const send = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    const { code, ...rest } = typed;
    const answer = await ask('POST', 'session', asksCode ? { ...rest, code } : rest);
    setBusy(false);
    if (answer.ok) return onIn(answer.data);
    if (answer.refusal.reason === 'accounts.code_needed' && !asksCode) return setAsksCode(true);
    setProblem(answer.refusal);
  };
  const take = (name: keyof typeof typed) => ({
    name,
    value: typed[name],
    onChange: ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
      const { value } = currentTarget;
      setTyped((before) => ({ ...before, [name]: value }));
    },
  });
  const isWhole = typed.signInName.trim() !== '' && typed.password !== '' && (!asksCode || typed.code !== '');
  return (
    <form
      ref={form}
      className="sign-in-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole && !isBusy) void send();
      }}
    >
      <Field
        label={t('signIn.name')}
        autoComplete="username"
        autoFocus
        maxLength={64}
        {...take('signInName')}
      />
      <Field
        label={t('signIn.password')}
        type="password"
        autoComplete="current-password"
        maxLength={256}
        {...take('password')}
      />
      {asksCode && (
        <Field
          label={t('signIn.code')}
          hint={t('signIn.codeHint')}
          autoComplete="one-time-code"
          maxLength={32}
          {...take('code')}
        />
      )}
      <Problem refusal={problem} />
      <button type="submit" className="sign-in-key sign-in-key--first" disabled={!isWhole || isBusy}>
        {t(isBusy ? 'signIn.busy' : 'signIn.signIn')}
      </button>
    </form>
  );
}
