import { FieldStrips } from '../../../features/field/FieldStrips.tsx';
import { shownStatus, type FieldState, type FieldStore } from '../../../features/field/fieldStore.ts';
import type { Outbox } from '../../../features/field/outbox.ts';
import { StatusKeys } from '../../../features/field/StatusKeys.tsx';
import { ScreenWakeLock } from '../../../features/field/wakeLock.ts';
import type { FieldFeature } from '../fieldFeature.ts';

export interface StatusFeatureParts {
  field: FieldStore;
  outbox: Pick<Outbox, 'addStatus' | 'connected' | 'forgetPositions' | 'setAside'>;
}

/** The status of the member, and what waits to be sent. The screen stays on while the member is on duty. */
export function createStatusFeature({ field, outbox }: StatusFeatureParts): FieldFeature {
  const screen = new ScreenWakeLock('wakeLock' in navigator ? navigator.wakeLock : undefined, (wakeLock) =>
    field.setState({ wakeLock }),
  );
  const keepScreenOn = (state: FieldState): void =>
    screen.keepOn(state.isSignedIn && !state.isAside && shownStatus(state) !== 'off_duty');
  field.subscribe(keepScreenOn);
  const setStatus = (status: Parameters<Outbox['addStatus']>[0]): void => {
    field.setState({ refusedStatus: undefined });
    outbox.addStatus(status);
  };
  return {
    panels: {
      top: () => <StatusKeys store={field} onStatus={setStatus} />,
      strip: () => <FieldStrips store={field} />,
    },
    takeSnapshot: () => outbox.connected(true),
    connectionLost: () => outbox.connected(false),
    signedIn(isNew) {
      // Where a member before was is nobody's any more; the statuses wait until that member is back.
      if (isNew) outbox.forgetPositions();
      keepScreenOn(field.getState());
    },
    signedOut: () => outbox.forgetPositions(),
    setAside: () => outbox.setAside(),
  };
}
