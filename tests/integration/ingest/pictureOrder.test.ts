import { afterEach, describe, expect, it } from 'vitest';
import { startCameraCase, startCameraKind, type RunningCameraCase } from '../../support/cameraCases.ts';
import { attemptIngest, oneTranscoder, type IngestAttempt } from '../../support/ingestAttempt.ts';

let camera: RunningCameraCase;
let attempt: IngestAttempt;
afterEach(async () => {
  attempt.close();
  await camera.stop();
});

const start = (name: string): Promise<RunningCameraCase> =>
  name === 'bframe1' ? startCameraKind(name) : startCameraCase(name);

describe('pictures that come in another order than they are shown in', () => {
  it.each(['bframes', 'bframe1'])('reach nobody as they are: %s', async (name) => {
    camera = await start(name);
    attempt = attemptIngest(camera.url);
    await expect(attempt.event('reordered')).resolves.toMatchObject({ isConverted: true });
    // The event comes just before the first picture in order: nothing went out until then, and nothing was said to be live.
    const types = attempt.events.map(({ type }) => type);
    expect(types.indexOf('live')).toBe(-1);
    expect(attempt.video.length).toBeLessThan(40);
    await attempt.event('live');
    expect(attempt.output.needsConversion).toBe(false);
    expect(attempt.events.map(({ type }) => type)).toEqual(['described', 'reordered', 'live']);
  });

  it.each(['bframes', 'bframe1'])(
    'go out with a word before they count as live where nothing can put them in order: %s',
    async (name) => {
      camera = await start(name);
      attempt = attemptIngest(camera.url, { transcoder: oneTranscoder(0) });
      await attempt.event('live');
      expect(attempt.events.slice(0, 3)).toMatchObject([
        { type: 'described' },
        { type: 'reordered', isConverted: false },
        { type: 'live' },
      ]);
      expect(attempt.video.length).toBeGreaterThan(0);
    },
  );

  it.each(['good', 'fps-one', 'long-gop', 'sprop-garbage'])(
    'are distinguished from those in order, which are sent from their key picture on: %s',
    async (name) => {
      camera = await start(name);
      attempt = attemptIngest(camera.url);
      // Who comes just after the key picture of a long group waits for the next one.
      await attempt.event('live', 40_000);
      expect(attempt.events.map(({ type }) => type)).not.toContain('reordered');
      // The parameter sets, and with them the key picture.
      expect((attempt.video[0]?.[20] ?? 0) & 0x1f).toBe(24);
    },
  );
});
