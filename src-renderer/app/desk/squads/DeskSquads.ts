import { bodyCamStreamId } from '../../../../src-shared/bodycam/bodycam.protocol.ts';
import type { ShownCamera } from '../../../../src-shared/cameras/cameras.protocol.ts';
import type { Snapshot } from '../../../../src-shared/protocol/index.ts';
import {
  createSquadsActions,
  type SquadOutcome,
  type SquadsActions,
} from '../../../features/squads/squadsActions.ts';
import {
  createSquadsStore,
  resetSquads,
  type SquadsState,
  type SquadsStore,
} from '../../../features/squads/squadsStore.ts';
import { viewNames, type DeskState } from '../DeskState.ts';
import type { HubLink } from '../../../server/hubLink.ts';

/** Squads at the desk. */
export interface DeskSquads {
  store: SquadsStore;
  actions: SquadsActions;
  snapshotArrived(snapshot: Snapshot): void;
}

/** Builds them. */
export function createDeskSquads(parts: {
  link: Pick<HubLink, 'request'>;
  newId(): string;
  tell(outcome: SquadOutcome): void;
}): DeskSquads {
  const store = createSquadsStore();
  const actions = createSquadsActions({
    store,
    request: parts.link.request,
    newId: parts.newId,
    fieldAddress: readFieldAddress,
    ownAddress: window.location.href,
    tell: parts.tell,
  });
  return {
    store,
    actions,
    snapshotArrived(snapshot) {
      resetSquads(store, snapshot.squads);
      void actions.readRecorders();
    },
  };
}

/** A member's body cam as a camera, whatever state it is in; undefined for other cameras. */
export function bodyCamView(
  { members, squads }: Pick<SquadsState, 'members' | 'squads'>,
  cameraId: string | undefined,
): (ShownCamera & { memberId: string }) | undefined {
  for (const { memberId, name, squadId } of members.values()) {
    if (bodyCamStreamId(memberId) !== cameraId) continue;
    const squad = squads.find((one) => one.squadId === squadId);
    return {
      memberId,
      cameraId,
      externalId: cameraId,
      cameraName: name,
      siteId: `squad:${squadId}`,
      siteName: squad?.name ?? '',
      ...(squad?.nameEn === undefined ? {} : { siteNameEn: squad.nameEn }),
      isBodyCam: true,
    };
  }
  return undefined;
}

/** The member whose card is shown: whose body cam is large, or who is chosen in the view of squads. */
export function shownMemberId(
  { view, largeCameraId }: Pick<DeskState, 'view' | 'largeCameraId'>,
  squads: Pick<SquadsState, 'members' | 'squads' | 'memberId'>,
): string | undefined {
  if (largeCameraId !== undefined) return bodyCamView(squads, largeCameraId)?.memberId;
  return view === viewNames.squads ? squads.memberId : undefined;
}

async function readFieldAddress(): Promise<string | undefined> {
  try {
    const answer = await fetch('/trust/addresses');
    if (!answer.ok) return undefined;
    return ((await answer.json()) as { fieldUrl: string }).fieldUrl;
  } catch {
    return undefined;
  }
}
