import { expect, test } from 'vitest';
import { createPresets } from '../../../../src-sfu/features/turning/presets.ts';
import { createFindingPictures } from '../../../../src-sfu/features/findings/findingPictures.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { createTurningRepository, presetTravelMs } from '../../../../src-sfu/storage/turning.sql.ts';
import { atRest } from '../../../../src-shared/turning/motion.ts';

const day = 86_400_000;
const atMs = 1_795_400_000_000;
const holder = { holderId: 'desk-1', name: '王芳' };
const move = (startedAtMs: number, endedAtMs: number, motion = { ...atRest, pan: 0.5 }) => ({
  holder,
  motion,
  startedAtMs,
  endedAtMs,
  end: 'released' as const,
});

test('a camera was turned between two times when its view moved within them, also in part, and not by its focus', async () => {
  const turning = createTurningRepository(await openStore(':memory:'));
  const turned = (from: number, to: number, cameraId = 'k7') =>
    turning.turnedBetween(cameraId, atMs + from, atMs + to);
  expect(await turned(-day, day)).toBe(false);
  await turning.moved('k7', move(atMs, atMs + 3_000), null);
  await turning.moved('k7', move(atMs + 60_000, atMs + 61_000, { ...atRest, focus: 1 }), null);
  expect(await turned(-1_000, 1_000)).toBe(true);
  expect(await turned(2_000, 10_000)).toBe(true);
  expect(await turned(1_000, 2_000)).toBe(true);
  expect(await turned(-day, -1_000)).toBe(false);
  expect(await turned(3_000, day)).toBe(false);
  expect(await turned(-day, day, 'k8')).toBe(false);
});

test('a camera that is moving now is turned, and one that is sent to a preset too, in the audit log with who did it', async () => {
  const store = await openStore(':memory:');
  const turning = createTurningRepository(store);
  await turning.hold({ cameraId: 'k7', url: 'gb28181://x', heldBy: '王芳', principal: null });
  expect(await turning.turnedBetween('k7', atMs, atMs + 1_000)).toBe(false);
  await turning.moves('k7', atMs + 500, { ...atRest, focus: -1 });
  expect(await turning.turnedBetween('k7', atMs, atMs + 1_000)).toBe(false);
  await turning.moves('k7', atMs + 500, { ...atRest, tilt: -1 });
  expect(await turning.turnedBetween('k7', atMs, atMs + 1_000)).toBe(true);
  expect(await turning.turnedBetween('k7', atMs, atMs + 400)).toBe(false);

  await turning.savePreset('k8', { number: 1, name: '灶台' }, '王芳', atMs - day);
  const presets = createPresets({ repository: turning, urlOf: () => 'gb28181://x', nowMs: () => atMs });
  await presets.load();
  const head = { goToPreset: () => Promise.resolve(false) };
  const by = { actor: '李强', principal: null };
  expect(await presets.goTo('k8', head as never, 2, by)).toMatchObject({ reason: 'turning.no_such_preset' });
  expect(await turning.turnedBetween('k8', atMs - day, atMs + day)).toBe(false);
  expect(await presets.goTo('k8', head as never, 1, by)).toMatchObject({ reason: 'turning.not_reached' });
  expect(await turning.turnedBetween('k8', atMs - day, atMs + day)).toBe(true);
  // A picture that was taken on the way shows neither place; after the arrival it is compared with later ones.
  expect(await turning.turnedBetween('k8', atMs + presetTravelMs - 1, atMs + day)).toBe(true);
  expect(await turning.turnedBetween('k8', atMs + presetTravelMs, atMs + day)).toBe(false);
  const lines = await store.selectFrom('audit_log').selectAll().execute();
  expect(lines.at(-1)).toMatchObject({ actor: '李强', action: 'turning:goToPreset', subject: 'k8' });
});

test('turns of more than a year ago are dropped with the next one of the camera', async () => {
  const turning = createTurningRepository(await openStore(':memory:'));
  await turning.moved('k7', move(atMs, atMs + 1), null);
  await turning.moved('k8', move(atMs, atMs + 1), null);
  await turning.moved('k7', move(atMs + 401 * day, atMs + 401 * day + 1), null);
  expect(await turning.turnedBetween('k7', atMs - day, atMs + day)).toBe(false);
  expect(await turning.turnedBetween('k8', atMs - day, atMs + day)).toBe(true);
});

test('a pair of pictures says that the camera was turned between them, and a single picture does not', async () => {
  const asked: number[][] = [];
  const pictures = (hasAlert: boolean) =>
    createFindingPictures({
      alertPicture: () => Promise.resolve(hasAlert ? { jpeg: new Uint8Array([1]), atMs } : undefined),
      poster: () => Promise.resolve({ annexB: new Uint8Array(), capturedAtMs: atMs + day } as never),
      turnedBetween(cameraId, fromMs, toMs) {
        asked.push([fromMs, toMs]);
        return Promise.resolve(cameraId === 'turned');
      },
      toJpeg: () => Promise.resolve(Buffer.from([2])),
      logger: {} as never,
    });
  const pair = (cameraId: string, hasAlert = true) =>
    pictures(hasAlert).pairOf({ alertId: 'a', place: { name: 'x', cameraId } });
  expect((await pair('turned')).isTurned).toBe(true);
  expect(await pair('still')).not.toHaveProperty('isTurned');
  expect(await pair('turned', false)).not.toHaveProperty('isTurned');
  expect(asked).toEqual([
    [atMs, atMs + day],
    [atMs, atMs + day],
  ]);
});
