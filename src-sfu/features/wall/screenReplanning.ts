import type { TourClock } from '../../../src-shared/wall/tourSettings.ts';
import type { Sequence } from '../../base/sequence.ts';
import { lightScreen, steerScreen, type Fill } from './screen.ts';
import type { ScreenShelf } from './screenShelf.ts';
import { tourCameras, type WallCameras } from './wall.ports.ts';

/** Plans the pages of all tours again when cameras changed. */
export interface ScreenReplanning {
  /** As soon as the present command is done. */
  soon(): void;
  /** Calls within a second cause one replanning at its end. */
  later(): void;
  close(): void;
}

const replanDelayMs = 1_000;

export function createScreenReplanning(options: {
  shelf: ScreenShelf;
  sequence: Sequence;
  cameras: WallCameras;
  defaultFill(): Fill;
  clock(): TourClock;
  saveSoon(screenId: string): void;
}): ScreenReplanning {
  const { shelf, sequence, cameras, defaultFill, clock } = options;
  let timer: NodeJS.Timeout | undefined;

  /** Gives every tour the present cameras, and removes events whose camera is no longer registered. */
  const replan = (): void => {
    const all = tourCameras(cameras);
    for (const screenId of shelf.ids()) {
      let screen = shelf.getOrDefault(screenId);
      if (screen.revision === 0 && screen.fill.kind === 'page') screen = { ...screen, fill: defaultFill() };
      const { minutesOfDay } = clock();
      const planned = steerScreen(
        screen,
        { type: 'camerasChanged', cameras: all, minutesOfDay },
        clock().nowMs,
      );
      if (planned.ok) screen = planned.screen;
      const { shown, waiting } = screen.spotlight;
      for (const { eventId, source } of [...(shown === undefined ? [] : [shown]), ...waiting]) {
        if (source.type !== 'camera' || cameras.findCamera(source.cameraId) !== undefined) continue;
        const lit = lightScreen(screen, { type: 'handled', eventId }, clock());
        if (lit.ok) screen = lit.screen;
      }
      shelf.put(screenId, screen);
      shelf.announce(screenId);
      options.saveSoon(screenId);
    }
  };

  return {
    soon: () => sequence.soon(replan),
    later() {
      timer ??= setTimeout(() => {
        timer = undefined;
        sequence.soon(replan);
      }, replanDelayMs);
    },
    close: () => clearTimeout(timer),
  };
}
