import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createAlertTones } from '../../../../../src-renderer/features/alerts/alertTones.ts';

/** An output whose loudspeaker comes and goes: without one it stands still, and asking for it to go on waits for one. */
class Output extends EventTarget {
  state = 'suspended';
  readonly currentTime = 0;
  readonly destination = {};
  readonly started: number[] = [];
  hasLoudspeaker = true;
  asked = 0;

  resume(): Promise<void> {
    this.asked += 1;
    if (this.hasLoudspeaker) this.#become('running');
    return Promise.resolve();
  }
  unplug(): void {
    this.hasLoudspeaker = false;
    this.#become('suspended');
  }
  createGain(): object {
    return { gain: { value: 0 }, connect: () => undefined };
  }
  createOscillator(): object {
    const frequency = { value: 0 };
    return {
      frequency,
      connect: () => undefined,
      start: () => this.started.push(frequency.value),
      stop: () => undefined,
    };
  }
  #become(state: string): void {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

const make = () => {
  const output = new Output();
  const tones = createAlertTones(
    () => undefined,
    () => output as unknown as AudioContext,
  );
  return { output, tones };
};
const touched = () => {
  const made = make();
  window.dispatchEvent(new Event('pointerdown'));
  return made;
};
const alarm = { class: 1, loudness: 2 } as const;
const quiet = { class: 3, loudness: 1 } as const;

describe('the tones of alerts', () => {
  beforeEach(() => {
    vi.stubGlobal('window', new EventTarget());
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('are not heard before anybody has touched the page, and at once from then on', () => {
    const { output, tones } = make();
    tones.play(alarm);
    expect([output.started, tones.allowed()]).toEqual([[], false]);
    window.dispatchEvent(new Event('pointerdown'));
    tones.play(quiet);
    expect([output.started, tones.allowed()]).toEqual([[392], true]);
  });

  it('go on by themselves when the loudspeaker is unplugged and another one is there', () => {
    const { output, tones } = touched();
    output.unplug();
    expect(output.asked).toBe(2);
    output.hasLoudspeaker = true;
    tones.play(alarm);
    expect([output.started, tones.allowed()]).toEqual([[880, 660, 880, 660], true]);
  });

  it('do not start an output again and again that stops at once', () => {
    const { output } = touched();
    for (let times = 0; times < 20; times += 1) {
      output.unplug();
      output.hasLoudspeaker = true;
      void output.resume();
    }
    // The touch, once by itself, and the twenty times of this test.
    expect(output.asked).toBe(1 + 1 + 20);
  });

  it('sound once, the most urgent, when the output is back while several waited', () => {
    const { output, tones } = touched();
    output.unplug();
    tones.play(quiet);
    tones.play(alarm);
    tones.play(alarm);
    tones.play(quiet);
    expect(output.started).toEqual([]);
    vi.advanceTimersByTime(9_000);
    output.hasLoudspeaker = true;
    void output.resume();
    expect(output.started).toEqual([880, 660, 880, 660]);
    void output.resume();
    expect(output.started).toHaveLength(4);
  });

  it('are not heard when the output comes so late that somebody may have taken the alert', () => {
    const { output, tones } = touched();
    output.unplug();
    tones.play(alarm);
    vi.advanceTimersByTime(10_001);
    output.hasLoudspeaker = true;
    void output.resume();
    expect(output.started).toEqual([]);
    tones.play(quiet);
    expect(output.started).toEqual([392]);
  });
});
