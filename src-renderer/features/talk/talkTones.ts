/** The tones of a talk key. */
export type TalkTone = 'granted' | 'denied' | 'queued' | 'taken' | 'lost' | 'limit';

interface Note {
  hertz: number;
  atMs: number;
  lastsMs: number;
}

/** Short: speech may begin when the grant tone does, and no tone may cover it. */
const notes: Record<TalkTone, readonly Note[]> = {
  granted: [
    { hertz: 880, atMs: 0, lastsMs: 60 },
    { hertz: 1320, atMs: 60, lastsMs: 60 },
  ],
  denied: [
    { hertz: 220, atMs: 0, lastsMs: 140 },
    { hertz: 220, atMs: 200, lastsMs: 200 },
  ],
  queued: [{ hertz: 660, atMs: 0, lastsMs: 110 }],
  taken: [{ hertz: 523, atMs: 0, lastsMs: 60 }],
  lost: [
    { hertz: 660, atMs: 0, lastsMs: 110 },
    { hertz: 440, atMs: 120, lastsMs: 110 },
    { hertz: 294, atMs: 240, lastsMs: 220 },
  ],
  limit: [
    { hertz: 990, atMs: 0, lastsMs: 70 },
    { hertz: 990, atMs: 130, lastsMs: 70 },
    { hertz: 990, atMs: 260, lastsMs: 70 },
  ],
};

/** Without a ramp the ear hears a click at both ends. */
const rampSeconds = 0.006;
const loudness = 0.22;
/** A tone that could not be played within this time is dropped, because it would not be true any more. Milliseconds. */
const oldMs = 500;

export interface TalkTones {
  play(tone: TalkTone): void;
  /** Called in a gesture: only then does a browser let a page be heard. */
  wake(): void;
}

/** What the tones need from their surroundings; tests use stand-ins. */
export interface TalkTonePorts {
  openContext(): AudioContext;
  /** Gets what plays the tones, once. */
  onOpened(context: AudioContext): void;
  nowMs(): number;
}

const ofThisPage: TalkTonePorts = {
  openContext: () => new AudioContext({ latencyHint: 'interactive' }),
  onOpened: () => undefined,
  nowMs: () => performance.now(),
};

/** Makes the tones of a talk key with the browser's own oscillators. */
export function createTalkTones(ports: Partial<TalkTonePorts> = {}): TalkTones {
  const { openContext, onOpened, nowMs } = { ...ofThisPage, ...ports };
  let context: AudioContext | undefined;
  return {
    wake() {
      if (context === undefined) {
        context = openContext();
        onOpened(context);
      }
      if (context.state !== 'running') void context.resume();
    },
    play(tone) {
      if (context === undefined) return;
      if (context.state === 'running') return sound(context, tone);
      // The first press wakes the output, and its grant may be there before the output is.
      const waking = context;
      const askedMs = nowMs();
      void waking.resume().then(() => {
        if (nowMs() - askedMs <= oldMs) sound(waking, tone);
      });
    },
  };
}

function sound(context: AudioContext, tone: TalkTone): void {
  const startsAt = context.currentTime;
  for (const { hertz, atMs, lastsMs } of notes[tone]) {
    const from = startsAt + atMs / 1_000;
    const until = from + lastsMs / 1_000;
    const gain = context.createGain();
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(loudness, from + rampSeconds);
    gain.gain.setValueAtTime(loudness, until - rampSeconds);
    gain.gain.linearRampToValueAtTime(0, until);
    const oscillator = context.createOscillator();
    oscillator.frequency.value = hertz;
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(from);
    oscillator.stop(until);
  }
}
