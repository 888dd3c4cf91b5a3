import type { CamerasService } from '../features/cameras/cameras.service.ts';
import type { StreamWarmer } from '../features/wall/wall.ports.ts';

/** Keeps the streams of screens' next pages running, as a viewer of its own for each screen. */
export function createStreamWarmer(cameras: CamerasService): StreamWarmer {
  const held = new Map<string, Set<string>>();
  return {
    warm(screenId, streams) {
      const viewerId = `screen:${screenId}`;
      const before = held.get(screenId) ?? new Set<string>();
      const now = new Set<string>();
      for (const { cameraId, stream } of streams) {
        const opened = cameras.openStream(viewerId, cameraId, stream);
        if (opened.ok) now.add(opened.data.streamId);
      }
      // New ones are opened first, so that a stream on both pages never stops between.
      for (const streamId of before) if (!now.has(streamId)) cameras.closeStream(viewerId, streamId);
      held.set(screenId, now);
    },
  };
}
