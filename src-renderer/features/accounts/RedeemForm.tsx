import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionAnswer } from '../../../src-shared/accounts/accounts.protocol.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';
import type { AskAccounts } from './accountsClient.ts';
import { Field } from './Field.tsx';
import { Problem } from './Problem.tsx';

/** A code of one use opens an account to choose its password. At a hub's first start it makes the administrator. */
export function RedeemForm(props: {
  ask: AskAccounts;
  isFirstRun: boolean;
  onIn(answer: SessionAnswer): void;
  /** The password is set, and the authenticator is asked for at the sign-in. */
  onSet(): void;
}) {
  const { ask, isFirstRun, onIn, onSet } = props;
  const { t } = useTranslation();
  const [typed, setTyped] = useState({ code: '', signInName: '', name: '', password: '', again: '' });
  const [problem, setProblem] = useState<RefusalWords>();
  const [isBusy, setBusy] = useState(false);
  const differs = typed.again !== '' && typed.again !== typed.password;
  const send = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    const { code, signInName, name, password } = typed;
    const answer = await ask('POST', 'session/redeem', {
      code,
      password,
      ...(isFirstRun ? { signInName, name } : {}),
    });
    setBusy(false);
    if (answer.ok) return onIn(answer.data);
    if (answer.refusal.reason === 'accounts.code_needed') return onSet();
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
  const isWhole =
    typed.code.trim() !== '' &&
    typed.password !== '' &&
    typed.again === typed.password &&
    (!isFirstRun || (typed.signInName.trim() !== '' && typed.name.trim() !== ''));
  return (
    <form
      className="sign-in-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole && !isBusy) void send();
      }}
    >
      <p className="sign-in-quiet">{t(isFirstRun ? 'signIn.firstText' : 'signIn.redeemText')}</p>
      <Field label={t('signIn.oneTimeCode')} autoComplete="off" autoFocus maxLength={32} {...take('code')} />
      {isFirstRun && (
        <>
          <Field label={t('signIn.name')} autoComplete="username" maxLength={64} {...take('signInName')} />
          <Field label={t('signIn.ownName')} autoComplete="name" maxLength={40} {...take('name')} />
        </>
      )}
      <Field
        label={t('signIn.newPassword')}
        hint={t('signIn.passwordHint')}
        type="password"
        autoComplete="new-password"
        maxLength={256}
        {...take('password')}
      />
      <Field
        label={t('signIn.again')}
        type="password"
        autoComplete="new-password"
        maxLength={256}
        aria-invalid={differs}
        {...(differs ? { hint: t('signIn.differs') } : {})}
        {...take('again')}
      />
      <Problem refusal={problem} />
      <button type="submit" className="sign-in-key sign-in-key--first" disabled={!isWhole || isBusy}>
        {t(isBusy ? 'signIn.busy' : 'signIn.setPassword')}
      </button>
    </form>
  );
}
