import { useStore } from 'zustand';
import { createAccountsAdmin, type AccountsAdmin } from '../../../features/accounts/accountsAdmin.ts';
import { AccountsPanel } from '../../../features/accounts/AccountsPanel.tsx';
import { takePrincipal } from '../../../features/accounts/principalStore.ts';
import { StepUpDialog } from '../../../features/accounts/StepUpDialog.tsx';
import { SwitchPerson } from '../../../features/accounts/SwitchPerson.tsx';
import type { DeskFeature } from '../deskFeature.ts';
import type { DeskParts } from '../deskParts.ts';
import { accountsView } from './accountsView.ts';

type AccountsFeatureParts = Pick<DeskParts, 'accounts' | 'session' | 'squads'>;

/** Who sits at the desk: the lock, another person at the same desk, one's own account, and all accounts for administrators. */
export function createAccountsFeature(parts: AccountsFeatureParts): DeskFeature {
  const { accounts } = parts;
  const admin = createAccountsAdmin(accounts.ask);
  return {
    view: {
      name: accountsView,
      title: (t) => t('desk.view.accounts'),
      View: () => <Accounts {...parts} admin={admin} />,
    },
    panels: { windows: () => <AccountWindows accounts={accounts} /> },
    keys: {
      withControl({ key, event }) {
        if (key !== 'l' || !event.shiftKey) return false;
        accounts.lock.lock();
        return true;
      },
      help: (t) => [
        { title: t('keys.everywhere'), keys: [{ keys: ['Ctrl Shift L'], text: t('keys.lock') }] },
      ],
    },
    takeSnapshot({ snapshot }) {
      // What an administrator saw is not the next person's; a code that was shown once is gone.
      if (accounts.principal.getState().desk?.accountId !== snapshot.desk?.accountId) {
        admin.forget();
      }
      takePrincipal(accounts.principal, snapshot);
      if (snapshot.desk?.standing === 'unfinished') accounts.goToSignIn();
    },
  };
}

function Accounts({ accounts, session, squads, admin }: AccountsFeatureParts & { admin: AccountsAdmin }) {
  const times = useStore(session, (state) => state.times);
  const accountId = useStore(accounts.principal, (state) => state.desk?.accountId);
  const known = useStore(squads.store, (state) => state.squads);
  return <AccountsPanel ask={accounts.ask} squads={known} {...{ admin, accountId, times }} />;
}

function AccountWindows({ accounts }: Pick<AccountsFeatureParts, 'accounts'>) {
  const isSwitching = useStore(accounts.principal, (state) => state.isSwitching);
  const close = (): void => accounts.principal.setState({ isSwitching: false });
  return (
    <>
      {isSwitching && (
        <SwitchPerson ask={accounts.ask} onIn={close} onClose={close} onUnfinished={accounts.goToSignIn} />
      )}
      <StepUpDialog ask={accounts.ask} stepUp={accounts.stepUp} />
    </>
  );
}
