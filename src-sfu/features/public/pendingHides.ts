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

/** Cameras by the external ids of their rows in a table: some of them are registered only while the table is imported. */
export interface TableRows {
  type: 'table';
  externalIds: ReadonlySet<string>;
}

type Narrowing = NarrowedHours & { hasFailed?: boolean };

/**
 * What somebody has asked to hide and what is not decided yet, because an earlier change is still being stored. It is hidden from the
 * moment of the request.
 */
export interface PendingHides {
  /** Why the camera is hidden already; undefined where nobody asked for that. */
  reasonOf(
    camera: { id: string; siteId: string; externalId?: string },
    now: PublicMoment,
  ): HiddenReason | undefined;
  /**
   * Hides the target until `work` has settled; answers what it answers. Where it fails, what is hidden is not known to be recorded: cameras of
   * a table stay hidden until `settle` names them.
   */
  during<T>(target: CurtainTarget | TableRows, reason: HiddenReason, work: () => Promise<T>): Promise<T>;
  /** What the camera's row of a table that failed was to hide is decided: somebody stored something newer. */
  settle(externalId: string, reasons: readonly HiddenReason[]): void;
  /**
   * Shows each site within its new hours only, while `work` stores them; answers what it answers. Where it fails, the site stays within
   * them until hours of it are stored or other ones fail.
   */
  narrowing<T>(sites: readonly NarrowedHours[], work: () => Promise<T>): Promise<T>;
}

/** `changed` is called when something more, or something less, is hidden. */
export function createPendingHides(changed: () => void): PendingHides {
  const pending = new Set<{ target: CurtainTarget | TableRows; reason: HiddenReason }>();
  /** By external id: why cameras of tables that failed stay hidden. */
  const unsettled = new Map<string, Set<HiddenReason>>();
  /** By site, in the order in which they were asked for: those that are being stored, and of those that failed the newest. */
  const narrowed = new Map<string, readonly Narrowing[]>();
  const keep = (siteId: string, isKept: (one: Narrowing) => boolean): void => {
    const kept = (narrowed.get(siteId) ?? []).filter(isKept);
    if (kept.length === 0) narrowed.delete(siteId);
    else narrowed.set(siteId, kept);
  };
  return {
    reasonOf({ id, siteId, externalId = '' }, now) {
      for (const { target, reason } of pending) if (isOf(target, { id, siteId, externalId })) return reason;
      for (const reason of unsettled.get(externalId) ?? []) return reason;
      const isOutside = narrowed
        .get(siteId)
        ?.some(({ hours }) => hours !== null && !isWithinHours(hours, now));
      return isOutside === true ? 'outside_hours' : undefined;
    },
    async during(target, reason, work) {
      const own = { target, reason };
      pending.add(own);
      changed();
      try {
        return await work();
      } catch (error) {
        const rows = target.type === 'table' ? target.externalIds : [];
        for (const externalId of rows)
          unsettled.set(externalId, (unsettled.get(externalId) ?? new Set()).add(reason));
        throw error;
      } finally {
        pending.delete(own);
        changed();
      }
    },
    settle(externalId, reasons) {
      const held = unsettled.get(externalId);
      if (held === undefined) return;
      for (const reason of reasons) held.delete(reason);
      if (held.size === 0) unsettled.delete(externalId);
      changed();
    },
    async narrowing(sites, work) {
      const own = new Set<Narrowing>(sites.map((site) => ({ ...site })));
      for (const one of own) narrowed.set(one.siteId, [...(narrowed.get(one.siteId) ?? []), one]);
      changed();
      try {
        const answer = await work();
        for (const { siteId } of own) keep(siteId, (one) => !own.has(one) && one.hasFailed !== true);
        return answer;
      } catch (error) {
        for (const one of own) {
          one.hasFailed = true;
          const newest = narrowed
            .get(one.siteId)
            ?.findLast(({ hours, hasFailed }) => hours !== null && hasFailed === true);
          keep(one.siteId, (other) => other.hasFailed !== true || other === newest);
        }
        throw error;
      } finally {
        changed();
      }
    },
  };
}

function isOf(
  target: CurtainTarget | TableRows,
  camera: { id: string; siteId: string; externalId: string },
): boolean {
  switch (target.type) {
    case 'site':
      return target.siteId === camera.siteId;
    case 'camera':
      return target.cameraId === camera.id;
    case 'table':
      return target.externalIds.has(camera.externalId);
  }
}
