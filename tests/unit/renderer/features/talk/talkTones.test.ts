import { describe, expect, it } from 'vitest';
import { createTalkTones } from '../../../../../src-renderer/features/talk/talkTones.ts';

/** An output that is not running until the browser lets it. */
function sleepingOutput() {
  const started: number[] = [];
  const running = Promise.withResolvers<void>();
  const part = { setValueAtTime() {}, linearRampToValueAtTime() {} };
  const output = {
    state: 'suspended',
    currentTime: 0,
    resume: () => running.promise,
    createGain: () => ({ gain: part, connect: () => output }),
    createOscillator() {
      const frequency = { value: 0 };
      return {
        frequency,
        connect: (next: unknown) => next,
        start: () => started.push(frequency.value),
        stop() {},
      };
    },
  };
  return {
    started,
    context: output as unknown as AudioContext,
    async run() {
      output.state = 'running';
      running.resolve();
      await running.promise;
    },
  };
}

describe('the tones of a talk key', () => {
  const clock = { nowMs: 1_000 };
  const make = () => {
    const output = sleepingOutput();
    const tones = createTalkTones({ openContext: () => output.context, nowMs: () => clock.nowMs });
    return { ...output, tones };
  };

  it('are heard when they come before the output that the first press wakes', async () => {
    const { tones, started, run } = make();
    tones.wake();
    tones.play('granted');
    expect(started).toEqual([]);
    clock.nowMs += 80;
    await run();
    expect(started).toEqual([880, 1320]);
  });

  it('are heard at once from then on', async () => {
    const { tones, started, run } = make();
    tones.wake();
    await run();
    tones.play('queued');
    expect(started).toEqual([660]);
  });

  it('are not heard when the output comes so late that they are not true any more', async () => {
    const { tones, started, run } = make();
    tones.wake();
    tones.play('granted');
    clock.nowMs += 600;
    await run();
    expect(started).toEqual([]);
  });

  it('are not heard before any gesture', () => {
    const { tones, started } = make();
    tones.play('taken');
    expect(started).toEqual([]);
  });
});
