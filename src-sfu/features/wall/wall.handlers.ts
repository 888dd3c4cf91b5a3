import type { Ack } from '../../../src-shared/protocol/define.ts';
import { deskName } from '../../base/deskName.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import type { ScreenHolds } from './screenHolds.ts';
import type { WallService } from './wall.service.ts';

type WallRequestName = Extract<keyof RequestHandlers, `wall:${string}`>;

/** Requests that drive the wall, and reports of its screens about themselves. */
export function createWallHandlers(wall: WallService, holds: ScreenHolds): RequestHandlers<WallRequestName> {
  /** Runs a command for one screen, unless a supervisor holds it. */
  const driving =
    <Input extends { screenId: string }, Data>(
      run: (input: Input, actor: string) => Ack<Data> | Promise<Ack<Data>>,
    ) =>
    async (context: SurfaceContext, input: Input): Promise<Ack<Data>> => {
      const principal = context.identity?.principal;
      const { screenId } = input;
      const refused = holds.refusal(principal, screenId);
      if (refused !== undefined) return refused;
      const answer = await run(input, deskName(context));
      if (answer.ok) holds.commanded(principal, screenId, deskName(context));
      return answer;
    };
  return {
    'wall:showContent': driving(wall.showContent),
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
        overridesHolds: holds.isOverriding(context.identity?.principal),
      }),
    'wall:reportDisplay': ({ connectionId }, input) => wall.reportDisplay(connectionId, input),
    'wall:reportPlayback': ({ connectionId }, input) => wall.reportPlayback(connectionId, input),
  };
}
