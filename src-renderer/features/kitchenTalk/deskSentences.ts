import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  longestSentenceSeconds,
  type KitchenSentence,
  type SentenceLanguage,
} from '../../../src-shared/kitchenTalk/kitchenSentences.protocol.ts';
import { earRefusalReasons } from '../../../src-shared/kitchenTalk/kitchenTalk.refusals.ts';
import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, NoticeOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';

export interface SentencesState {
  sentences: readonly KitchenSentence[];
  /** What the hub says into a kitchen for this desk. */
  playing: { commandId: string; cameraId: string; name: string; isHeard: boolean } | undefined;
  /** The last one that was said whole, and where. */
  played: { cameraId: string; name: string } | undefined;
  /** Why the last press had no effect. */
  playProblem: RefusalWords | undefined;
  /** What is being recorded: seconds that are left, or that it is being encoded. */
  recording: { secondsLeft: number } | 'opening' | 'preparing' | undefined;
  /** What was recorded and is not stored yet. */
  recorded: Uint8Array | undefined;
  /** Why the last recording, or its storing, failed. */
  recordProblem: RefusalWords | 'microphone' | 'short' | undefined;
}

/** Stored sentences for kitchens: playing them, recording them. */
export interface DeskSentences {
  store: StoreApi<SentencesState>;
  read(): Promise<void>;
  takeList(notice: NoticeOf<'kitchenTalk:sentencesChanged'>): void;
  talkChanged(notice: NoticeOf<'kitchenTalk:changed'>): void;
  connectionLost(): void;
  play(cameraId: string, sentence: KitchenSentence): Promise<void>;
  stopPlaying(): void;
  record(): Promise<void>;
  stopRecording(): Promise<void>;
  /** Forgets what is recorded or was not stored. */
  putAway(): void;
  listen(): void;
  /** Plays a stored sentence at the desk, in place of whatever plays. */
  hear(sentence: KitchenSentence): Promise<void>;
  /** True when it is stored. */
  save(sentence: { kindId: string; language: SentenceLanguage; name: string }): Promise<boolean>;
  remove(sentence: KitchenSentence): Promise<void>;
}

/** A recorder that is silent is asked in two ways, one after the other. */
const playLimitMs = 15_000;

export function createDeskSentences(options: {
  request<Name extends RequestName>(
    name: Name,
    input: InputOf<Name>,
    timeoutMs?: number,
  ): Promise<Ack<OutputOf<Name>>>;
  maySpeak(): boolean;
  recordSentence(): Promise<{ stop(): Promise<Uint8Array | undefined>; cancel(): void }>;
  playSentence(sound: Uint8Array): () => void;
  newId(): string;
}): DeskSentences {
  const { request, maySpeak, recordSentence, playSentence, newId } = options;
  const store = createStore<SentencesState>(() => ({
    sentences: [],
    playing: undefined,
    played: undefined,
    playProblem: undefined,
    recording: undefined,
    recorded: undefined,
    recordProblem: undefined,
  }));
  let recorder: Awaited<ReturnType<typeof recordSentence>> | undefined;
  let counting: ReturnType<typeof setInterval> | undefined;
  /** Counts recordings, so that what an earlier one answers late changes nothing. */
  let turn = 0;
  /** Counts wishes to hear a stored sentence: the last one is played. */
  let hearing = 0;
  let hush: (() => void) | undefined;
  const isPlaying = (commandId: string): boolean => store.getState().playing?.commandId === commandId;
  const takeList = ({ sentences }: OutputOf<'kitchenTalk:listSentences'>): void =>
    store.setState({ sentences });
  const putAway = (): void => {
    turn += 1;
    clearInterval(counting);
    recorder?.cancel();
    recorder = undefined;
    hush?.();
    store.setState({ recording: undefined, recorded: undefined, recordProblem: undefined });
  };
  const stopRecording = async (): Promise<void> => {
    const own = recorder;
    if (own === undefined) return;
    const mine = turn;
    recorder = undefined;
    clearInterval(counting);
    store.setState({ recording: 'preparing' });
    const sound = await own.stop().catch(() => undefined);
    if (mine !== turn) return;
    store.setState({
      recording: undefined,
      recorded: sound,
      recordProblem: sound === undefined ? 'short' : undefined,
    });
  };
  return {
    store,
    async read() {
      if (!maySpeak()) return;
      const answer = await request('kitchenTalk:listSentences', {});
      if (answer.ok) takeList(answer.data);
    },
    takeList,
    talkChanged({ speaking, ended }) {
      const { playing } = store.getState();
      if (playing === undefined) return;
      if (ended?.commandId === playing.commandId) {
        const isWhole = ended.end === 'played';
        const { cameraId, name } = playing;
        // A press that the camera refused is answered with why.
        const problem: RefusalWords | undefined =
          !playing.isHeard || isWhole || ended.end === 'released'
            ? undefined
            : ended.end === 'taken'
              ? { reason: 'kitchenTalk.busy', parameters: { by: ended.by ?? '' } }
              : {
                  reason: ended.fault === undefined ? 'kitchenTalk.over' : earRefusalReasons[ended.fault],
                };
        store.setState({
          playing: undefined,
          played: isWhole ? { cameraId, name } : undefined,
          playProblem: problem,
        });
      } else if (speaking?.cameraId === playing.cameraId && speaking.sentence === playing.name)
        store.setState({ playing: { ...playing, isHeard: speaking.phase !== 'opening' } });
    },
    connectionLost: () => store.setState({ playing: undefined, played: undefined }),
    async play(cameraId, { kindId, language, name }) {
      const { playing } = store.getState();
      if (playing !== undefined || !maySpeak()) return;
      const commandId = newId();
      store.setState({
        playing: { commandId, cameraId, name, isHeard: false },
        played: undefined,
        playProblem: undefined,
      });
      const answer = await request(
        'kitchenTalk:play',
        { commandId, cameraId, kindId, language },
        playLimitMs,
      );
      if (answer.ok) {
        const now = store.getState().playing;
        if (now?.commandId === commandId) store.setState({ playing: { ...now, isHeard: true } });
        return;
      }
      // The hub may have begun meanwhile, and only its answer was lost.
      if (answer.code === 'timeout') void request('kitchenTalk:end', { commandId, cameraId });
      const isOpen = isPlaying(commandId);
      if (isOpen || store.getState().playing === undefined)
        store.setState({ playing: undefined, playProblem: answer });
    },
    stopPlaying() {
      const { playing } = store.getState();
      if (playing === undefined) return;
      const { commandId, cameraId } = playing;
      store.setState({ playing: undefined });
      void request('kitchenTalk:end', { commandId, cameraId });
    },
    async record() {
      if (store.getState().recording !== undefined) return;
      putAway();
      const mine = turn;
      store.setState({ recording: 'opening' });
      const begun = await recordSentence().catch(() => undefined);
      if (mine !== turn) return begun?.cancel();
      if (begun === undefined) {
        store.setState({ recording: undefined, recordProblem: 'microphone' });
        return;
      }
      recorder = begun;
      store.setState({ recording: { secondsLeft: longestSentenceSeconds } });
      counting = setInterval(() => {
        const { recording } = store.getState();
        if (typeof recording !== 'object') return;
        const secondsLeft = recording.secondsLeft - 1;
        if (secondsLeft <= 0) void stopRecording();
        else store.setState({ recording: { secondsLeft } });
      }, 1_000);
    },
    stopRecording,
    putAway,
    listen() {
      const { recorded } = store.getState();
      hush?.();
      hush = recorded === undefined ? undefined : playSentence(recorded);
    },
    async hear({ kindId, language }) {
      const mine = turn;
      const own = (hearing += 1);
      const answer = await request('kitchenTalk:readSentence', { kindId, language });
      // Somebody records meanwhile, or is at another page.
      if (mine !== turn || own !== hearing) return;
      if (!answer.ok) return store.setState({ recordProblem: answer });
      hush?.();
      store.setState({ recordProblem: undefined });
      hush = playSentence(Uint8Array.from(atob(answer.data.sound), (letter) => letter.codePointAt(0) ?? 0));
    },
    async save(sentence) {
      const { recorded } = store.getState();
      if (recorded === undefined) return false;
      const answer = await request('kitchenTalk:saveSentence', { ...sentence, sound: base64Of(recorded) });
      if (answer.ok) {
        takeList(answer.data);
        putAway();
      } else store.setState({ recordProblem: answer });
      return answer.ok;
    },
    async remove({ kindId, language }) {
      const answer = await request('kitchenTalk:removeSentence', { kindId, language });
      if (answer.ok) takeList(answer.data);
      else store.setState({ recordProblem: answer });
    },
  };
}

/** The sentence for a kind of alert: in the language of the desk, or in the other one if only that is stored. */
export function sentenceFor(
  sentences: readonly KitchenSentence[],
  kindId: string,
  language: string,
): KitchenSentence | undefined {
  const ofKind = sentences.filter((sentence) => sentence.kindId === kindId);
  return ofKind.find((sentence) => language.startsWith(sentence.language)) ?? ofKind[0];
}

function base64Of(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCodePoint(byte);
  return btoa(text);
}
