import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createTurnDriver } from '../../../../../src-renderer/features/turning/turnDriver.ts';
import {
  motionOfKeys,
  motionOfPad,
  slowSpeed,
  usualSpeed,
} from '../../../../../src-renderer/features/turning/turnKeys.ts';
import { ok, refuse, type Ack } from '../../../../../src-shared/protocol/define.ts';
import { atRest } from '../../../../../src-shared/turning/motion.ts';

const left = { ...atRest, pan: -0.5 };
const right = { ...atRest, pan: 0.5 };
let answers: Record<string, Ack<object>> = {};
let isAttended = true;
const sent: string[] = [];
const refused = vi.fn();

function driver() {
  const send =
    (name: string) =>
    (_cameraId: string, moveId: number): Promise<Ack<object>> => {
      sent.push(`${name} ${moveId}`);
      return Promise.resolve(answers[name] ?? ok({}));
    };
  return createTurnDriver({
    send: { move: send('move'), keepMoving: send('keep'), stop: send('stop') },
    isAttended: () => isAttended,
    onMotion: () => undefined,
    onRefused: refused,
    nowMs: () => Date.now(),
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  sent.length = 0;
  answers = {};
  isAttended = true;
  refused.mockClear();
});
afterEach(() => void vi.useRealTimers());

it('says again every 200 ms that the camera is to go on, and stops once at the release', async () => {
  const made = driver();
  made.set('c', left);
  await vi.advanceTimersByTimeAsync(450);
  made.release();
  made.release();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent).toEqual(['move 1', 'keep 1', 'keep 1', 'stop 1']);
});

it('sends a new direction of the same move, at most ten times a second', async () => {
  const made = driver();
  made.set('c', left);
  for (let step = 0; step < 10; step += 1) {
    made.set('c', step % 2 === 0 ? right : left);
    await vi.advanceTimersByTimeAsync(15);
  }
  expect(sent.filter((line) => line.startsWith('move')).length).toBeLessThanOrEqual(3);
  made.set('c', atRest);
  expect(sent.at(-1)).toBe('stop 1');
});

it('stops without a release when the page has lost the focus, and begins nothing without a connection', async () => {
  const made = driver();
  made.set('c', left);
  isAttended = false;
  await vi.advanceTimersByTimeAsync(200);
  expect(sent).toEqual(['move 1', 'stop 1']);
  isAttended = true;
  made.set('c', left);
  made.connectionLost();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent).toEqual(['move 1', 'stop 1', 'move 2']);
});

it('begins again where the hub has stopped for silence, and lets go where another desk has the camera', async () => {
  const made = driver();
  made.set('c', left);
  answers = { keep: refuse('conflict', '', { reason: 'turning.move_over' }) };
  await vi.advanceTimersByTimeAsync(210);
  expect(sent).toEqual(['move 1', 'keep 1', 'move 2']);
  answers = { keep: refuse('conflict', '', { reason: 'turning.held', by: 'Bob' }) };
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent).toEqual(['move 1', 'keep 1', 'move 2', 'keep 2']);
  expect(refused).toHaveBeenCalledOnce();
});

it('keys add up, opposite ones cancel, Shift is slow', () => {
  const key = (code: string) => ({ code, key: code });
  expect(motionOfKeys([key('ArrowLeft'), key('ArrowUp')], false)).toEqual({
    ...atRest,
    pan: -usualSpeed,
    tilt: usualSpeed,
  });
  expect(motionOfKeys([key('ArrowLeft'), key('ArrowRight')], false)).toEqual(atRest);
  expect(motionOfKeys([key('Equal')], true)).toEqual({ ...atRest, zoom: slowSpeed });
  expect(motionOfKeys([{ code: '', key: '+' }], false).zoom).toBe(usualSpeed);
  expect(motionOfKeys([key('constructor'), key('KeyA')], false)).toEqual(atRest);
});

it('the pad is faster further out, and rests in its middle', () => {
  expect(motionOfPad(0.05, 0.05)).toEqual(atRest);
  expect(motionOfPad(1, 0)).toMatchObject({ pan: 1, tilt: 0 });
  expect(motionOfPad(0, -0.5)).toMatchObject({ pan: 0, tilt: 0.5 });
  const corner = motionOfPad(3, 3);
  expect(Math.hypot(corner.pan, corner.tilt)).toBeLessThanOrEqual(1.05);
});
