import { decodeALaw, encodeALaw, levelOf, samplesPerSecond } from '../../src-shared/kitchenTalk/aLaw.ts';
import { longestSentenceBytes } from '../../src-shared/kitchenTalk/kitchenSentences.protocol.ts';

/** A recording that is shorter was a slip. Milliseconds. */
const shortestMs = 300;
/** Quieter as a whole is silence, from 0 to 1. */
const audible = 0.003;

/** A sentence that is being recorded. */
export interface SentenceRecording {
  /** Ends it; the sound as G.711 A-law at 8 kHz, or undefined where it was too short or silent. Rejects where the browser cannot decode it. */
  stop(): Promise<Uint8Array | undefined>;
  /** Ends it and forgets what was said. */
  cancel(): void;
}

/** Records the microphone of the desk. Rejects where it cannot be used. */
export async function recordSentence(): Promise<SentenceRecording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const release = (): void => {
    for (const track of stream.getTracks()) track.stop();
  };
  let recorder: MediaRecorder;
  const pieces: Blob[] = [];
  try {
    recorder = new MediaRecorder(stream);
    recorder.ondataavailable = ({ data }) => pieces.push(data);
    recorder.start();
  } catch (error) {
    release();
    throw error;
  }
  const ended = new Promise<void>((resolve) => recorder.addEventListener('stop', () => resolve()));
  void ended.then(release);
  const end = (): void => {
    if (recorder.state !== 'inactive') recorder.stop();
  };
  return {
    async stop() {
      end();
      await ended;
      const bytes = await new Blob(pieces).arrayBuffer();
      // The context resamples what it decodes to its own rate.
      const context = new OfflineAudioContext(1, 1, samplesPerSecond);
      return soundOf(mixed(await context.decodeAudioData(bytes)));
    },
    cancel: end,
  };
}

/** Samples from -1 to 1 at 8 kHz as a sentence; undefined where they are too few or silent. */
export function soundOf(samples: Float32Array): Uint8Array | undefined {
  const sound = Uint8Array.from(samples.subarray(0, longestSentenceBytes), encodeALaw);
  if (sound.length < (shortestMs * samplesPerSecond) / 1_000 || levelOf(sound) < audible) return undefined;
  return sound;
}

/** Plays a sentence at the desk, as the kitchen would hear it, until the function that it answers with is called. */
export function playSentence(sound: Uint8Array): () => void {
  const context = new AudioContext();
  const buffer = context.createBuffer(1, sound.length, samplesPerSecond);
  buffer.copyToChannel(Float32Array.from(sound, decodeALaw), 0);
  const source = context.createBufferSource();
  source.buffer = buffer;
  source.connect(context.destination);
  const close = (): void => {
    if (context.state !== 'closed') void context.close();
  };
  source.addEventListener('ended', close);
  source.start();
  return close;
}

function mixed(buffer: AudioBuffer): Float32Array {
  const sum = new Float32Array(buffer.length);
  for (let channel = 0; channel < buffer.numberOfChannels; channel += 1)
    for (const [at, sample] of buffer.getChannelData(channel).entries())
      sum[at] = (sum[at] ?? 0) + sample / buffer.numberOfChannels;
  return sum;
}
