import type { RequestHandlers } from '../../signaling/handlers.ts';
import type { WallService } from './wall.service.ts';

type WallRequestName = Extract<keyof RequestHandlers, `wall:${string}`>;

/** Requests that drive the wall. */
export function createWallHandlers(wall: WallService): RequestHandlers<WallRequestName> {
  return {
    'wall:showCameras': ({ identity }, input) => wall.showCameras(input, identity?.role ?? 'unknown'),
    'wall:startTour': ({ identity }, input) => wall.startTour(input, identity?.role ?? 'unknown'),
    'wall:steerTour': ({ identity }, input) => wall.steerTour(input, identity?.role ?? 'unknown'),
    'wall:pinTile': ({ identity }, input) => wall.pinTile(input, identity?.role ?? 'unknown'),
  };
}
