import { createStore, type StoreApi } from 'zustand/vanilla';
import { watchHeadsets, type Headset, type HidPort } from '../../../features/talk/headsetWatch.ts';
import type { DeskRights } from '../deskRights.ts';
import type { DeskTalk } from './DeskTalk.ts';

/** The headsets whose button is the talk key. */
export interface DeskHeadsets {
  /** Undefined where this browser gives pages no headsets, as over plain HTTP. */
  store: StoreApi<{ headsets: readonly Headset[] | undefined }>;
  /** Called in a gesture. */
  connect(): void;
}

/** Follows the headsets of this machine: their button holds the talk key as a foot switch does. */
export function createDeskHeadsets({
  talk,
  rights,
  hid = (navigator as { hid?: HidPort }).hid,
}: {
  talk: { hold: Pick<DeskTalk['hold'], 'isDown' | 'padDown' | 'padUp'> };
  rights: Pick<DeskRights, 'allow'>;
  hid?: HidPort | undefined;
}): DeskHeadsets {
  const store = createStore<{ headsets: readonly Headset[] | undefined }>(() => ({
    headsets: hid === undefined ? undefined : [],
  }));
  if (hid === undefined) return { store, connect: () => undefined };
  const watch = watchHeadsets(
    hid,
    {
      down(buttonId) {
        if (!talk.hold.isDown && rights.allow('talk:requestFloor')) talk.hold.padDown(buttonId);
      },
      up: (buttonId) => talk.hold.padUp(buttonId),
      changed: (headsets) => store.setState({ headsets }),
    },
    () => performance.now(),
  );
  return { store, connect: () => void watch.connect() };
}
