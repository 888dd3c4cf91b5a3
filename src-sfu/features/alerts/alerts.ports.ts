import type { AlertPlace } from '../../../src-shared/alerts/alertView.ts';

/** The registry as alerts need it. */
export interface AlertPlaces {
  /** The camera with this external id, or with this id of the hub itself. */
  findPlace(reportedCamera: string): AlertPlace | undefined;
}

/** The wall as alerts need it. */
export interface AlertWall {
  /** Shows a camera in the spotlight until it is handled. Asked again for the same event, it changes nothing. */
  requestSpotlight(event: { eventId: string; cameraId: string; priority: number }): void;
  spotlightHandled(eventId: string): void;
}

/** The screens of the wall, as the spotlight of alerts needs them. */
export interface SpotlightScreens {
  /** The screens that somebody shows. Called for each alert of a burst, so it must be cheap. */
  openScreenIds(): readonly string[];
  requestSpotlight(
    screenId: string,
    request: {
      eventId: string;
      source: { type: 'camera'; cameraId: string };
      kind: 'alert';
      priority: number;
      target: 'tile';
      minShowMs: number;
      untilHandled: true;
    },
  ): Promise<unknown>;
  withdrawSpotlight(eventId: string): Promise<void>;
  spotlightHandled(eventId: string): Promise<void>;
}
