import type { Ack } from '../../../src-shared/protocol/define.ts';
import { deskName } from '../../base/deskName.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import type { Principal } from '../../../src-shared/session/principal.ts';
import { isOverriding } from './screenHolds.ts';
import type { WallService } from './wall.service.ts';

/** A case is put up by `app/wallCase.ts`, which knows the order. */
type WallRequestName = Exclude<Extract<keyof RequestHandlers, `wall:${string}`>, 'wall:showCase'>;

/** Requests that drive the wall, and reports of its screens about themselves. */
export function createWallHandlers(wall: WallService): RequestHandlers<WallRequestName> {
  /** Runs a command for one screen, which is refused where a supervisor holds the screen against this principal. */
  const driving =
    <Input, Data>(run: (input: Input, actor: string, principal?: Principal) => Promise<Ack<Data>>) =>
    (context: SurfaceContext, input: Input): Promise<Ack<Data>> =>
      run(input, deskName(context), context.identity?.principal);
  return {
    'wall:showContent': driving(wall.showContent),
    'wall:endCase': driving(wall.endCase),
    'wall:showCameras': driving(wall.showCameras),
    'wall:showPage': driving(wall.showPage),
    'wall:showSaved': driving(wall.showSaved),
    'wall:startTour': driving(wall.startTour),
    'wall:steerTour': driving(wall.steerTour),
    'wall:pinTile': driving(wall.pinTile),
    'wall:placeCamera': driving(wall.placeCamera),
    'wall:spotlightCamera': driving(wall.spotlightCamera),
    'wall:endSpotlight': driving(wall.endSpotlight),
    'wall:saveProgramme': (context, input) => wall.saveProgramme(input, deskName(context)),
    'wall:saveScene': (context, input) => wall.saveScene(input, deskName(context)),
    'wall:removeSaved': (context, input) => wall.removeSaved(input, deskName(context)),
    'wall:saveSchedule': (context, input) =>
      wall.saveSchedule(input, deskName(context), {
        overridesHolds: isOverriding(context.identity?.principal),
      }),
    'wall:reportDisplay': ({ connectionId }, input) => wall.reportDisplay(connectionId, input),
    'wall:reportPlayback': ({ connectionId }, input) => wall.reportPlayback(connectionId, input),
  };
}
