import type { AlertWall } from './features/alerts/alerts.ports.ts';
import type { WallService } from './features/wall/wall.service.ts';
import type { Logger } from './logger.ts';

/** How long an alert has the spotlight at least while others as urgent wait for it. Milliseconds. */
const minShowMs = 10_000;

/** Alerts on the wall: every screen that is open shows them, or the main one, for when it is opened. */
export function createAlertWall(
  wall: Pick<WallService, 'screens' | 'requestSpotlight' | 'spotlightHandled'>,
  mainScreenId: string,
  logger: Logger,
): AlertWall {
  const report = (error: unknown): void =>
    logger.error({ err: error }, 'the wall could not be told of an alert');
  return {
    requestSpotlight({ eventId, cameraId, priority }) {
      const open = wall.screens().flatMap(({ screenId, display }) => (display?.open ? [screenId] : []));
      for (const screenId of open.length > 0 ? open : [mainScreenId]) {
        wall
          .requestSpotlight(screenId, {
            eventId,
            source: { type: 'camera', cameraId },
            kind: 'alert',
            priority,
            target: 'tile',
            minShowMs,
            untilHandled: true,
          })
          .catch(report);
      }
    },
    spotlightHandled(eventId) {
      wall.spotlightHandled(eventId).catch(report);
    },
  };
}
