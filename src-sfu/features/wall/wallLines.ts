import type { InputOf } from '../../../src-shared/protocol/index.ts';
import type { Principal } from '../../../src-shared/session/principal.ts';
import { recordedPrincipal } from '../../base/asking.ts';
import type { Screen } from './screen.ts';
import { holdLeftMs, isOverriding } from './screenHolds.ts';
import type { WallLine } from './wall.ports.ts';

/** The fields of commands that say what was asked for. */
type Asked = Partial<
  Pick<InputOf<'wall:showCameras'>, 'cameraIds'> &
    Pick<InputOf<'wall:showPage'>, 'layout' | 'cameras'> &
    Pick<InputOf<'wall:spotlightCamera'>, 'eventId' | 'cameraId' | 'target'> &
    Pick<InputOf<'wall:placeCamera'>, 'tileId'> &
    Pick<InputOf<'wall:showSaved'>, 'type' | 'id'> & {
      action: string;
      content: string;
      orderId: string;
      number: string;
    }
>;

/** What is worth keeping of a command to a screen, of a scene or of a programme: short, and by the ids that it named. */
export function commandDetail(command: object): object {
  const asked: Asked = command;
  const { cameraIds, cameras, layout, action } = asked;
  const shown = cameraIds ?? (cameras === undefined ? undefined : [...new Set(Object.values(cameras))]);
  const { content, target, type, id, number, orderId, eventId, cameraId, tileId } = asked;
  return present({
    content,
    type,
    id,
    layout: typeof layout === 'object' ? 'own' : layout,
    cameraIds: shown,
    tileId,
    cameraId,
    eventId,
    target,
    order: number ?? orderId,
    tour: action,
  });
}

/** The supervisor whose hold of a screen ends by the command of another one. */
export function overridden(
  { hold }: Pick<Screen, 'hold'>,
  principal: Principal | undefined,
  actor: string,
  nowMs: number,
): object {
  if (hold === undefined || hold.by === actor || !isOverriding(principal)) return {};
  return holdLeftMs(hold, nowMs) > 0 ? { overrode: hold.by } : {};
}

/** More lines do not wait for one screen; the oldest go first. */
export const mostWaiting = 300;

/**
 * Adds a line to those that wait to be written. The same deed of one person becomes one line that counts it, at the place of the first, so
 * that what waits stays short however long the disk is full. Where lines had to go, the first one says how many by `missing`.
 */
export function withLine(waiting: readonly WallLine[], line: WallLine): readonly WallLine[] {
  const next = { ...line, principal: line.principal ?? recordedPrincipal() ?? null };
  const same = waiting.findIndex((one) => sameDeed({ ...one, detail: counted(one).deed }, next));
  const first = waiting[same];
  if (first !== undefined) {
    const { times } = counted(first);
    return waiting.with(same, { ...first, detail: { ...first.detail, times: times + 1 } });
  }
  const kept = waiting.slice(-(mostWaiting - 1));
  const [oldest] = kept;
  if (oldest === undefined || kept.length === waiting.length) return [...waiting, next];
  const gone = waiting.slice(0, -kept.length).map(counted);
  const missing = gone.reduce((sum, one) => sum + one.times + one.missing, counted(oldest).missing);
  return [{ ...oldest, detail: { ...oldest.detail, missing } }, ...kept.slice(1), next];
}

/** The deed of a line by itself, how often it was done, and how many lines before it had to go. */
function counted({ detail }: WallLine): { deed: object; times: number; missing: number } {
  const { times = 1, missing = 0, ...deed } = detail as { times?: number; missing?: number };
  return { deed, times, missing };
}

function sameDeed({ atMs: _atMs, ...one }: WallLine, { atMs: _otherMs, ...other }: WallLine): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function present(fields: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
