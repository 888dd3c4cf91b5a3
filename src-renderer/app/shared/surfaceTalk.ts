import { HoldKey } from '../../features/talk/holdKey.ts';
import { TalkKeyRunner } from '../../features/talk/talkKeyRunner.ts';
import { createTalkStore, resetTalk, type TalkState, type TalkStore } from '../../features/talk/talkStore.ts';
import { createTalkTones, type TalkTone } from '../../features/talk/talkTones.ts';
import { DutyMedia, type DutyMediaOptions } from '../../media/dutyMedia.ts';
import type { SoundRoute } from '../../media/loudspeakers.ts';
import type { HubLink, SnapshotArrival } from '../../server/hubLink.ts';
import type { NoticeTakers } from './surfaceFeature.ts';

/** The notices that every surface takes on which somebody talks. */
export type TalkNotices =
  | 'talk:floorTaken'
  | 'talk:floorIdle'
  | 'talk:floorGranted'
  | 'talk:floorDenied'
  | 'talk:queueMoved'
  | 'talk:limitNear'
  | 'talk:floorRevoked'
  | 'media:consumersClosed'
  | 'media:workerReplaced';

/** Talk on one surface: the key, the groups that are heard, and the media for both. */
export interface SurfaceTalk {
  store: TalkStore;
  key: TalkKeyRunner;
  hold: HoldKey;
  media: DutyMedia;
  /** Called in a gesture, after which a browser lets a page be heard: wakes the sound and asks for the microphone. */
  touched(): void;
  /** Speaks in this group from now on. */
  choose(groupId: string): void;
  /** A snapshot came. Where the chosen group is gone, `preferred` is chosen, or none. */
  snapshotArrived(arrival: SnapshotArrival, preferred: string | undefined): void;
  connectionLost(): void;
  takeNotice: NoticeTakers<TalkNotices>;
}

export interface SurfaceTalkParts {
  link: HubLink;
  /** What this surface has beside the voice. */
  media: Pick<DutyMediaOptions, 'storage' | 'transports' | 'onCamera'>;
  /** How loud each group is that is heard, 0 to 1; those that come first are connected first. */
  volumesOf(state: TalkState): ReadonlyMap<string, number>;
  /** Whether the microphone may be asked for; where it is left out, it may. */
  mayAsk?(): boolean;
  /** Called in the gesture of a press in place of `touched`, where other features want to know of the gesture too. */
  onGesture?(): void;
  /** To the loudspeaker of talk; where it is left out, everything is heard from the system’s default. */
  route?: SoundRoute;
  /** Called with each tone that is played. */
  onTone?(tone: TalkTone): void;
}

/** Connects the talk key, the tones, the microphone and what is heard with the hub. */
export function createSurfaceTalk(parts: SurfaceTalkParts): SurfaceTalk {
  const { link, volumesOf, mayAsk = () => true } = parts;
  const store = createTalkStore();
  const tones = createTalkTones({ onOpened: (context) => void parts.route?.(context) });
  const media = new DutyMedia({
    signalling: link,
    onMicrophone: (microphone) => store.setState({ microphone }),
    onVoice: (hasVoice) => store.setState({ hasVoice }),
    onAudible: (isAudible) => store.setState({ isAudible }),
    ...(parts.route === undefined ? {} : { route: parts.route }),
    ...parts.media,
  });
  const key = new TalkKeyRunner(store, {
    request: link.request,
    openMicrophone: (isOpen) => media.openMicrophone(isOpen),
    play(tone) {
      tones.play(tone);
      parts.onTone?.(tone);
    },
    delay: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
  });
  const touched = (): void => {
    tones.wake();
    media.wake();
    if (mayAsk() && store.getState().microphone !== 'ready') media.startMicrophone();
  };
  const hold = new HoldKey(
    { window, document },
    {
      press(priority) {
        (parts.onGesture ?? touched)();
        key.press(priority);
      },
      letGo: (isUnproven) => key.letGo(isUnproven),
    },
  );
  const listen = (): void => media.listenTo(volumesOf(store.getState()));
  store.subscribe((state, before) => {
    const isSame = state.floors === before.floors && state.silenced === before.silenced;
    if (isSame && state.groupId === before.groupId) return;
    if ([...volumesOf(state)].join() !== [...volumesOf(before)].join()) listen();
  });
  return {
    store,
    key,
    hold,
    media,
    touched,
    choose(groupId) {
      key.letGo();
      store.setState({ groupId });
    },
    snapshotArrived({ snapshot, newConnection }, preferred) {
      // The voice of somebody who speaks now is requested before anything else.
      media.snapshotArrived({
        workers: snapshot.workers,
        talkWorkerId: snapshot.talk?.workerId,
        isNewConnection: newConnection,
        isSomebodySpeaking: snapshot.talk?.floors.some(({ talker }) => talker !== undefined) ?? false,
      });
      resetTalk(store, snapshot.talk, preferred);
      listen();
    },
    connectionLost() {
      key.connectionLost();
      media.connectionLost();
    },
    takeNotice: {
      'talk:floorTaken': (payload) => key.floorChanged(payload),
      'talk:floorIdle': (payload) => key.floorChanged(payload),
      'talk:floorGranted': (payload) => key.floorGranted(payload),
      'talk:floorDenied': (payload) => key.floorDenied(payload),
      'talk:queueMoved': (payload) => key.queueMoved(payload),
      'talk:limitNear': (payload) => key.limitNear(payload),
      'talk:floorRevoked': (payload) => key.floorRevoked(payload),
      'media:consumersClosed': (payload) => media.consumersClosed(payload),
      'media:workerReplaced': (payload) => media.workerReplaced(payload),
    },
  };
}
