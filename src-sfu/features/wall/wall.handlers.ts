import type { RequestHandlers } from '../../signaling/handlers.ts';
import type { WallService } from './wall.service.ts';

type WallRequestName = Extract<keyof RequestHandlers, `wall:${string}`>;

/** Requests that drive the wall. */
export function createWallHandlers(wall: WallService): RequestHandlers<WallRequestName> {
  return {
    'wall:showCameras': ({ identity }, input) => wall.showCameras(input, identity?.role ?? 'unknown'),
  };
}
