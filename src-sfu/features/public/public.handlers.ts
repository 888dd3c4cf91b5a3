import { ok } from '../../../src-shared/protocol/define.ts';
import { deskName } from '../../base/deskName.ts';
import type { RequestHandlers } from '../../signaling/handlers.ts';
import { notShown, type PublicCopies } from './publicCopies.service.ts';
import type { PublicStills } from './publicStills.service.ts';
import type { Publications } from './publications.service.ts';

/** Requests of desks about what is public, and of screens for visitors about what the public sees. */
export function createPublicHandlers(parts: {
  publications: Publications;
  copies: PublicCopies;
  stills: PublicStills;
}): RequestHandlers<Extract<keyof RequestHandlers, `public:${string}`>> {
  const { publications, copies, stills } = parts;
  return {
    'public:readSite': (_context, { siteId }) => publications.readSite(siteId),
    'public:recordConsent': (context, { siteId, agreedOn }) =>
      publications.recordConsent(siteId, agreedOn, deskName(context)),
    'public:withdrawConsent': (context, { siteId }) =>
      publications.withdrawConsent(siteId, deskName(context)),
    'public:saveSite': (context, { siteId, ...saved }) =>
      publications.saveSite(siteId, saved, deskName(context)),
    'public:saveCamera': (context, { cameraId, ...saved }) =>
      publications.saveCamera(cameraId, saved, deskName(context)),
    'public:drawCurtain': (context, { target, isDrawn }) =>
      publications.drawCurtain(target, isDrawn, deskName(context)),
    'public:readKitchens': () => ok({ kitchens: publications.kitchens() }),
    'public:watch': async ({ connectionId }, { cameraId }) => copies.watch(connectionId, cameraId),
    'public:unwatch'({ connectionId }, { cameraId }) {
      copies.unwatch(connectionId, cameraId);
      return ok({});
    },
    async 'public:getStill'(_context, { cameraId }) {
      if (!publications.isShown(cameraId)) return notShown();
      const still = await stills.first(cameraId);
      return ok(still === undefined ? {} : { still });
    },
  };
}
