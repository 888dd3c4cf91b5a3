import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttemptEvent } from '../../../../src-sfu/features/cameras/cameras.ports.ts';
import { createCameraDirectory } from '../../../../src-sfu/features/cameras/cameraDirectory.ts';
import {
  createCamerasService,
  type CamerasService,
} from '../../../../src-sfu/features/cameras/cameras.service.ts';
import { scriptedMedia, twoCameras, viewer } from './scriptedCameras.ts';

interface LogLine {
  msg: string;
  cause?: string;
  times?: number;
}

describe('a camera that refuses', () => {
  let script: ReturnType<typeof scriptedMedia>;
  let service: CamerasService;
  let lines: LogLine[];

  beforeEach(async () => {
    vi.useFakeTimers({ now: 1_000_000 });
    script = scriptedMedia();
    lines = [];
    const directory = createCameraDirectory(twoCameras, () => Date.now());
    await directory.reload();
    service = createCamerasService({
      directory,
      repository: twoCameras,
      media: script.media,
      logger: pino(
        { level: 'info' },
        { write: (line: string) => void lines.push(JSON.parse(line) as LogLine) },
      ),
      lingerMs: 10_000,
      nowMs: () => Date.now(),
      random: () => 0.5,
    });
  });
  afterEach(() => {
    service.close();
    vi.useRealTimers();
  });

  /** Every attempt ends like this; attempts made by viewers who come for 5 s every 10 s, as a tour's pages do. */
  async function tour(ending: Extract<AttemptEvent, { type: 'ended' }>, minutes: number): Promise<number> {
    let answered = 0;
    const answer = async (): Promise<void> => {
      await vi.advanceTimersByTimeAsync(0);
      for (; answered < script.attempts.length; answered += 1) script.attempts[answered]?.report(ending);
    };
    for (let visit = 0; visit < minutes * 6; visit += 1) {
      void service.openStream(viewer('wall'), 'cam-1', 'sub');
      for (let second = 0; second < 5; second += 1) {
        await answer();
        await vi.advanceTimersByTimeAsync(1_000);
      }
      await answer();
      service.releaseShares(viewer('wall'));
      await vi.advanceTimersByTimeAsync(5_000);
    }
    return script.attempts.length;
  }

  it.each([401, 403])(
    'the password (%d) is asked with it four times in ten minutes of a tour',
    async (status) => {
      const ending = { type: 'ended', cause: 'unauthorized', message: 'no', status } as const;
      expect(await tour(ending, 10)).toBeLessThanOrEqual(4);
      expect(script.attempts.length).toBeGreaterThan(1);
      expect(await service.openStream(viewer('desk'), 'cam-1', 'sub')).toMatchObject({
        data: { status: { state: 'unauthorized', message: 'no' } },
      });
    },
  );

  it.each([
    ['because it has no session left', { cause: 'refused', status: 453 }],
    ['because it does not know the address', { cause: 'notFound', status: 404 }],
  ] as const)('%s is asked less and less often', async (_why, ending) => {
    expect(await tour({ type: 'ended', message: 'no', ...ending }, 10)).toBeLessThanOrEqual(14);
    expect(await service.openStream(viewer('desk'), 'cam-1', 'sub')).toMatchObject({
      data: { status: { state: 'retrying', message: 'no' } },
    });
  });

  it('is asked at once after it was imported again', async () => {
    await tour({ type: 'ended', cause: 'unauthorized', message: 'no', status: 401 }, 1);
    const before = script.attempts.length;
    service.camerasChanged(['cam-1']);
    void service.openStream(viewer('wall'), 'cam-1', 'sub');
    await vi.advanceTimersByTimeAsync(0);
    expect(script.attempts).toHaveLength(before + 1);
  });

  it('for another reason is asked again within 2 s, as ever', async () => {
    expect(await tour({ type: 'ended', cause: 'closedByCamera', message: 'no' }, 1)).toBeGreaterThan(12);
  });

  it('for the same reason is logged once, and counted when it is live again', async () => {
    await tour({ type: 'ended', cause: 'closedByCamera', message: 'no' }, 1);
    expect(lines.filter(({ msg }) => msg === 'no')).toHaveLength(1);
    const failed = script.attempts.length;
    void service.openStream(viewer('wall'), 'cam-1', 'sub');
    await vi.advanceTimersByTimeAsync(2_000);
    script.attempts.at(-1)?.report({ type: 'live' });
    expect(lines.at(-1)).toMatchObject({
      msg: 'the camera is live again',
      cause: 'closedByCamera',
      times: failed,
    });
  });

  it('for another reason than before is logged again, with how often the one before came', async () => {
    await tour({ type: 'ended', cause: 'closedByCamera', message: 'no' }, 1);
    const failed = script.attempts.length;
    void service.openStream(viewer('wall'), 'cam-1', 'sub');
    await vi.advanceTimersByTimeAsync(2_000);
    script.attempts.at(-1)?.report({ type: 'ended', cause: 'timeout', message: 'late' });
    expect(lines.at(-1)).toMatchObject({
      msg: 'late',
      cause: 'timeout',
      before: 'closedByCamera',
      times: failed,
    });
  });
});
