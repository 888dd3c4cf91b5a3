import { describe, expect, it } from 'vitest';
import {
  isShowable,
  transitionCameraCondition,
  unknownCondition,
  type CameraCondition,
  type CameraFinding,
} from '../../../../src-shared/cameras/cameraCondition.ts';

const unreachable: CameraFinding = { type: 'failed', cause: 'unreachable', message: 'No route.' };
const refusedPassword: CameraFinding = { type: 'failed', cause: 'unauthorized', message: 'Wrong password.' };

/** The condition after findings, each a second after the one before, from 0. */
function after(...findings: CameraFinding[]): CameraCondition {
  return findings.reduce<CameraCondition>(
    (condition, finding, index) => transitionCameraCondition(condition, finding, (index + 1) * 1_000),
    unknownCondition(0),
  );
}

describe('the condition of a camera', () => {
  it('is unknown until the first probe', () => {
    expect(unknownCondition(5)).toEqual({ condition: 'unknown', sinceMs: 5, failures: 0 });
  });

  it('is online with the first picture, and since then', () => {
    expect(after({ type: 'pictureArrived' }, { type: 'pictureAdvanced' })).toMatchObject({
      condition: 'online',
      sinceMs: 1_000,
    });
  });

  it('is one of a camera whose pictures no screen can decode, though they come and change, until one can', () => {
    const seen: CameraFinding[] = [
      { type: 'pictureArrived' },
      { type: 'undecodable' },
      { type: 'pictureAdvanced' },
    ];
    expect(after(...seen)).toMatchObject({ condition: 'unsupported', sinceMs: 2_000 });
    expect(after(...seen).message).toContain('screen');
    expect(after(...seen, { type: 'pictureArrived' }).condition).toBe('unsupported');
    expect(after(...seen, { type: 'decodable' })).toMatchObject({ condition: 'online', sinceMs: 4_000 });
    expect(after({ type: 'pictureFroze', sinceMs: 500 }, { type: 'decodable' }).condition).toBe('frozen');
    expect(after(...seen, unreachable, unreachable, { type: 'pictureAdvanced' }).condition).toBe('online');
  });

  it('is offline with the second failure, since the first one', () => {
    expect(after({ type: 'pictureAdvanced' }, unreachable).condition).toBe('online');
    expect(after({ type: 'pictureAdvanced' }, unreachable, unreachable)).toMatchObject({
      condition: 'offline',
      sinceMs: 2_000,
      message: 'No route.',
    });
  });

  it('is offline at once when the very first probe fails', () => {
    expect(after(unreachable)).toMatchObject({ condition: 'offline', sinceMs: 1_000 });
  });

  it('forgets a single failure with the next picture', () => {
    const condition = after(
      { type: 'pictureAdvanced' },
      unreachable,
      { type: 'pictureArrived' },
      unreachable,
    );
    expect(condition).toMatchObject({ condition: 'online', sinceMs: 1_000, failures: 1 });
  });

  it('keeps since when it is offline, with the newest message', () => {
    const condition = after(unreachable, unreachable, {
      type: 'failed',
      cause: 'timeout',
      message: 'No answer.',
    });
    expect(condition).toMatchObject({ condition: 'offline', sinceMs: 1_000, message: 'No answer.' });
  });

  it('says at once that a password is refused or a codec not understood', () => {
    expect(after({ type: 'pictureAdvanced' }, refusedPassword)).toMatchObject({
      condition: 'unauthorized',
      sinceMs: 2_000,
      message: 'Wrong password.',
    });
    expect(after({ type: 'failed', cause: 'unsupported', message: 'MPEG-4.' }).condition).toBe('unsupported');
  });

  it('is online where only the place for changing its codec was missing: it answered and let the hub in', () => {
    expect(after({ type: 'failed', cause: 'transcodeBudget', message: 'H265.' })).toMatchObject({
      condition: 'online',
      failures: 0,
    });
  });

  it('stays frozen until the picture was seen to change, not only to arrive', () => {
    const frozen = after({ type: 'pictureAdvanced' }, { type: 'pictureFroze', sinceMs: 1_500 });
    expect(frozen).toMatchObject({ condition: 'frozen', sinceMs: 1_500 });
    const seenAgain = transitionCameraCondition(frozen, { type: 'pictureArrived' }, 300_000);
    expect(seenAgain).toMatchObject({ condition: 'frozen', sinceMs: 1_500 });
    const frozenStill = transitionCameraCondition(
      seenAgain,
      { type: 'pictureFroze', sinceMs: 300_000 },
      308_000,
    );
    expect(frozenStill).toMatchObject({ condition: 'frozen', sinceMs: 1_500 });
    const moving = transitionCameraCondition(frozenStill, { type: 'pictureAdvanced' }, 600_000);
    expect(moving).toEqual({ condition: 'online', sinceMs: 600_000, failures: 0 });
  });

  it('lets pictures be expected unless it is known that none come', () => {
    expect((['unknown', 'online', 'frozen'] as const).every(isShowable)).toBe(true);
    expect((['offline', 'unauthorized', 'unsupported'] as const).some(isShowable)).toBe(false);
  });
});
