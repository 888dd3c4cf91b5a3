import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RefusalWords } from '../../ui/refusalText.ts';
import type { AskAccounts } from './accountsClient.ts';
import { Field } from './Field.tsx';
import { Problem } from './Problem.tsx';

const empty = { oldPassword: '', newPassword: '', again: '' };

/** The old password, and the new one twice. Other sign-ins of the account end. */
export function ChangePassword({ ask }: { ask: AskAccounts }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(empty);
  const [problem, setProblem] = useState<RefusalWords>();
  const [state, setState] = useState<'typing' | 'busy' | 'changed'>('typing');
  const differs = typed.again !== '' && typed.again !== typed.newPassword;
  const isWhole = typed.oldPassword !== '' && typed.newPassword !== '' && typed.again === typed.newPassword;
  const send = async (): Promise<void> => {
    setState('busy');
    setProblem(undefined);
    const { oldPassword, newPassword } = typed;
    const answer = await ask('POST', 'session/password', { oldPassword, newPassword });
    setState(answer.ok ? 'changed' : 'typing');
    if (answer.ok) setTyped(empty);
    else setProblem(answer.refusal);
  };
  const take = (name: keyof typeof typed) => ({
    name,
    type: 'password',
    maxLength: 256,
    value: typed[name],
    onChange: ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
      const { value } = currentTarget;
      setTyped((before) => ({ ...before, [name]: value }));
    },
  });
  return (
    <form
      className="sign-in-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isWhole && state !== 'busy') void send();
      }}
    >
      <Field label={t('accounts.oldPassword')} autoComplete="current-password" {...take('oldPassword')} />
      <Field
        label={t('signIn.newPassword')}
        hint={t('signIn.passwordHint')}
        autoComplete="new-password"
        {...take('newPassword')}
      />
      <Field
        label={t('signIn.again')}
        autoComplete="new-password"
        aria-invalid={differs}
        {...(differs ? { hint: t('signIn.differs') } : {})}
        {...take('again')}
      />
      <Problem refusal={problem} />
      <p role="status">{state === 'changed' ? t('accounts.passwordChanged') : ''}</p>
      <button type="submit" className="sign-in-key" disabled={!isWhole || state === 'busy'}>
        {t(state === 'busy' ? 'signIn.busy' : 'accounts.changePassword')}
      </button>
    </form>
  );
}
