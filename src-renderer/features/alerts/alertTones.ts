import type { AlertSound } from './alertSound.ts';

/** Frequencies in hertz, played one after the other, by class: a more urgent class has higher and more tones. */
const tones: Record<AlertSound['class'], readonly number[]> = {
  1: [880, 660, 880, 660],
  2: [587, 494],
  3: [392],
};
const toneSeconds = 0.16;

/** Plays the tones of the classes; the browser lets it only after somebody has touched the page. `onOpened` gets what plays them. */
export function createAlertTones(onOpened: (context: AudioContext) => void = () => undefined): {
  play(sound: AlertSound): void;
  allowed(): boolean;
} {
  let context: AudioContext | undefined;
  const wake = (): void => {
    if (context === undefined) {
      context = new AudioContext();
      onOpened(context);
    }
    if (context.state === 'suspended') void context.resume();
  };
  for (const name of ['pointerdown', 'keydown'] as const) window.addEventListener(name, wake);
  return {
    allowed: () => context?.state === 'running',
    play({ class: alertClass, loudness }) {
      if (context?.state !== 'running') return;
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
    },
  };
}
