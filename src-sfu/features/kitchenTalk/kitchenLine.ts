import { makeTone, silentByte, frameSamples, toneMs } from '../../../src-shared/kitchenTalk/aLaw.ts';
import {
  dueAtMs,
  quietKitchen,
  talkStep,
  type KitchenTalk,
  type KitchenTalkEffect,
  type KitchenTalkEvent,
  type KitchenTalkState,
  type KitchenTalkVerdict,
} from '../../../src-shared/kitchenTalk/kitchenTalkMachine.ts';
import { runFrameClock } from './frameClock.ts';
import type { EarError, OpenEar } from './kitchenTalk.ports.ts';
import { VoiceQueue } from './voiceQueue.ts';

type Ended = Extract<KitchenTalkEffect, { type: 'ended' }>;

/** How a talk ended, and what the camera said when it was the camera that ended it. */
export interface LineEnd extends Omit<Ended, 'type'> {
  /** How long the kitchen could hear something. Milliseconds. */
  lengthMs: number;
  error: unknown;
}

export interface KitchenLineOptions {
  nowMs(): number;
  /** Asks the camera, and keeps that the talk has begun. Rejects with EarError, or when the store does not take it. */
  open(talk: KitchenTalk, how: { signal: AbortSignal; onEnded(error: EarError): void }): Promise<OpenEar>;
  /** Begins to take what the desk says (not called for a stored sentence), until the function that it answers with is called. */
  listen(talk: KitchenTalk, onFrame: (sequence: number, frame: Uint8Array) => void): () => void;
  onPhase(talk: KitchenTalk): void;
  onEnded(end: LineEnd): void;
}

interface Sounding {
  talk: KitchenTalk;
  asking: AbortController;
  ear: OpenEar | undefined;
  openedAtMs: number | undefined;
  stop: (() => void) | undefined;
  error: unknown;
}

const tone = makeTone();
const silentFrame = new Uint8Array(frameSamples).fill(silentByte);

/** Devices hold sound back before they play it: so many silent frames follow a sentence, that its last word is heard. */
const framesAfter = 15;

/** A sentence in frames of 20 ms, the last one filled with silence. */
function* sentenceFrames(sound: Uint8Array): Generator<Uint8Array, undefined> {
  for (let at = 0; at < sound.length; at += frameSamples) {
    const part = sound.subarray(at, at + frameSamples);
    if (part.length === frameSamples) yield part;
    else {
      const frame = silentFrame.slice();
      frame.set(part);
      yield frame;
    }
  }
  for (let count = 0; count < framesAfter; count += 1) yield silentFrame;
}

/** The way into one kitchen: the machine with its clock, the ear that is open, and the frames that go to it. */
export class KitchenLine {
  readonly #options: KitchenLineOptions;
  #state: KitchenTalkState = quietKitchen;
  #timer: NodeJS.Timeout | undefined;
  #sounding: Sounding | undefined;

  constructor(options: KitchenLineOptions) {
    this.#options = options;
  }

  get talk(): KitchenTalk | undefined {
    return this.#state.talk;
  }

  put(event: KitchenTalkEvent): KitchenTalkVerdict {
    const { state, effects, verdict } = talkStep(this.#state, event, this.#options.nowMs());
    this.#state = state;
    this.#schedule();
    for (const effect of effects) {
      if (effect.type === 'open') void this.#open(effect.talk);
      else if (effect.type === 'ended') this.#end(effect);
      if (effect.type !== 'ended') this.#options.onPhase(effect.talk);
    }
    return verdict;
  }

  async #open(talk: KitchenTalk): Promise<void> {
    const { commandId } = talk;
    const asking = new AbortController();
    const own: Sounding = {
      talk,
      asking,
      ear: undefined,
      openedAtMs: undefined,
      stop: undefined,
      error: undefined,
    };
    this.#sounding = own;
    const failed = (error: unknown): void => {
      if (this.#sounding !== own) return;
      own.error = error;
      this.put({ type: 'failed', commandId });
    };
    try {
      const ear = await this.#options.open(talk, { signal: asking.signal, onEnded: failed });
      if (this.#sounding !== own) return ear.close();
      own.ear = ear;
      own.openedAtMs = this.#options.nowMs();
      this.put({ type: 'opened', commandId, toneMs });
      own.stop = this.#sound(own, ear);
      // The desk may have gone within this very step.
      if (this.#sounding !== own) own.stop();
    } catch (error) {
      failed(error);
    }
  }

  /** Sends a frame every 20 ms: the tone, then the voice or the stored sentence. */
  #sound(own: Sounding, ear: OpenEar): () => void {
    const speaks = (): boolean => this.#sounding === own && this.#state.talk?.phase === 'speaking';
    const { sentence, commandId } = own.talk;
    const queue = new VoiceQueue();
    const stopListening =
      sentence === undefined
        ? this.#options.listen(own.talk, (sequence, frame) => {
            if (speaks()) queue.push(sequence, frame);
          })
        : () => undefined;
    const said = sentence === undefined ? undefined : sentenceFrames(sentence.sound);
    let sent = 0;
    const stopClock = runFrameClock(() => {
      if (this.#sounding !== own) return;
      const speech = said === undefined ? () => queue.take() : () => said.next().value;
      const frame = tone[sent] ?? (speaks() ? speech() : silentFrame);
      sent += 1;
      if (frame === undefined) this.put({ type: 'played', commandId });
      else ear.send(frame);
    }, this.#options.nowMs);
    return () => {
      stopClock();
      stopListening();
    };
  }

  #end(ended: Ended): void {
    const own = this.#sounding;
    if (own === undefined) return;
    this.#sounding = undefined;
    own.stop?.();
    own.asking.abort();
    own.ear?.close();
    const lengthMs = own.openedAtMs === undefined ? 0 : ended.endedAtMs - own.openedAtMs;
    this.#options.onEnded({ ...ended, lengthMs: Math.max(0, Math.round(lengthMs)), error: own.error });
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const due = dueAtMs(this.#state);
    if (due === undefined) return;
    const waitMs = Math.max(0, due - this.#options.nowMs());
    this.#timer = setTimeout(() => this.put({ type: 'tick' }), waitMs);
    this.#timer.unref();
  }
}
