import type { AlertSound } from './alertSound.ts';

/** Frequencies in hertz, played one after the other, by class: a more urgent class has higher and more tones. */
const tones: Record<AlertSound['class'], readonly number[]> = {
  1: [880, 660, 880, 660],
  2: [587, 494],
  3: [392],
};
const toneSeconds = 0.16;
/** A tone for which the output was not there within this time is dropped: by then its alert may be somebody’s. Milliseconds. */
const oldMs = 10_000;
/** An output that stops again and again is started by itself once in this time. Milliseconds. */
const startAgainMs = 1_000;

/**
 * Plays the tones of the classes; the browser lets it only after somebody has touched the page. A browser stops the output when its
 * loudspeaker goes; it is started again without a touch. `onOpened` gets what plays them.
 */
export function createAlertTones(
  onOpened: (context: AudioContext) => void = () => undefined,
  openContext: () => AudioContext = () => new AudioContext(),
): {
  play(sound: AlertSound): void;
  allowed(): boolean;
} {
  let context: AudioContext | undefined;
  /** The most urgent tone that waits for the output, of which only one sounds when it is back, and since when it waits. */
  let waiting: { sound: AlertSound; sinceMs: number } | undefined;
  let hasRun = false;
  let startedAgainMs = Number.NEGATIVE_INFINITY;

  const resume = (output: AudioContext): void => {
    // Where the browser does not let it, it is tried again with the next tone and the next touch.
    void output.resume().catch(() => undefined);
  };
  const changed = (output: AudioContext): void => {
    if (output.state !== 'running') {
      const nowMs = performance.now();
      if (!hasRun || nowMs - startedAgainMs < startAgainMs) return;
      startedAgainMs = nowMs;
      return resume(output);
    }
    hasRun = true;
    if (waiting === undefined) return;
    const { sound, sinceMs } = waiting;
    waiting = undefined;
    if (performance.now() - sinceMs <= oldMs) playNow(output, sound);
  };
  const wake = (): void => {
    if (context === undefined) {
      const opened = openContext();
      context = opened;
      hasRun = opened.state === 'running';
      opened.addEventListener('statechange', () => changed(opened));
      onOpened(opened);
    }
    if (context.state !== 'running') resume(context);
  };
  for (const name of ['pointerdown', 'keydown'] as const) window.addEventListener(name, wake);
  return {
    allowed: () => context?.state === 'running',
    play(sound) {
      if (context === undefined) return;
      if (context.state === 'running') return playNow(context, sound);
      const nowMs = performance.now();
      const isCovered =
        waiting !== undefined && waiting.sound.class < sound.class && nowMs - waiting.sinceMs <= oldMs;
      if (!isCovered) waiting = { sound, sinceMs: nowMs };
      resume(context);
    },
  };
}

function playNow(context: AudioContext, { class: alertClass, loudness }: AlertSound): void {
  const gain = context.createGain();
  gain.gain.value = loudness === 2 ? 0.5 : 0.18;
  gain.connect(context.destination);
  const startsAt = context.currentTime;
  for (const [index, frequency] of tones[alertClass].entries()) {
    const tone = context.createOscillator();
    tone.frequency.value = frequency;
    tone.connect(gain);
    tone.start(startsAt + index * toneSeconds);
    tone.stop(startsAt + (index + 0.85) * toneSeconds);
  }
}
