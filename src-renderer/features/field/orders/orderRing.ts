/** Frequencies in hertz of one ring, one after the other: unlike the tones of talk and of alerts. */
const ringHertz: readonly number[] = [988, 1319, 988, 1319];
const toneSeconds = 0.12;
/** From one ring to the next. */
const everySeconds = 1;
const rings = 4;
const loudness = 0.4;
/** Without a ramp the ear hears a click at both ends. */
const rampSeconds = 0.006;
/** Milliseconds on, off, on and so on. */
const vibration: readonly number[] = Array.from({ length: rings * 2 - 1 }, (_, index) =>
  index % 2 === 0 ? 600 : 400,
);

/** What a ring needs of the world; stand-ins serve in tests. */
export interface OrderRingPorts {
  openContext(): AudioContext;
  /** Undefined where the platform has none. */
  vibrate: ((pattern: number | number[]) => unknown) | undefined;
}

export interface OrderRing {
  /** Called in a gesture: only then does a browser let a page be heard and felt. */
  wake(): void;
  /** About four seconds; a ring that goes on begins again. */
  ring(): void;
  stop(): void;
}

/** Rings for an order with the browser's own oscillators, and vibrates. */
export function createOrderRing({ openContext, vibrate }: OrderRingPorts): OrderRing {
  let context: AudioContext | undefined;
  let output: GainNode | undefined;
  const stop = (): void => {
    output?.disconnect();
    output = undefined;
    if (context !== undefined) vibrate?.(0);
  };
  return {
    wake() {
      context ??= openContext();
      if (context.state !== 'running') void context.resume();
    },
    ring() {
      if (context === undefined) return;
      stop();
      vibrate?.([...vibration]);
      // A call or another app may have taken the output meanwhile.
      if (context.state !== 'running') void context.resume();
      output = sound(context);
    },
    stop,
  };
}

function sound(context: AudioContext): GainNode {
  const output = context.createGain();
  output.gain.value = loudness;
  output.connect(context.destination);
  const startsAt = context.currentTime;
  for (let ring = 0; ring < rings; ring += 1) {
    for (const [index, hertz] of ringHertz.entries()) {
      const from = startsAt + ring * everySeconds + index * toneSeconds;
      const until = from + toneSeconds;
      const gain = context.createGain();
      gain.gain.setValueAtTime(0, from);
      gain.gain.linearRampToValueAtTime(1, from + rampSeconds);
      gain.gain.setValueAtTime(1, until - rampSeconds);
      gain.gain.linearRampToValueAtTime(0, until);
      const oscillator = context.createOscillator();
      oscillator.frequency.value = hertz;
      oscillator.connect(gain).connect(output);
      oscillator.start(from);
      oscillator.stop(until);
    }
  }
  return output;
}
