import { useStore } from 'zustand';
import { ShiftsPanel } from '../../../features/shifts/ShiftsPanel.tsx';
import { createShifts, type Shifts } from '../../../features/shifts/shiftsStore.ts';
import { openWithStepUp } from '../../../features/accounts/stepUp.ts';
import { newCommandId } from '../../../features/wall/commandId.ts';
import { pageStorage } from '../../../server/pageStorage.ts';
import type { DeskFeature } from '../deskFeature.ts';
import type { DeskParts } from '../deskParts.ts';

type ShiftsFeatureParts = Pick<DeskParts, 'session' | 'link' | 'accounts' | 'fetch'>;

/** Shifts and their handover. */
export function createShiftsFeature(parts: ShiftsFeatureParts): DeskFeature<'shifts:changed'> {
  const shifts = createShifts({
    request: (name, input) => parts.link.request(name, input),
    storage: pageStorage.local,
    newId: () => newCommandId(),
  });
  const readIfKnown = (): void => {
    if (shifts.store.getState().shifts !== undefined) void shifts.refresh();
  };
  return {
    view: {
      name: 'shifts',
      title: (t) => t('desk.view.shifts'),
      View: () => <ShiftsView {...parts} shifts={shifts} />,
    },
    takeSnapshot: readIfKnown,
    takeNotice: { 'shifts:changed': readIfKnown },
  };
}

function ShiftsView({ session, accounts, shifts, fetch }: ShiftsFeatureParts & { shifts: Shifts }) {
  const times = useStore(session, (state) => state.times);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const ownId = useStore(accounts.principal, (state) => state.desk?.accountId);
  const { stepUp } = accounts;
  const open = (path: string): void => void window.open(path, '_blank', 'noreferrer');
  const print = (path: string): void =>
    void openWithStepUp(path, { fetch, stepUp, open }).catch(() => undefined);
  return <ShiftsPanel {...{ shifts, times, enabled, ownId, print }} />;
}
