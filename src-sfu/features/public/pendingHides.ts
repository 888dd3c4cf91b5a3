import type { CurtainTarget } from '../../../src-shared/public/public.protocol.ts';
import {
  isWithinHours,
  type PublicHours,
  type PublicMoment,
} from '../../../src-shared/public/publicHours.ts';
import type { HiddenReason } from '../../../src-shared/public/publicView.ts';

/** New hours of a site; null: all day. */
export interface NarrowedHours {
  siteId: string;
  hours: PublicHours | null;
}

/**
 * What somebody has asked to hide and what is not decided yet, because an earlier change is still being stored. It is hidden from the
 * moment of the request.
 */
export interface PendingHides {
  /** Why the camera is hidden already; undefined where nobody asked for that. */
  reasonOf(camera: { id: string; siteId: string }, now: PublicMoment): HiddenReason | undefined;
  /** Hides the target until `work` has settled; answers what it answers. */
  during<T>(target: CurtainTarget, reason: HiddenReason, work: () => Promise<T>): Promise<T>;
  /**
   * Shows each site within its new hours only, while `work` stores them; answers what it answers. Where it fails, the site stays within
   * them until hours of it are stored.
   */
  narrowing<T>(sites: readonly NarrowedHours[], work: () => Promise<T>): Promise<T>;
}

/** `changed` is called when something more, or something less, is hidden. */
export function createPendingHides(changed: () => void): PendingHides {
  const pending = new Set<{ target: CurtainTarget; reason: HiddenReason }>();
  const narrowed = new Set<NarrowedHours & { hasFailed?: boolean }>();
  return {
    reasonOf({ id, siteId }, now) {
      for (const { target, reason } of pending)
        if (target.type === 'site' ? target.siteId === siteId : target.cameraId === id) return reason;
      for (const one of narrowed)
        if (one.siteId === siteId && one.hours !== null && !isWithinHours(one.hours, now))
          return 'outside_hours';
      return undefined;
    },
    async during(target, reason, work) {
      const own = { target, reason };
      pending.add(own);
      changed();
      try {
        return await work();
      } finally {
        pending.delete(own);
        changed();
      }
    },
    async narrowing(sites, work) {
      const own = new Set<NarrowedHours & { hasFailed?: boolean }>(sites.map((site) => ({ ...site })));
      const siteIds = new Set(sites.map(({ siteId }) => siteId));
      for (const one of own) narrowed.add(one);
      changed();
      try {
        const answer = await work();
        for (const one of narrowed)
          if (own.has(one) || (one.hasFailed === true && siteIds.has(one.siteId))) narrowed.delete(one);
        return answer;
      } catch (error) {
        for (const one of own) one.hasFailed = true;
        throw error;
      } finally {
        changed();
      }
    },
  };
}
