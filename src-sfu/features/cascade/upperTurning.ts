import { isAtRest, type Motion } from '../../../src-shared/turning/motion.ts';
import { renewEveryMs, type TurnHolder } from '../../../src-shared/turning/turningMachine.ts';
import type { UpperTurning } from './cascade.ports.ts';

/**
 * An upper platform says a motion once and `stop` later, and its stop may never arrive: without another word the camera stops
 * after this time. Milliseconds.
 */
export const longestMoveMs = 5_000;

/** The turning of cameras as it is for everybody: who holds a camera, and that every move ends. */
export interface TurnedFromAbove {
  move(turner: Turner, cameraId: string, moveId: number, motion: Motion): Promise<{ ok: boolean }>;
  keepMoving(turner: Turner, cameraId: string, moveId: number): Promise<{ ok: boolean }>;
  stop(turner: Turner, cameraId: string, moveId: number): Promise<{ ok: boolean }>;
  goToPreset(turner: Turner, cameraId: string, number: number): Promise<{ ok: boolean }>;
  left(holderId: string): void;
}
type Turner = TurnHolder & { principal: null };

/** Turns cameras for upper platforms, each of which yields to every desk. */
export function createUpperTurning(options: {
  turning: TurnedFromAbove;
  nowMs(): number;
}): UpperTurning & { close(): void } {
  const { turning, nowMs } = options;
  let moves = 0;
  const moving = new Map<
    string,
    { turner: Turner; cameraId: string; moveId: number; timer: NodeJS.Timeout }
  >();
  const end = (key: string): void => {
    clearInterval(moving.get(key)?.timer);
    moving.delete(key);
  };
  const turnerOf = ({ upperId, name }: { upperId: string; name: string }): Turner => ({
    holderId: `upper-${upperId}`,
    name,
    principal: null,
    yields: true,
  });
  return {
    async goToPreset(upper, cameraId, number) {
      end(`${upper.upperId} ${cameraId}`);
      const answer = await turning.goToPreset(turnerOf(upper), cameraId, number).catch(() => ({ ok: false }));
      return answer.ok;
    },
    async turn({ upperId, name }, cameraId, motion) {
      const turner = turnerOf({ upperId, name });
      const key = `${upperId} ${cameraId}`;
      const before = moving.get(key);
      end(key);
      moves += 1;
      const moveId = moves;
      if (isAtRest(motion)) {
        await turning.stop(turner, cameraId, before?.moveId ?? moveId);
        return true;
      }
      const untilMs = nowMs() + longestMoveMs;
      const timer = setInterval(() => {
        const own = moving.get(key);
        if (own?.moveId !== moveId) return clearInterval(timer);
        if (nowMs() >= untilMs) {
          end(key);
          void turning.stop(turner, cameraId, moveId);
          return;
        }
        // Somebody at a desk has the camera now.
        void turning.keepMoving(turner, cameraId, moveId).then(
          ({ ok }) => {
            if (!ok && moving.get(key)?.moveId === moveId) end(key);
          },
          () => undefined,
        );
      }, renewEveryMs);
      timer.unref();
      moving.set(key, { turner, cameraId, moveId, timer });
      const answer = await turning.move(turner, cameraId, moveId, motion).catch(() => ({ ok: false }));
      if (!answer.ok && moving.get(key)?.moveId === moveId) end(key);
      return answer.ok;
    },
    left(upperId) {
      for (const [key, { turner }] of [...moving]) if (turner.holderId === `upper-${upperId}`) end(key);
      turning.left(`upper-${upperId}`);
    },
    close() {
      for (const key of [...moving.keys()]) end(key);
    },
  };
}
