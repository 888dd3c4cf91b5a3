/**
 * The camera stream machine (domain.md): one state per camera and stream, whoever watches.
 * Pure: the clock and the jitter come in with the event; the caller keeps the timers and the media.
 */

/** Why an attempt at a camera ended. */
export type StreamEndCause =
  | 'unreachable'
  | 'refused'
  | 'unauthorized'
  | 'notFound'
  | 'timeout'
  | 'silent'
  | 'closedByCamera'
  | 'protocolError'
  | 'unsupported'
  | 'transcodeBudget'
  | 'transcodeFailed';

/** What the hub is waiting for, when an attempt takes longer than usual. */
export const streamWaits = ['answer', 'firstPacket', 'keyPicture'] as const;
export type StreamWait = (typeof streamWaits)[number];

export type CameraStream =
  | { name: 'idle'; sinceMs: number }
  | { name: 'starting'; sinceMs: number; failures: number }
  | { name: 'live'; sinceMs: number; frozenSinceMs?: number }
  | { name: 'lingering'; sinceMs: number; untilMs: number; liveSinceMs: number; frozenSinceMs?: number }
  | {
      name: 'retrying';
      sinceMs: number;
      failures: number;
      retryAtMs: number;
      cause: StreamEndCause;
      message: string;
    }
  | { name: 'unauthorized'; sinceMs: number; retryAtMs: number; message: string }
  | { name: 'unsupported'; sinceMs: number; retryAtMs: number; codec: string; message: string };

export type CameraStreamEvent =
  /** `refusal`: the camera refused not long ago, and is not to be asked again before `retryAtMs`. */
  | {
      type: 'viewerArrived';
      refusal?: { cause: StreamEndCause; message: string; retryAtMs: number; count: number };
    }
  | { type: 'lastViewerLeft' }
  /** The first complete key picture of this attempt was passed on. */
  | { type: 'pictureArrived' }
  /** `jitter` in 0…1 spreads the retries of many cameras that failed together. */
  /** `retryAtMs`: no attempt before that time. */
  | {
      type: 'attemptEnded';
      cause: StreamEndCause;
      message: string;
      codec?: string;
      jitter: number;
      retryAtMs?: number;
    }
  | { type: 'pictureFroze'; sinceMs: number }
  | { type: 'pictureMoved' }
  /** The camera's address or credentials were changed. */
  | { type: 'cameraChanged' }
  | { type: 'deadlineReached' };

export type CameraStreamTransition = { ok: true; state: CameraStream } | { ok: false; reason: string };

/** How long a stream without viewers keeps running, so that a page turn back finds it warm. */
export const defaultLingerMs = 10_000;
/** First retry; doubled for each further failure up to the longest. */
const firstRetryMs = 250;
/** A viewed camera that works again must be live within 3 s, including a 1 s GOP (domain.md, figures). */
const longestRetryMs = 1_500;
/** After a wrong password the hub tries again only rarely, because many cameras lock an account after repeated failures. */
const unauthorizedRetryMs = 60_000;
const unsupportedRetryMs = 60_000;
/** A stream that ran this long starts again with the shortest retry. */
const stableMs = 10_000;

/** The state a stream begins in. */
export function idleCameraStream(nowMs: number): CameraStream {
  return { name: 'idle', sinceMs: nowMs };
}

/** Milliseconds until the next attempt after so many failures; `jitter` 0…1 gives ±20 %. */
export function retryDelayMs(failures: number, jitter: number): number {
  const plainMs = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 10));
  return Math.round(plainMs * (0.8 + 0.4 * jitter));
}

/** The next state, or why the event means nothing here. */
export function transitionCameraStream(
  state: CameraStream,
  event: CameraStreamEvent,
  nowMs: number,
  lingerMs: number = defaultLingerMs,
): CameraStreamTransition {
  switch (event.type) {
    case 'viewerArrived':
      if (state.name === 'idle' && event.refusal !== undefined) return moveTo(waiting(event.refusal, nowMs));
      if (state.name === 'idle') return moveTo({ name: 'starting', sinceMs: nowMs, failures: 0 });
      if (state.name === 'lingering') return moveTo(liveAgain(state));
      return refused(state, event);
    case 'lastViewerLeft':
      if (state.name === 'idle' || state.name === 'lingering') return refused(state, event);
      if (state.name === 'live') return moveTo(linger(state, nowMs, lingerMs));
      return moveTo(idleCameraStream(nowMs));
    case 'pictureArrived':
      if (state.name !== 'starting') return refused(state, event);
      return moveTo({ name: 'live', sinceMs: nowMs });
    case 'attemptEnded':
      return attemptEnded(state, event, nowMs);
    case 'pictureFroze':
      if (state.name !== 'live' && state.name !== 'lingering') return refused(state, event);
      return moveTo({ ...state, frozenSinceMs: event.sinceMs });
    case 'pictureMoved': {
      if (state.name !== 'live' && state.name !== 'lingering') return refused(state, event);
      const { frozenSinceMs, ...moving } = state;
      return frozenSinceMs === undefined ? refused(state, event) : moveTo(moving);
    }
    case 'cameraChanged':
      if (state.name === 'idle') return refused(state, event);
      if (state.name === 'lingering') return moveTo(idleCameraStream(nowMs));
      return moveTo({ name: 'starting', sinceMs: nowMs, failures: 0 });
    case 'deadlineReached':
      return deadlineReached(state, event, nowMs);
  }
}

/** When the machine wants `deadlineReached`, in the clock of `nowMs`. */
export function nextCameraStreamDeadline(state: CameraStream): number | undefined {
  switch (state.name) {
    case 'lingering':
      return state.untilMs;
    case 'retrying':
    case 'unauthorized':
    case 'unsupported':
      return state.retryAtMs;
    case 'idle':
    case 'starting':
    case 'live':
      return undefined;
  }
}

/** Whether an attempt at the camera must be under way in this state. */
export function needsSource(state: CameraStream): boolean {
  return state.name === 'starting' || state.name === 'live' || state.name === 'lingering';
}

function attemptEnded(
  state: CameraStream,
  event: Extract<CameraStreamEvent, { type: 'attemptEnded' }>,
  nowMs: number,
): CameraStreamTransition {
  if (state.name === 'lingering') return moveTo(idleCameraStream(nowMs));
  if (state.name !== 'starting' && state.name !== 'live') return refused(state, event);
  const { cause, message } = event;
  if (cause === 'unauthorized') {
    return moveTo({
      name: 'unauthorized',
      sinceMs: nowMs,
      retryAtMs: event.retryAtMs ?? nowMs + unauthorizedRetryMs,
      message,
    });
  }
  if (cause === 'unsupported') {
    const codec = event.codec ?? '?';
    return moveTo({
      name: 'unsupported',
      sinceMs: nowMs,
      retryAtMs: nowMs + unsupportedRetryMs,
      codec,
      message,
    });
  }
  const wasStable = state.name === 'live' && nowMs - state.sinceMs >= stableMs;
  const failures = (state.name === 'starting' ? state.failures : wasStable ? 0 : 1) + 1;
  return moveTo({
    name: 'retrying',
    sinceMs: nowMs,
    failures,
    retryAtMs: event.retryAtMs ?? nowMs + retryDelayMs(failures, event.jitter),
    cause,
    message,
  });
}

/** The state of a stream whose camera refused while others watched it. */
function waiting(
  {
    cause,
    message,
    retryAtMs,
    count,
  }: NonNullable<Extract<CameraStreamEvent, { type: 'viewerArrived' }>['refusal']>,
  nowMs: number,
): CameraStream {
  if (cause === 'unauthorized') return { name: 'unauthorized', sinceMs: nowMs, retryAtMs, message };
  return { name: 'retrying', sinceMs: nowMs, failures: count, retryAtMs, cause, message };
}

function deadlineReached(
  state: CameraStream,
  event: CameraStreamEvent,
  nowMs: number,
): CameraStreamTransition {
  const deadline = nextCameraStreamDeadline(state);
  if (deadline === undefined || nowMs < deadline) return refused(state, event);
  if (state.name === 'lingering') return moveTo(idleCameraStream(nowMs));
  const failures = state.name === 'retrying' ? state.failures : 0;
  return moveTo({ name: 'starting', sinceMs: nowMs, failures });
}

function linger(
  state: Extract<CameraStream, { name: 'live' }>,
  nowMs: number,
  lingerMs: number,
): CameraStream {
  const { frozenSinceMs, sinceMs } = state;
  return {
    name: 'lingering',
    sinceMs: nowMs,
    untilMs: nowMs + lingerMs,
    liveSinceMs: sinceMs,
    ...(frozenSinceMs === undefined ? {} : { frozenSinceMs }),
  };
}

function liveAgain(state: Extract<CameraStream, { name: 'lingering' }>): CameraStream {
  const { frozenSinceMs, liveSinceMs } = state;
  return { name: 'live', sinceMs: liveSinceMs, ...(frozenSinceMs === undefined ? {} : { frozenSinceMs }) };
}

function moveTo(state: CameraStream): CameraStreamTransition {
  return { ok: true, state };
}

function refused(state: CameraStream, event: CameraStreamEvent): CameraStreamTransition {
  return { ok: false, reason: `${event.type} means nothing while ${state.name}` };
}
