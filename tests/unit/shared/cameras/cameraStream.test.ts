import fc from '../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  idleCameraStream,
  needsSource,
  nextCameraStreamDeadline,
  retryDelayMs,
  transitionCameraStream,
  type CameraStream,
  type CameraStreamEvent,
} from '../../../../src-shared/cameras/cameraStream.ts';

/** Runs events one after the other, a second apart unless an event says when; refused ones change nothing. */
function run(...steps: (CameraStreamEvent | [number, CameraStreamEvent])[]): CameraStream {
  let state = idleCameraStream(0);
  let nowMs = 0;
  for (const step of steps) {
    const [atMs, event] = Array.isArray(step) ? step : [nowMs + 1000, step];
    nowMs = atMs;
    const result = transitionCameraStream(state, event, nowMs, 10_000);
    if (result.ok) state = result.state;
  }
  return state;
}

const viewerArrived: CameraStreamEvent = { type: 'viewerArrived' };
const lastViewerLeft: CameraStreamEvent = { type: 'lastViewerLeft' };
const pictureArrived: CameraStreamEvent = { type: 'pictureArrived' };
const deadlineReached: CameraStreamEvent = { type: 'deadlineReached' };
const ended = (
  cause: Extract<CameraStreamEvent, { type: 'attemptEnded' }>['cause'],
  codec?: string,
): CameraStreamEvent => ({
  type: 'attemptEnded',
  cause,
  message: 'what happened',
  jitter: 0.5,
  ...(codec === undefined ? {} : { codec }),
});

describe('the camera stream machine', () => {
  it('starts with the first viewer and is live with the first picture', () => {
    expect(run(viewerArrived)).toMatchObject({ name: 'starting', failures: 0 });
    expect(run(viewerArrived, pictureArrived)).toMatchObject({ name: 'live', sinceMs: 2000 });
  });

  it('lingers after the last viewer and is live at once for one who comes back', () => {
    const lingering = run(viewerArrived, pictureArrived, lastViewerLeft);
    expect(lingering).toMatchObject({ name: 'lingering', untilMs: 13_000 });
    expect(run(viewerArrived, pictureArrived, lastViewerLeft, viewerArrived)).toMatchObject({
      name: 'live',
      sinceMs: 2000,
    });
  });

  it('stops when the linger is over, and not before', () => {
    const until = run(viewerArrived, pictureArrived, lastViewerLeft, [12_999, deadlineReached]);
    expect(until.name).toBe('lingering');
    expect(run(viewerArrived, pictureArrived, lastViewerLeft, [13_000, deadlineReached]).name).toBe('idle');
  });

  it('tries again after a failure, each time later, up to the longest delay', () => {
    const once = run(viewerArrived, ended('unreachable'));
    expect(once).toMatchObject({ name: 'retrying', failures: 1, retryAtMs: 2000 + retryDelayMs(1, 0.5) });
    const twice = run(viewerArrived, ended('unreachable'), [5000, deadlineReached], ended('unreachable'));
    expect(twice).toMatchObject({ name: 'retrying', failures: 2 });
    expect(retryDelayMs(2, 0.5)).toBe(2 * retryDelayMs(1, 0.5));
    expect(retryDelayMs(50, 1)).toBeLessThanOrEqual(1800);
  });

  it('starts with the shortest delay again after it ran for a while', () => {
    const state = run(
      viewerArrived,
      ended('timeout'),
      [5000, deadlineReached],
      [6000, pictureArrived],
      [20_000, ended('closedByCamera')],
    );
    expect(state).toMatchObject({ name: 'retrying', failures: 1 });
  });

  it('asks a camera that refused the password again only after a minute', () => {
    expect(run(viewerArrived, ended('unauthorized'))).toMatchObject({
      name: 'unauthorized',
      retryAtMs: 62_000,
    });
  });

  it('names the codec it cannot show', () => {
    expect(run(viewerArrived, ended('unsupported', 'AV1'))).toMatchObject({
      name: 'unsupported',
      codec: 'AV1',
    });
  });

  it('keeps frozen as a flag on live, through a linger and back', () => {
    const froze: CameraStreamEvent = { type: 'pictureFroze', sinceMs: 2500 };
    const frozen = run(viewerArrived, pictureArrived, froze, lastViewerLeft, viewerArrived);
    expect(frozen).toMatchObject({ name: 'live', frozenSinceMs: 2500 });
    const moving = run(viewerArrived, pictureArrived, froze, { type: 'pictureMoved' });
    expect(moving).not.toHaveProperty('frozenSinceMs');
  });

  it('starts again when the camera’s address changed, and forgets a refused password', () => {
    const state = run(viewerArrived, ended('unauthorized'), { type: 'cameraChanged' });
    expect(state).toMatchObject({ name: 'starting', failures: 0 });
  });

  it('never waits for ever, and runs a source only for somebody, whatever happens in whatever order', () => {
    const event = fc.oneof(
      fc.constantFrom<CameraStreamEvent>(
        viewerArrived,
        lastViewerLeft,
        pictureArrived,
        deadlineReached,
        { type: 'pictureFroze', sinceMs: 1 },
        { type: 'pictureMoved' },
        { type: 'cameraChanged' },
      ),
      fc
        .constantFrom('unreachable', 'unauthorized', 'unsupported', 'silent', 'transcodeBudget')
        .map((cause) => ended(cause as 'silent')),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(20_000), event), { maxLength: 60 }), (steps) => {
        let state = idleCameraStream(0);
        let nowMs = 0;
        for (const [laterMs, next] of steps) {
          nowMs += laterMs;
          const result = transitionCameraStream(state, next, nowMs);
          if (result.ok) state = result.state;
          const deadline = nextCameraStreamDeadline(state);
          const waits =
            state.name === 'retrying' || state.name === 'unauthorized' || state.name === 'unsupported';
          expect(waits || state.name === 'lingering').toBe(deadline !== undefined);
          if (waits) expect(needsSource(state)).toBe(false);
        }
        const left = transitionCameraStream(state, lastViewerLeft, nowMs);
        const after = left.ok ? left.state : state;
        expect(['idle', 'lingering']).toContain(after.name);
      }),
    );
  });
});
