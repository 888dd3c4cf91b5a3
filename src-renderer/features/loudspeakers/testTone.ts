import type { SoundRoute } from '../../media/loudspeakers.ts';
import type { SoundPurpose } from '../../media/loudspeakerChoice.ts';

/** Frequencies in hertz, one after the other: each purpose has a tone of its own, so that the ear knows which one it hears. */
const tones: Record<SoundPurpose, readonly number[]> = {
  alarms: [880, 660, 880, 660],
  talk: [880, 1320],
  cameras: [523, 659, 784],
};
const toneSeconds = 0.22;
/** Between two tones the ear needs a moment. */
const soundingShare = 0.85;
const loudness = 0.3;
/** A loudspeaker that sleeps swallows the first moment. */
const leadSeconds = 0.25;

/** A browser that lets the page be heard at all does so by then. Milliseconds. */
const patienceMs = 3_000;

/**
 * Plays the test tone of a purpose by the same way as its sounds, and resolves when it is over: false where the browser does not let the
 * page be heard. Called in a gesture.
 */
export async function playTestTone(
  purpose: SoundPurpose,
  route: SoundRoute,
  openContext: () => AudioContext = () => new AudioContext(),
): Promise<boolean> {
  const context = openContext();
  const unroute = route(context);
  try {
    if (!(await isRunning(context))) return false;
    const gain = context.createGain();
    gain.gain.value = loudness;
    gain.connect(context.destination);
    const startsAt = context.currentTime + leadSeconds;
    const ended = Promise.withResolvers<void>();
    const { length } = tones[purpose];
    for (const [index, hertz] of tones[purpose].entries()) {
      const oscillator = context.createOscillator();
      oscillator.frequency.value = hertz;
      oscillator.connect(gain);
      oscillator.start(startsAt + index * toneSeconds);
      oscillator.stop(startsAt + (index + soundingShare) * toneSeconds);
      if (index === length - 1) oscillator.addEventListener('ended', () => ended.resolve());
    }
    await ended.promise;
    return true;
  } catch {
    return false;
  } finally {
    unroute();
    void context.close().catch(() => undefined);
  }
}

/** Resolves once the context plays; false where it never does. On its way to another loudspeaker it stands still for a moment. */
async function isRunning(context: AudioContext): Promise<boolean> {
  const running = Promise.withResolvers<boolean>();
  const look = (): void => {
    if (context.state === 'running') running.resolve(true);
  };
  context.addEventListener('statechange', look);
  const timer = setTimeout(() => running.resolve(false), patienceMs);
  void context.resume().then(look, () => undefined);
  try {
    return await running.promise;
  } finally {
    clearTimeout(timer);
    context.removeEventListener('statechange', look);
  }
}
