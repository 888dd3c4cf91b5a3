import { squadsView } from '../squads/squadsView.ts';
import type { TalkNotices } from '../../shared/surfaceTalk.ts';
import type { DeskFeature } from '../deskFeature.ts';
import type { DeskRights } from '../deskRights.ts';
import type { DeskStore } from '../DeskState.ts';
import { shownMemberId } from '../squads/DeskSquads.ts';
import { DeskTalkDock, DeskTalkHistory, type DeskTalkParts } from './DeskTalkViews.tsx';
import type { FootSwitch } from '../../../features/talk/footSwitch.ts';
import { watchPads } from '../../../features/talk/padWatch.ts';
import { watchTalkToggle } from './talkToggle.ts';
import { createTalkKeys } from './talkKeys.ts';

/** Talk: the dock along the lower edge with the talk key, and who spoke. */
export function createTalkFeature(
  parts: DeskTalkParts & { desk: DeskStore; rights: Pick<DeskRights, 'allow'>; footSwitch: FootSwitch },
): DeskFeature<TalkNotices> {
  const { desk, talk, squads, rights, footSwitch } = parts;
  watchPads(
    { window, pads: () => navigator.getGamepads() },
    {
      down(buttonId) {
        if (!talk.hold.isDown && rights.allow('talk:requestFloor')) talk.hold.padDown(buttonId);
      },
      up: (buttonId) => talk.hold.padUp(buttonId),
    },
  );
  watchTalkToggle(talk, rights);
  return {
    panels: {
      bottom: () => <DeskTalkDock {...parts} />,
      right: {
        reads: [desk, squads.store],
        isShown() {
          const { view, largeCameraId } = desk.getState();
          if (view !== squadsView || largeCameraId !== undefined) return false;
          return shownMemberId(desk.getState(), squads.store.getState()) === undefined;
        },
        Panel: () => <DeskTalkHistory {...parts} />,
      },
    },
    keys: createTalkKeys(talk, rights, footSwitch),
    takeSnapshot: (arrival) => talk.snapshotArrived(arrival),
    takeNotice: talk.takeNotice,
    connectionLost: () => talk.connectionLost(),
  };
}
