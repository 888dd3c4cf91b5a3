import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { QuickDialog } from '../../ui/desk/QuickDialog.tsx';
import type { AskAccounts } from './accountsClient.ts';
import type { StepUp } from './stepUp.ts';
import { UnlockForm } from './UnlockForm.tsx';
import './personMenu.css';

/** Asks for the password or a code before something great; what was wanted is done by itself afterwards. */
export function StepUpDialog({ ask, stepUp }: { ask: AskAccounts; stepUp: StepUp }) {
  const { t } = useTranslation();
  const isAsking = useStore(stepUp.store, (state) => state.isAsking);
  if (!isAsking) return null;
  return (
    <QuickDialog title={t('accounts.stepUp')} closeWord={t('dialog.cancel')} onClose={stepUp.cancelled}>
      <div className="account-window" data-step-up>
        <p className="sign-in-quiet">{t('accounts.stepUpText')}</p>
        <UnlockForm ask={ask} path="session/confirm" onDone={stepUp.confirmed} />
      </div>
    </QuickDialog>
  );
}
