import { createStore, type StoreApi } from 'zustand/vanilla';
import type { KitchenSpeaking } from '../../../src-shared/kitchenTalk/kitchenTalk.protocol.ts';
import {
  keepEveryMs,
  type TalkEnd,
  type TalkPhase,
} from '../../../src-shared/kitchenTalk/kitchenTalkMachine.ts';
import { earRefusalReasons } from '../../../src-shared/kitchenTalk/kitchenTalk.refusals.ts';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, NoticeOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';

/** A camera that can be spoken to from here. */
export interface KitchenTarget {
  cameraId: string;
  siteId: string;
}

export interface KitchenTalkState {
  /** The camera in view. */
  target: KitchenTarget | undefined;
  /** What the hub says of its ear; undefined while that is not known. */
  ear: OutputOf<'kitchenTalk:read'>['ear'] | undefined;
  /** This desk, as others see it. */
  speakerId: string | undefined;
  /** Who speaks into which site. */
  speaking: ReadonlyMap<string, KitchenSpeaking>;
  /** The voice that is sent from this desk. */
  own: { commandId: string; cameraId: string; phase: TalkPhase } | undefined;
  /** Why the last press had no effect. `squadKey`: a squad is spoken to; `asked`: the browser asks for the microphone. */
  problem: RefusalWords | 'microphone' | 'asked' | 'squadKey' | undefined;
  /** How the last talk from here ended, where it was not by the release. `keyboardSilent`: the keyboard did not say that the key is held. */
  ended: { end: TalkEnd | 'keyboardSilent'; by?: string | undefined } | undefined;
}

/** Speaking into the kitchen whose camera is in view. */
export interface DeskKitchenTalk {
  store: StoreApi<KitchenTalkState>;
  /** Another camera is in view, or none. */
  watch(target: KitchenTarget | undefined): void;
  /** Reads again after a new connection. */
  readAgain(speaking: readonly KitchenSpeaking[]): void;
  changed(notice: NoticeOf<'kitchenTalk:changed'>): void;
  connectionLost(): void;
  /** The key is down. `takesOver`: also while another desk speaks. */
  press(takesOver?: boolean): void;
  /** The key is up, or whatever must count as that; `isUnproven` where only the silence of the keyboard says so. */
  release(isUnproven?: boolean): void;
  isSpeaking(): boolean;
  /** Calls the listener when this desk begins to be heard in a kitchen, and when it ends. */
  onSpeaking(listener: (isSpeaking: boolean) => void): void;
}

/** The parts of a page that say that nobody holds a key any more. */
export interface KitchenPage {
  window: Pick<EventTarget, 'addEventListener'>;
  document: Pick<EventTarget, 'addEventListener'> & { readonly hidden: boolean; hasFocus(): boolean };
}

/** Whether there is a microphone; `asking`: nobody has answered the browser's question for it yet. */
export type VoiceReadiness = 'ready' | 'asking' | 'missing';

/** A recorder that is silent is asked in two ways, one after the other. */
const beginLimitMs = 15_000;
const noneSpeaks: ReadonlyMap<string, KitchenSpeaking> = new Map();

export function createDeskKitchenTalk(options: {
  request<Name extends RequestName>(
    name: Name,
    input: InputOf<Name>,
    timeoutMs?: number,
  ): Promise<Ack<OutputOf<Name>>>;
  maySpeak(): boolean;
  voice: {
    /** Asks for the microphone, in a gesture. */
    touched(): void;
    /** Resolves with whether there is a microphone, once the hub has the voice. Rejects with a refusal. */
    prepare(): Promise<VoiceReadiness>;
    open(isOpen: boolean): void;
  };
  /** The key that speaks to squads: there is one microphone, and who speaks to one speaks to no other. */
  squadKey: {
    /** Whether it asks for a floor, waits for one, or has one. */
    isHeld(): boolean;
    onHeld(listener: () => void): void;
  };
  newId(): string;
  page: KitchenPage;
}): DeskKitchenTalk {
  const { request, maySpeak, voice, squadKey, newId, page } = options;
  const store = createStore<KitchenTalkState>(() => ({
    target: undefined,
    ear: undefined,
    speakerId: undefined,
    speaking: noneSpeaks,
    own: undefined,
    problem: undefined,
    ended: undefined,
  }));
  let keeping: ReturnType<typeof setInterval> | undefined;
  const isSpeaking = (): boolean => {
    const { own } = store.getState();
    return own !== undefined && own.phase !== 'opening';
  };
  const isOwn = (commandId: string): boolean => store.getState().own?.commandId === commandId;
  const forget = (rest: Partial<KitchenTalkState> = {}): void => {
    clearInterval(keeping);
    voice.open(false);
    store.setState({ own: undefined, ...rest });
  };
  const release = (isUnproven = false): void => {
    const { own } = store.getState();
    if (own === undefined) return;
    forget(isUnproven ? { ended: { end: 'keyboardSilent' } } : {});
    void request('kitchenTalk:end', { commandId: own.commandId, cameraId: own.cameraId });
  };
  const read = async (): Promise<void> => {
    const { target } = store.getState();
    if (target === undefined || !maySpeak()) return;
    const answer = await request('kitchenTalk:read', { cameraId: target.cameraId });
    if (store.getState().target?.cameraId !== target.cameraId || !answer.ok) return;
    const { ear, speakerId, speaking } = answer.data;
    store.setState({ ear, speakerId, speaking: withSpeaking(target.siteId, speaking) });
  };
  const withSpeaking = (siteId: string, one: KitchenSpeaking | undefined) => {
    const speaking = new Map(store.getState().speaking);
    if (one === undefined) speaking.delete(siteId);
    else speaking.set(siteId, one);
    return speaking;
  };
  /** A talk that the hub does not know any more is over here too: the desk is locked, or was too slow. */
  const keep = async (command: InputOf<'kitchenTalk:keep'>): Promise<void> => {
    const answer = await request('kitchenTalk:keep', command);
    const isHeard = answer.ok || answer.code === 'timeout' || answer.code === 'unavailable';
    if (isHeard || !isOwn(command.commandId) || !isSpeaking()) return;
    // Refused: the desk is locked, or somebody sits there who may not speak. Otherwise the hub heard it too late.
    forget({ ended: { end: answer.reason === 'kitchenTalk.over' ? 'silence' : 'left' } });
  };
  const begin = async (target: KitchenTarget, takesOver: boolean): Promise<void> => {
    const command = { commandId: newId(), cameraId: target.cameraId };
    const { commandId } = command;
    store.setState({ own: { ...command, phase: 'opening' }, problem: undefined, ended: undefined });
    voice.touched();
    let readiness: VoiceReadiness;
    try {
      readiness = await voice.prepare();
    } catch (error) {
      if (isOwn(commandId)) forget({ problem: refusalOf(error) });
      return;
    }
    if (!isOwn(commandId)) return;
    // A person who answers the browser's question has let the key go, or holds it without looking: the next press speaks.
    if (readiness !== 'ready') return forget({ problem: readiness === 'asking' ? 'asked' : 'microphone' });
    keeping = setInterval(() => {
      if (page.document.hidden || !page.document.hasFocus()) return release();
      void keep(command);
    }, keepEveryMs);
    const name = takesOver ? 'kitchenTalk:takeOver' : 'kitchenTalk:begin';
    const answer = await request(name, command, beginLimitMs);
    if (!isOwn(commandId)) return;
    if (!answer.ok) {
      // The hub may have begun meanwhile, and only its answer was lost.
      if (answer.code === 'timeout') void request('kitchenTalk:end', command);
      forget({ problem: answer });
      void read();
      return;
    }
    voice.open(true);
    setPhase(commandId, 'tone');
  };
  const setPhase = (commandId: string, phase: TalkPhase): void => {
    const { own } = store.getState();
    if (own?.commandId !== commandId || own.phase === 'speaking' || phase === 'opening') return;
    store.setState({ own: { ...own, phase }, ear: { has: 'yes' } });
  };
  for (const name of ['blur', 'pagehide', 'freeze']) page.window.addEventListener(name, () => release());
  page.document.addEventListener('visibilitychange', () => {
    if (page.document.hidden) release();
  });
  squadKey.onHeld(() => release());
  return {
    store,
    watch(target) {
      const before = store.getState().target;
      if (before?.cameraId === target?.cameraId && before?.siteId === target?.siteId) return;
      release();
      store.setState({ target, ear: undefined, problem: undefined, ended: undefined });
      void read();
      // The first word need not wait until the hub has the voice; without a microphone nothing happens.
      if (target !== undefined && maySpeak()) voice.prepare().catch(() => undefined);
    },
    readAgain(speaking) {
      store.setState({ speaking: new Map(speaking.map((one) => [one.siteId, one])) });
      void read();
    },
    changed({ siteId, speaking, ended }) {
      store.setState({ speaking: withSpeaking(siteId, speaking) });
      const { own, speakerId } = store.getState();
      if (own === undefined) return;
      if (ended?.commandId === own.commandId) {
        // A press that the camera refused is answered with why.
        if (own.phase === 'opening') return;
        const problem = ended.fault === undefined ? undefined : { reason: earRefusalReasons[ended.fault] };
        return forget(problem === undefined ? { ended: { end: ended.end, by: ended.by } } : { problem });
      }
      const isHere = speaking?.speaker.speakerId === speakerId && speaking?.cameraId === own.cameraId;
      if (isHere && speaking !== undefined && own.phase !== 'opening')
        setPhase(own.commandId, speaking.phase);
    },
    connectionLost() {
      const { own } = store.getState();
      forget({ speaking: noneSpeaks, ...(own === undefined ? {} : { ended: { end: 'silence' as const } }) });
    },
    press(takesOver = false) {
      const { target, own } = store.getState();
      if (target === undefined || own !== undefined || !maySpeak()) return;
      if (squadKey.isHeld()) return store.setState({ problem: 'squadKey', ended: undefined });
      void begin(target, takesOver);
    },
    release,
    isSpeaking,
    onSpeaking(listener) {
      let before = false;
      store.subscribe(() => {
        const now = isSpeaking();
        if (now === before) return;
        before = now;
        listener(now);
      });
    },
  };
}

function refusalOf(error: unknown): RefusalWords {
  const { reason, parameters, code } = error as RefusalWords;
  // A browser without A-law finds no codec in common with the hub.
  if (reason === undefined && code === undefined) return { reason: 'kitchenTalk.voice_must_be_alaw' };
  return {
    ...(reason === undefined ? {} : { reason }),
    ...(parameters === undefined ? {} : { parameters }),
    ...(code === undefined ? {} : { code }),
  };
}
