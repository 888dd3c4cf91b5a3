import type { Ack } from '../../../src-shared/protocol/define.ts';
import { atRest, isAtRest, type Motion } from '../../../src-shared/turning/motion.ts';
import { renewEveryMs } from '../../../src-shared/turning/turningMachine.ts';
import type { RefusalWords } from '../../ui/refusalText.ts';

/** What the driver sends; each is answered by the hub. */
export interface TurnSender {
  move(cameraId: string, moveId: number, motion: Motion): Promise<Ack<object>>;
  keepMoving(cameraId: string, moveId: number): Promise<Ack<object>>;
  stop(cameraId: string, moveId: number): Promise<Ack<object>>;
}

export interface TurnDriver {
  /** The camera is to move like this from now on; at rest it stops. */
  set(cameraId: string, motion: Motion): void;
  /** Whatever moves stops. */
  release(): void;
  /** The connection is gone, and with it the move: the hub has stopped it. */
  connectionLost(): void;
}

/** The direction of a move is sent at most this often, while a finger slides over the pad. Milliseconds. */
const changeEveryMs = 100;

interface Moving {
  cameraId: string;
  moveId: number;
  motion: Motion;
  /** What was sent last. */
  sent: Motion;
  sentAtMs: number;
  renewing: ReturnType<typeof setInterval>;
  changing: ReturnType<typeof setTimeout> | undefined;
}

/** Says to the hub how a camera is to move, and says it again for as long as that goes on. */
export function createTurnDriver(options: {
  send: TurnSender;
  /** Whether somebody may still be holding the key: a page without the focus hears no release. */
  isAttended(): boolean;
  onMotion(motion: Motion): void;
  onRefused(refusal: RefusalWords): void;
  nowMs(): number;
}): TurnDriver {
  const { send, isAttended, onMotion, onRefused, nowMs } = options;
  let moving: Moving | undefined;
  let moveId = 0;

  const forget = (): Moving | undefined => {
    const before = moving;
    moving = undefined;
    clearInterval(before?.renewing);
    clearTimeout(before?.changing);
    if (before !== undefined) onMotion(atRest);
    return before;
  };
  const release = (): void => {
    const before = forget();
    if (before !== undefined) void send.stop(before.cameraId, before.moveId);
  };
  const answered = (own: Moving, answer: Ack<object>): void => {
    if (answer.ok || moving !== own) return;
    // The hub heard nothing for too long and stopped; the key is still down.
    if (answer.reason === 'turning.move_over') return begin(own.cameraId, own.motion);
    forget();
    onRefused(answer);
  };
  const say = (own: Moving): void => {
    own.sent = own.motion;
    own.sentAtMs = nowMs();
    void send.move(own.cameraId, own.moveId, own.motion).then((answer) => answered(own, answer));
  };
  const begin = (cameraId: string, motion: Motion): void => {
    clearInterval(moving?.renewing);
    clearTimeout(moving?.changing);
    moveId += 1;
    const own: Moving = {
      cameraId,
      moveId,
      motion,
      sent: motion,
      sentAtMs: 0,
      renewing: setInterval(() => {
        if (!isAttended()) return release();
        void send.keepMoving(cameraId, own.moveId).then((answer) => answered(own, answer));
      }, renewEveryMs),
      changing: undefined,
    };
    moving = own;
    onMotion(motion);
    say(own);
  };
  return {
    set(cameraId, motion) {
      if (isAtRest(motion)) return release();
      if (moving !== undefined && moving.cameraId !== cameraId) release();
      if (moving === undefined) return begin(cameraId, motion);
      const own = moving;
      own.motion = motion;
      onMotion(motion);
      if (isSame(motion, own.sent)) return;
      const waitMs = changeEveryMs - (nowMs() - own.sentAtMs);
      if (waitMs <= 0) return say(own);
      own.changing ??= setTimeout(() => {
        own.changing = undefined;
        if (moving === own && !isSame(own.motion, own.sent)) say(own);
      }, waitMs);
    },
    release,
    connectionLost: () => void forget(),
  };
}

function isSame(one: Motion, other: Motion): boolean {
  return (
    one.pan === other.pan && one.tilt === other.tilt && one.zoom === other.zoom && one.focus === other.focus
  );
}
