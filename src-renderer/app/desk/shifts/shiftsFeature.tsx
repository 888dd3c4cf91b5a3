import { useStore } from 'zustand';
import { ShiftsPanel } from '../../../features/shifts/ShiftsPanel.tsx';
import { createShifts, type Shifts } from '../../../features/shifts/shiftsStore.ts';
import { newCommandId } from '../../../features/wall/commandId.ts';
import { pageStorage } from '../../../server/pageStorage.ts';
import type { DeskFeature } from '../deskFeature.ts';
import type { DeskParts } from '../deskParts.ts';

type ShiftsFeatureParts = Pick<DeskParts, 'session' | 'link' | 'accounts'>;

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

function ShiftsView({ session, accounts, shifts }: ShiftsFeatureParts & { shifts: Shifts }) {
  const times = useStore(session, (state) => state.times);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const ownId = useStore(accounts.principal, (state) => state.desk?.accountId);
  return <ShiftsPanel shifts={shifts} times={times} enabled={enabled} ownId={ownId} />;
}
