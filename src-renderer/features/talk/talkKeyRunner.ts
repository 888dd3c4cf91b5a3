import type { Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, NoticeOf, OutputOf, RequestName } from '../../../src-shared/protocol/index.ts';
import { forgetTalkers, takeFloor, type TalkStore } from './talkStore.ts';
import type { TalkTone } from './talkTones.ts';
import type { PressPriority } from './holdMachine.ts';
import {
  opensMicrophone,
  quietTalkKey,
  transitionTalkKey,
  type TalkEffect,
  type TalkKeyEvent,
} from './talkKey.ts';

/** What the talk key needs from its surroundings. */
export interface TalkPorts {
  request<Name extends RequestName>(
    name: Name,
    input: InputOf<Name>,
    timeoutMs?: number,
  ): Promise<Ack<OutputOf<Name>>>;
  /** Opens or closes the microphone's track. */
  openMicrophone(isOpen: boolean): void;
  play(tone: TalkTone): void;
  delay(delayMs: number): Promise<void>;
}

/** A press that is not answered by then ends, so that the member does not speak to nobody. */
const answerMs = 3_000;
/** A release is sent again until the hub has confirmed it. Milliseconds between two of them. */
const releaseAnswerMs = 1_000;
const releaseAgainMs = 250;
/** How long the reason is shown why a press had no effect. Milliseconds. */
const endedShownMs = 4_000;

/** Runs the talk key of one surface: events in, requests, tones and microphone out, the state into the store. */
export class TalkKeyRunner {
  readonly #store: TalkStore;
  readonly #ports: TalkPorts;
  #lastPress = 0;
  /** Counts connections: messages of an older one are not sent again. */
  #connection = 0;
  #isMicrophoneOpen = false;

  constructor(store: TalkStore, ports: TalkPorts) {
    this.#store = store;
    this.#ports = ports;
    // A phone call has it, or it is unplugged: nobody speaks into nothing.
    store.subscribe(({ microphone }, before) => {
      if (microphone !== 'ready' && before.microphone === 'ready') this.letGo();
    });
  }

  /** The number of the next press: of the key, or of SOS. */
  nextPress(): number {
    this.#lastPress += 1;
    return this.#lastPress;
  }

  /** The key is down, in the group that is chosen. `override` takes the floor from whoever has it. */
  press(priority: PressPriority = 'normal'): void {
    const { groupId, key, hasVoice, microphone } = this.#store.getState();
    if (groupId === undefined || !hasVoice || microphone !== 'ready') return;
    if (key.phase !== 'has_no_permission' && key.phase !== 'pending_release') return;
    this.#take({ type: 'pressed', press: this.nextPress(), groupId, priority });
  }

  /** The key is up, or whatever must count as that; `isUnproven` where only the silence of the keyboard says so. */
  letGo(isUnproven = false): void {
    this.#take({ type: 'letGo', isUnproven });
  }

  /** Everything the hub held of this surface is gone, and presses are counted again. */
  connectionLost(): void {
    this.#connection += 1;
    this.#lastPress = 0;
    this.#take({ type: 'connectionLost' });
    forgetTalkers(this.#store);
  }

  floorGranted(notice: NoticeOf<'talk:floorGranted'>): void {
    this.#take({ type: 'granted', ...notice });
  }

  floorDenied({ press, cause }: NoticeOf<'talk:floorDenied'>): void {
    this.#take({ type: 'denied', press, cause });
  }

  queueMoved({ press, position, size }: NoticeOf<'talk:queueMoved'>): void {
    this.#take({ type: 'queueMoved', press, position, size });
  }

  limitNear({ epoch, endsAtMs }: NoticeOf<'talk:limitNear'>): void {
    this.#take({ type: 'limitNear', epoch, endsAtMs });
  }

  floorRevoked({ epoch, cause }: NoticeOf<'talk:floorRevoked'>): void {
    this.#take({ type: 'revoked', epoch, cause });
  }

  floorChanged({ floor }: NoticeOf<'talk:floorTaken'>): void {
    if (takeFloor(this.#store, floor)) this.#ports.play('taken');
  }

  #take(event: TalkKeyEvent): void {
    const { state, effects } = transitionTalkKey(this.#store.getState().key, event);
    this.#store.setState({ key: state });
    if (state.phase === 'has_no_permission' && state.ended !== undefined) {
      void this.#ports.delay(endedShownMs).then(() => {
        if (this.#store.getState().key === state) this.#store.setState({ key: quietTalkKey });
      });
    }
    const isOpen = opensMicrophone(state);
    if (isOpen !== this.#isMicrophoneOpen) {
      this.#isMicrophoneOpen = isOpen;
      this.#ports.openMicrophone(isOpen);
    }
    for (const effect of effects) this.#do(effect);
  }

  #do(effect: TalkEffect): void {
    switch (effect.type) {
      case 'tone':
        return this.#ports.play(effect.tone);
      case 'request':
        return void this.#request(effect);
      case 'release':
        return void this.#release(effect.press, effect.groupId);
      case 'confirm': {
        const { groupId, epoch } = effect;
        return void this.#ports.request('talk:confirmFloor', { groupId, epoch });
      }
    }
  }

  async #request(effect: Extract<TalkEffect, { type: 'request' }>): Promise<void> {
    const { press, groupId, priority = 'normal' } = effect;
    const connection = this.#connection;
    const answer = await this.#ports.request('talk:requestFloor', { groupId, press, priority }, answerMs);
    if (connection !== this.#connection) return;
    if (answer.ok) this.#take({ type: 'answered', press, answer: answer.data });
    else this.#take({ type: 'unanswered', press });
  }

  async #release(press: number, groupId: string): Promise<void> {
    const connection = this.#connection;
    while (connection === this.#connection) {
      const answer = await this.#ports.request('talk:releaseFloor', { groupId, press }, releaseAnswerMs);
      // A refusal is an answer too: the hub knows of no such press.
      const isHeard = answer.ok || (answer.code !== 'timeout' && answer.code !== 'unavailable');
      if (isHeard) {
        if (connection === this.#connection) this.#take({ type: 'released', press });
        return;
      }
      await this.#ports.delay(releaseAgainMs);
    }
  }
}
