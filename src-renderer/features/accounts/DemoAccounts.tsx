import { useTranslation } from 'react-i18next';
import type { SessionAnswer } from '../../../src-shared/accounts/accounts.protocol.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';
import type { AskAccounts } from './accountsClient.ts';
import './accountForms.css';

/** The accounts of a demo: one click signs in. A sentence says that they are only for a demo. */
export function DemoAccounts(props: {
  ask: AskAccounts;
  accounts: SessionAnswer['demoAccounts'];
  onIn(answer: SessionAnswer): void;
  onProblem(refusal: RefusalWords): void;
}) {
  const { t } = useTranslation();
  return (
    <section className="sign-in-demo" aria-label={t('signIn.demoTitle')}>
      <p className="sign-in-demo-title">{t('signIn.demoTitle')}</p>
      <p>{t('signIn.demoText')}</p>
      <div className="sign-in-demo-keys">
        {props.accounts.map(({ signInName, role }) => (
          <button
            key={signInName}
            type="button"
            className="sign-in-key"
            data-demo={signInName}
            onClick={() => {
              void props.ask('POST', 'session', { signInName, password: 'demo' }).then((answer) => {
                if (answer.ok) props.onIn(answer.data);
                else props.onProblem(answer.refusal);
              });
            }}
          >
            {t(`roles.${role}`)}
          </button>
        ))}
      </div>
    </section>
  );
}
