import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { refusalText } from '../../ui/refusalText.ts';
import type { SiteStore } from './siteStore.ts';

/** The way in: a link of the command centre, whose code can also be typed. */
export function SiteSignInForm({ store, onSignIn }: { store: SiteStore; onSignIn(code: string): void }) {
  const { t } = useTranslation();
  const { code, isBusy, problem } = useStore(store, (state) => state.signIn);
  const isWhole = code.replaceAll(/[\s-]/g, '').length === 16;
  return (
    <form
      className="site-sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        onSignIn(code);
      }}
    >
      <h1>{t('site.signIn.title')}</h1>
      <p>{t('site.signIn.text')}</p>
      <label>
        <span>{t('site.signIn.code')}</span>
        <input
          value={code}
          onChange={(event) =>
            store.setState({
              signIn: { code: event.target.value.toUpperCase().slice(0, 24), isBusy, problem: undefined },
            })
          }
          placeholder="ABCD-EFGH-JKLM-NPQR"
          autoComplete="one-time-code"
          autoCapitalize="characters"
          autoCorrect="off"
          spellCheck={false}
          enterKeyHint="go"
          aria-invalid={problem !== undefined}
        />
      </label>
      {problem !== undefined && (
        <p className="site-strip site-strip--wrong" role="alert" data-problem={problem}>
          {problem === 'no_answer' ? t('site.signIn.noAnswer') : refusalText({ reason: problem }, t)}
        </p>
      )}
      <button type="submit" className="site-key site-key--first" disabled={!isWhole || isBusy}>
        {isBusy ? t('site.signIn.busy') : t('site.signIn.go')}
      </button>
    </form>
  );
}
