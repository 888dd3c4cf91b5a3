import type { CurtainTarget } from '../../../src-shared/public/public.protocol.ts';

/**
 * What somebody has asked to hide and what is not decided yet, because an earlier change is still being stored. It is hidden from the
 * moment of the request.
 */
export interface PendingHides {
  hides(camera: { id: string; siteId: string }): boolean;
  /** Hides the target until `work` has settled; answers what it answers. */
  during<T>(target: CurtainTarget, work: () => Promise<T>): Promise<T>;
}

/** `changed` is called when something more, or something less, is hidden. */
export function createPendingHides(changed: () => void): PendingHides {
  const targets = new Set<CurtainTarget>();
  return {
    hides: ({ id, siteId }) =>
      targets.size > 0 &&
      [...targets].some((target) =>
        target.type === 'site' ? target.siteId === siteId : target.cameraId === id,
      ),
    async during(target, work) {
      // One of its own for each request, so that the end of one does not end another.
      const own = { ...target };
      targets.add(own);
      changed();
      try {
        return await work();
      } finally {
        targets.delete(own);
        changed();
      }
    },
  };
}
