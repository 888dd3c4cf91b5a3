import type { BodyCamStore } from '../../../features/bodycam/bodyCamStore.ts';
import type { FieldStore } from '../../../features/field/fieldStore.ts';
import type { TalkState } from '../../../features/talk/talkStore.ts';
import type { HubLink } from '../../../server/hubLink.ts';
import type { PageStorage } from '../../../server/pageStorage.ts';
import { createSurfaceTalk, type SurfaceTalk } from '../../shared/surfaceTalk.ts';

/** Volume of the groups beside the chosen one: lower, but heard. */
const otherVolume = 0.5;

export interface FieldTalkParts {
  link: HubLink;
  storage: PageStorage;
  field: FieldStore;
  bodyCam: BodyCamStore;
  /** A press of the talk key is a gesture for all features. */
  touched(): void;
}

/** Talk on a phone, whose media also send the body cam. */
export function createFieldTalk({ link, storage, field, bodyCam, touched }: FieldTalkParts): SurfaceTalk {
  return createSurfaceTalk({
    link,
    media: { storage, onCamera: (camera) => bodyCam.setState({ camera }) },
    volumesOf,
    mayAsk: () => field.getState().isSignedIn,
    onGesture: touched,
    onTone(tone) {
      // Outdoors a tone is easily missed, so it is felt as well.
      if (navigator.userActivation?.hasBeenActive === true)
        navigator.vibrate?.(tone === 'granted' ? 40 : 120);
    },
  });
}

/** How loud each group is; the group in which somebody speaks comes first. */
function volumesOf({ floors, groupId: chosen }: TalkState): Map<string, number> {
  const groups = [...floors.values()].sort(
    (one, other) => Number(other.talker !== undefined) - Number(one.talker !== undefined),
  );
  return new Map(groups.map(({ groupId }) => [groupId, groupId === chosen ? 1 : otherVolume]));
}
