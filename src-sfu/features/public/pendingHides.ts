import type { CurtainTarget } from '../../../src-shared/public/public.protocol.ts';
import type { HiddenReason } from '../../../src-shared/public/publicView.ts';

/**
 * What somebody has asked to hide and what is not decided yet, because an earlier change is still being stored. It is hidden from the
 * moment of the request.
 */
export interface PendingHides {
  /** Why the camera is hidden already; undefined where nobody asked for that. */
  reasonOf(camera: { id: string; siteId: string }): HiddenReason | undefined;
  /** Hides the target until `work` has settled; answers what it answers. */
  during<T>(target: CurtainTarget, reason: HiddenReason, work: () => Promise<T>): Promise<T>;
}

/** `changed` is called when something more, or something less, is hidden. */
export function createPendingHides(changed: () => void): PendingHides {
  const pending = new Set<{ target: CurtainTarget; reason: HiddenReason }>();
  return {
    reasonOf({ id, siteId }) {
      for (const { target, reason } of pending)
        if (target.type === 'site' ? target.siteId === siteId : target.cameraId === id) return reason;
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
  };
}
