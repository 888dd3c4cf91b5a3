import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import type { WallService } from './wall.service.ts';

type WallRequestName = Extract<keyof RequestHandlers, `wall:${string}`>;

/** Requests that drive the wall, and reports of its screens about themselves. */
export function createWallHandlers(wall: WallService): RequestHandlers<WallRequestName> {
  return {
    'wall:showContent': (context, input) => wall.showContent(input, actorOf(context)),
    'wall:showCameras': (context, input) => wall.showCameras(input, actorOf(context)),
    'wall:showPage': (context, input) => wall.showPage(input, actorOf(context)),
    'wall:showSaved': (context, input) => wall.showSaved(input, actorOf(context)),
    'wall:startTour': (context, input) => wall.startTour(input, actorOf(context)),
    'wall:steerTour': (context, input) => wall.steerTour(input, actorOf(context)),
    'wall:pinTile': (context, input) => wall.pinTile(input, actorOf(context)),
    'wall:placeCamera': (context, input) => wall.placeCamera(input, actorOf(context)),
    'wall:spotlightCamera': (context, input) => wall.spotlightCamera(input, actorOf(context)),
    'wall:endSpotlight': (context, input) => wall.endSpotlight(input, actorOf(context)),
    'wall:saveProgramme': (context, input) => wall.saveProgramme(input, actorOf(context)),
    'wall:saveScene': (context, input) => wall.saveScene(input, actorOf(context)),
    'wall:removeSaved': (context, input) => wall.removeSaved(input, actorOf(context)),
    'wall:saveSchedule': (context, input) => wall.saveSchedule(input, actorOf(context)),
    'wall:reportDisplay': ({ connectionId }, input) => wall.reportDisplay(connectionId, input),
    'wall:reportPlayback': ({ connectionId }, input) => wall.reportPlayback(connectionId, input),
  };
}

/** The actor of a command for the audit log. */
function actorOf({ identity }: SurfaceContext): string {
  return identity?.role ?? 'unknown';
}
