import { useStore } from 'zustand';
import { takePrincipal } from '../../../features/accounts/principalStore.ts';
import { SwitchPerson } from '../../../features/accounts/SwitchPerson.tsx';
import type { DeskFeature } from '../deskFeature.ts';
import type { DeskParts } from '../deskParts.ts';

type AccountsFeatureParts = Pick<DeskParts, 'accounts'>;

/** Who sits at the desk: the lock, another person at the same desk, and accounts. */
export function createAccountsFeature({ accounts }: AccountsFeatureParts): DeskFeature {
  return {
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
      takePrincipal(accounts.principal, snapshot);
      if (snapshot.desk?.standing === 'unfinished') accounts.goToSignIn();
    },
  };
}

function AccountWindows({ accounts }: AccountsFeatureParts) {
  const isSwitching = useStore(accounts.principal, (state) => state.isSwitching);
  const close = (): void => accounts.principal.setState({ isSwitching: false });
  if (!isSwitching) return null;
  return <SwitchPerson ask={accounts.ask} onIn={close} onClose={close} onUnfinished={accounts.goToSignIn} />;
}
