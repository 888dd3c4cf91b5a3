import type { RequestHandlers } from '../../signaling/handlers.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { WallService } from './wall.service.ts';

type WallRequestName = Extract<keyof RequestHandlers, `wall:${string}`>;

const notYet = (): Ack<never> => refuse('unavailable', 'This hub cannot do that yet.');

/** Requests that drive the wall. */
export function createWallHandlers(wall: WallService): RequestHandlers<WallRequestName> {
  return {
    'wall:showCameras': ({ identity }, input) => wall.showCameras(input, identity?.role ?? 'unknown'),
    'wall:startTour': ({ identity }, input) => wall.startTour(input, identity?.role ?? 'unknown'),
    'wall:steerTour': ({ identity }, input) => wall.steerTour(input, identity?.role ?? 'unknown'),
    'wall:pinTile': ({ identity }, input) => wall.pinTile(input, identity?.role ?? 'unknown'),
    'wall:showPage': notYet,
    'wall:placeCamera': notYet,
    'wall:spotlightCamera': notYet,
    'wall:endSpotlight': notYet,
    'wall:saveProgramme': notYet,
    'wall:saveScene': notYet,
    'wall:removeSaved': notYet,
    'wall:saveSchedule': notYet,
    'wall:showSaved': notYet,
    'wall:reportDisplay': () => ok({}),
    'wall:reportPlayback': () => ok({}),
  };
}
