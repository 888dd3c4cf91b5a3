import { bodyCamMemberId } from '../../../../src-shared/bodycam/bodycam.protocol.ts';
import type { DeskActions } from '../DeskActions.ts';
import type { DeskFeature, DeskFeatureKeys } from '../deskFeature.ts';
import type { DeskStore } from '../DeskState.ts';
import { shownMemberId, type DeskSquads } from '../squads/DeskSquads.ts';
import type { DeskBodyCams } from './DeskBodyCams.ts';

export interface BodyCamKeysParts {
  desk: DeskStore;
  squads: Pick<DeskSquads, 'store'>;
  actions: Pick<DeskActions, 'watchMember'>;
  /** Whether the hub takes commands. */
  connected(): boolean;
}

/** The live pictures of members, and the recorders that send them. The card of a member has their buttons. */
export function createBodyCamFeature(
  parts: BodyCamKeysParts & { bodyCams: DeskBodyCams },
): DeskFeature<'whip:devicesChanged'> {
  const { recorders, actions } = parts.bodyCams;
  return {
    keys: createBodyCamKeys(parts),
    takeSnapshot: () => void actions.readRecorders(),
    takeNotice: { 'whip:devicesChanged': ({ devices }) => recorders.setState({ devices }) },
  };
}

/** "Show me": the picture of the chosen member, or of the member whose body cam is shown. */
export function createBodyCamKeys({ desk, squads, actions, connected }: BodyCamKeysParts): DeskFeatureKeys {
  return {
    plain(key) {
      if (key !== 'v') return false;
      const { largeCameraId } = desk.getState();
      const memberId =
        largeCameraId === undefined
          ? shownMemberId(desk.getState(), squads.store.getState())
          : bodyCamMemberId(largeCameraId);
      if (memberId === undefined || !connected()) return false;
      void actions.watchMember(memberId);
      return true;
    },
    help: (t) => [{ title: t('talk.dock'), keys: [{ keys: ['v'], text: t('talk.keys.watch') }] }],
  };
}
