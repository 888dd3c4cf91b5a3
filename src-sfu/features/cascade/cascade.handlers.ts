import { maxListedCameras } from '../../../src-shared/cascade/cascade.protocol.ts';
import { ok } from '../../../src-shared/protocol/define.ts';
import { deskName } from '../../base/deskName.ts';
import type { RequestHandlers } from '../../signaling/handlers.ts';
import type { CascadeService } from './cascade.service.ts';

export type CascadeRequestName = Extract<keyof RequestHandlers, `cascade:${string}`>;

/** Requests of administrators' desks about upper platforms. */
export function createCascadeHandlers(
  cascade: CascadeService,
  times: { toShownMs(ownMs: number): number; utcOffsetMinutes(): number },
  onDone: () => void,
): RequestHandlers<CascadeRequestName> {
  const { toShownMs, utcOffsetMinutes } = times;
  const after = async <Answer>(work: Promise<Answer>): Promise<Answer> => {
    const answer = await work;
    onDone();
    return answer;
  };
  return {
    'cascade:list'() {
      const platforms = cascade.list().map(({ standing, views, ...platform }) => {
        const { sinceMs, lastProblem, subscribedUntilMs, ...stands } = standing;
        return {
          ...platform,
          standing: {
            ...stands,
            sinceMs: toShownMs(sinceMs),
            ...(lastProblem === undefined
              ? {}
              : { lastProblem: { ...lastProblem, atMs: toShownMs(lastProblem.atMs) } }),
            ...(subscribedUntilMs === undefined ? {} : { subscribedUntilMs: toShownMs(subscribedUntilMs) }),
          },
          views: views.map((view) => ({ ...view, sinceMs: toShownMs(view.sinceMs) })),
        };
      });
      return ok({ platforms, utcOffsetMinutes: utcOffsetMinutes() });
    },
    'cascade:readCameras'() {
      const cameras = cascade.cameras();
      return ok({ cameras: cameras.slice(0, maxListedCameras), total: cameras.length });
    },
    'cascade:add': (context, { settings, password }) =>
      after(cascade.add(settings, password, deskName(context))),
    'cascade:change': (context, { upperId, ...wanted }) =>
      after(cascade.change(upperId, wanted, deskName(context))),
    'cascade:remove': (context, { upperId }) => after(cascade.remove(upperId, deskName(context))),
    'cascade:share': (context, { upperId, ...wanted }) =>
      after(cascade.share(upperId, wanted, deskName(context))),
    'cascade:shutPlatform': (context, { upperId }) => after(cascade.shutPlatform(upperId, deskName(context))),
    'cascade:shutCamera': (context, { cameraId }) => after(cascade.shutCamera(cameraId, deskName(context))),
    'cascade:openCamera': (context, { cameraId, hours }) =>
      after(cascade.openCamera(cameraId, hours, deskName(context))),
  };
}
