import type { AlertWall, SpotlightScreens } from './alerts.ports.ts';
import type { Logger } from '../../logger.ts';

/** The shortest time for which an alert has the spotlight while others of the same urgency wait. Milliseconds. */
const minShowMs = 10_000;
/** A camera that was offline when its alert came gets this long to show its first picture. Milliseconds. */
const firstPictureMs = 10_000;

export interface AlertWallOptions {
  wall: SpotlightScreens;
  mainScreenId: string;
  /** Whether a camera is expected to show pictures. */
  isOnline(cameraId: string): boolean;
  logger: Logger;
}

/** Requests of alerts for the spotlight, and what happens to them when a camera fails. */
export interface WallOfAlerts extends AlertWall {
  /** A camera went online or offline. */
  camerasWentOnOrOffline(): void;
  close(): void;
}

interface Asked {
  cameraId: string;
  priority: number;
  /** The camera shows no pictures; the spotlight is requested again when it does. */
  withdrawn: boolean;
  /** Until this time the spotlight waits for a camera that is offline. */
  patience: NodeJS.Timeout | undefined;
}

/**
 * Alerts on the wall: every open screen shows them; when none is open, the main screen shows them once it opens. An alert whose
 * camera shows no picture loses the spotlight, because a black tile helps nobody, and requests it again once there are pictures.
 */
export function createAlertWall(options: AlertWallOptions): WallOfAlerts {
  const { wall, mainScreenId, isOnline, logger } = options;
  const asked = new Map<string, Asked>();
  const report = (error: unknown): void =>
    logger.error({ err: error }, 'an alert could not be sent to the wall');

  const light = (eventId: string, { cameraId, priority }: Asked): void => {
    const open = wall.openScreenIds();
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
  };

  const judge = (eventId: string, one: Asked): void => {
    if (isOnline(one.cameraId)) {
      clearTimeout(one.patience);
      one.patience = undefined;
      if (!one.withdrawn) return;
      one.withdrawn = false;
      light(eventId, one);
    } else if (!one.withdrawn && one.patience === undefined) {
      one.withdrawn = true;
      logger.info(
        { eventId, cameraId: one.cameraId },
        'the spotlight of an alert was ended, because its camera shows no picture',
      );
      wall.withdrawSpotlight(eventId).catch(report);
    }
  };

  return {
    requestSpotlight({ eventId, cameraId, priority }) {
      const known = asked.get(eventId);
      if (known?.withdrawn === true) return;
      const one: Asked = known ?? { cameraId, priority, withdrawn: false, patience: undefined };
      asked.set(eventId, one);
      light(eventId, one);
      if (known !== undefined || isOnline(cameraId)) return;
      one.patience = setTimeout(() => {
        one.patience = undefined;
        judge(eventId, one);
      }, firstPictureMs);
    },
    spotlightHandled(eventId) {
      clearTimeout(asked.get(eventId)?.patience);
      asked.delete(eventId);
      wall.spotlightHandled(eventId).catch(report);
    },
    camerasWentOnOrOffline() {
      for (const [eventId, one] of asked) judge(eventId, one);
    },
    close() {
      for (const { patience } of asked.values()) clearTimeout(patience);
      asked.clear();
    },
  };
}
