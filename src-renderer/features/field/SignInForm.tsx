import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { FieldStore } from './fieldStore.ts';
import { isWholeCode, tidyCode } from './signIn.ts';

export interface SignInFormProps {
  store: FieldStore;
  isConnected: boolean;
  onType(code: string): void;
  onSignIn(): void;
}

/** The sign-in of a phone: the code from the desk, scanned or typed. */
export function SignInForm({ store, isConnected, onType, onSignIn }: SignInFormProps) {
  const { t } = useTranslation();
  const { code, isBusy, problem } = useStore(store, (state) => state.signIn);
  const signedOut = useStore(store, (state) => state.signedOut);
  const problems = {
    not_found: t('field.signIn.notFound'),
    used: t('field.signIn.used'),
    too_many: t('field.signIn.tooMany'),
    no_hub: t('field.signIn.noHub'),
    other: t('field.signIn.other'),
  };
  const reasons = {
    revoked: t('field.signedOut.revoked'),
    replaced: t('field.signedOut.replaced'),
    removed: t('field.signedOut.removed'),
    by_phone: t('field.signedOut.byPhone'),
  };
  return (
    <form
      className="field-sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        onSignIn();
      }}
    >
      {signedOut !== undefined && <p className="field-strip field-strip--wrong">{reasons[signedOut]}</p>}
      <h1>{t('field.signIn.title')}</h1>
      <p>{t('field.signIn.text')}</p>
      <label className="field-code">
        <span>{t('field.signIn.code')}</span>
        <input
          value={code}
          onChange={(event) => onType(tidyCode(event.target.value))}
          placeholder="ABCD-EFGH"
          autoComplete="one-time-code"
          autoCapitalize="characters"
          autoCorrect="off"
          spellCheck={false}
          enterKeyHint="go"
          aria-invalid={problem !== undefined}
        />
      </label>
      {problem !== undefined && (
        <p className="field-strip field-strip--wrong" role="alert">
          {problems[problem]}
        </p>
      )}
      <button
        type="submit"
        className="field-key field-key--first"
        disabled={!isWholeCode(code) || isBusy || !isConnected}
      >
        {isBusy ? t('field.signIn.busy') : t('field.signIn.go')}
      </button>
      {!isConnected && <p className="field-quiet">{t('field.signIn.waitingForHub')}</p>}
    </form>
  );
}
