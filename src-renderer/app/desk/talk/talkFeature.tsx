import type { NoticeName } from '../../../../src-shared/protocol/index.ts';
import type { DeskFeature } from '../deskFeature.ts';
import { takersOf } from '../deskNotices.ts';
import { viewNames, type DeskStore } from '../DeskState.ts';
import { shownMemberId } from '../squads/DeskSquads.ts';
import { DeskTalkDock, DeskTalkHistory, type DeskTalkParts } from './DeskTalkViews.tsx';
import { createTalkKeys } from './talkKeys.ts';

const talkNoticeNames = [
  'talk:floorTaken',
  'talk:floorIdle',
  'talk:floorGranted',
  'talk:floorDenied',
  'talk:queueMoved',
  'talk:limitNear',
  'talk:floorRevoked',
  'media:consumersClosed',
  'media:workerReplaced',
] as const satisfies readonly NoticeName[];

/** Talk: the dock along the lower edge with the talk key, and who spoke. */
export function createTalkFeature(
  parts: DeskTalkParts & { desk: DeskStore },
): DeskFeature<(typeof talkNoticeNames)[number]> {
  const { desk, talk, squads } = parts;
  return {
    panels: {
      bottom: () => <DeskTalkDock {...parts} />,
      right: {
        reads: [desk, squads.store],
        isShown() {
          const { view, largeCameraId } = desk.getState();
          if (view !== viewNames.squads || largeCameraId !== undefined) return false;
          return shownMemberId(desk.getState(), squads.store.getState()) === undefined;
        },
        Panel: () => <DeskTalkHistory {...parts} />,
      },
    },
    keys: createTalkKeys(talk),
    takeSnapshot: ({ snapshot, newConnection }) => talk.snapshotArrived(snapshot, newConnection),
    takeNotice: takersOf(talkNoticeNames, (notice) => talk.noticed(notice)),
    connectionLost: () => talk.connectionLost(),
  };
}
