import { expect, it } from 'vitest';
import {
  askAgainMs,
  createSnapshotPosters,
  posterAgeMs,
} from '../../../../src-sfu/features/onvif/snapshotPosters.ts';

function stage(cameraIds: string[]) {
  const clock = { nowMs: 3_600_000 };
  const posters = new Map<string, number>();
  const asked: string[] = [];
  const device = { id: 'd' };
  const silent = new Set<string>();
  let waiting: Promise<unknown> = Promise.resolve();
  const snapshots = createSnapshotPosters<string>({
    cameras: () => cameraIds.map((cameraId) => ({ cameraId, deviceId: device.id, profileToken: cameraId })),
    posterAtMs: (cameraId) => posters.get(cameraId),
    async snapshot({ cameraId }) {
      asked.push(cameraId);
      await waiting;
      return silent.has(cameraId) ? undefined : `picture of ${cameraId}`;
    },
    keep: (cameraId) => void posters.set(cameraId, clock.nowMs),
    nowMs: () => clock.nowMs,
  });
  return {
    snapshots,
    clock,
    device,
    posters,
    silent,
    taken: () => asked.splice(0),
    wait(until: Promise<unknown>) {
      waiting = until;
    },
  };
}

it('cameras that were placed just now get their pictures one after the other, and are not asked again', async () => {
  const { snapshots, posters, taken } = stage(['a', 'b', 'c']);
  await snapshots.tend();
  expect(taken()).toEqual(['a', 'b', 'c']);
  expect([...posters.keys()]).toEqual(['a', 'b', 'c']);
  await snapshots.tend();
  expect(taken()).toEqual([]);
});

it('of those with an old poster only the one with the oldest is asked in a turn', async () => {
  const { snapshots, clock, posters, taken } = stage(['a', 'b', 'c']);
  const old = clock.nowMs - posterAgeMs;
  for (const [cameraId, atMs] of [
    ['a', old],
    ['b', old - 1],
    ['c', old + 1],
  ] as const)
    posters.set(cameraId, atMs);
  await snapshots.tend();
  expect(taken()).toEqual(['b']);
  await snapshots.tend();
  expect(taken()).toEqual(['a']);
  await snapshots.tend();
  expect(taken()).toEqual([]);
});

it('one that gives no picture is left alone for a while, and keeps nobody else waiting', async () => {
  const { snapshots, clock, posters, silent, taken } = stage(['a', 'b']);
  silent.add('a');
  await snapshots.tend();
  expect([...posters.keys()]).toEqual(['b']);
  taken();
  clock.nowMs += askAgainMs - 1;
  await snapshots.tend();
  expect(taken()).toEqual([]);
  clock.nowMs += 1;
  await snapshots.tend();
  expect(taken()).toEqual(['a']);
});

it('one turn runs at a time, and nothing is kept once it is closed', async () => {
  const { snapshots, posters, taken, wait } = stage(['a', 'b']);
  const answered = Promise.withResolvers<void>();
  wait(answered.promise);
  const first = snapshots.tend();
  await snapshots.tend();
  snapshots.close();
  answered.resolve();
  await first;
  expect(taken()).toEqual(['a']);
  expect([...posters.keys()]).toEqual([]);
});

it('a picture that was on its way when the camera got another source is not its poster', async () => {
  const { snapshots, device, posters, wait } = stage(['a']);
  const answered = Promise.withResolvers<void>();
  wait(answered.promise);
  const turn = snapshots.tend();
  device.id = 'its former one';
  answered.resolve();
  await turn;
  expect([...posters.keys()]).toEqual([]);
});
