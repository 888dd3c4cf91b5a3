import type { Alert, AlertPlace } from '../../../src-shared/alerts/alertView.ts';
import type { UploadRejection } from '../../../src-shared/attachments/attachments.protocol.ts';

/** A site that agreed to be public, as the registry knows it now. */
export interface PublicSitePlace {
  siteId: string;
  place: AlertPlace;
}

/** Reports as alerts. */
export interface CitizenAlerts {
  /** Raises or joins the alert of a report; durable when it resolves, and harmless when it comes again. */
  take(report: {
    reportId: string;
    place: AlertPlace;
    text: string;
    receivedAtMs: number;
    picture?: { hash: string; bytes: number };
  }): Promise<{ alertId: string }>;
  alert(alertId: string): Promise<Pick<Alert, 'acknowledged'> | undefined>;
  /** Stores a photograph of the hub's making under the hash of its bytes; durable when it resolves. */
  savePicture(hash: string, jpeg: Uint8Array): Promise<void>;
  /** How many bytes a stored photograph has; undefined when it is not there. */
  pictureBytes(hash: string): Promise<number | undefined>;
}

/** A photograph, decoded and encoded again: nothing of the file is left but pixels. */
export type CleanPhoto = (
  sent: Buffer,
) => Promise<{ ok: true; jpeg: Buffer } | { ok: false; rejection: UploadRejection }>;
