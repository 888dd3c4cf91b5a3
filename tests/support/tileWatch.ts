import type { ProbedTile } from '../../src-renderer/app/shared/probe.ts';
import type { WallPage } from './wallPage.ts';

/** A tile as it was when it first said what was waited for. */
export interface SeenTile extends ProbedTile {
  /** Unix milliseconds of the page's clock. */
  seenAtMs: number;
}

/**
 * Watches a camera's tile from within the page until it says one of these states, with a picture presented at
 * `frameSinceMs` or later. Rejects when it does not in time.
 */
export async function awaitTile(
  wall: WallPage,
  cameraId: string,
  wanted: { kinds: readonly string[]; frameSinceMs?: number; timeoutMs: number },
): Promise<SeenTile> {
  const outcome = await wall.page.evaluate(
    ({ cameraId, kinds, frameSinceMs = 0, timeoutMs }) =>
      new Promise<SeenTile | string>((resolve) => {
        const untilMs = performance.now() + timeoutMs;
        const look = () => {
          const tile = window.mingchuProbe?.tiles().find((each) => each.cameraId === cameraId);
          const said = tile?.state.kind ?? 'nothing';
          if (tile && kinds.includes(said) && (tile.lastFrameAtMs ?? 0) >= frameSinceMs)
            resolve({ ...tile, seenAtMs: Date.now() });
          else if (performance.now() > untilMs) resolve(said);
          else setTimeout(look, 10);
        };
        look();
      }),
    { cameraId, ...wanted },
  );
  if (typeof outcome !== 'string') return outcome;
  throw new Error(
    `the tile did not say ${wanted.kinds.join(' or ')} within ${wanted.timeoutMs} ms; it says ${outcome}`,
  );
}
