import type { Curtain, Publication, RoomKind } from '../../../src-shared/public/publication.ts';

/** What is kept of one site about the public. */
export interface PublicSiteRecord {
  siteId: string;
  /** As the site's QR code holds it; nobody guesses another site's. */
  code: string;
  publication: Publication;
  curtain?: Curtain;
}

/** What is kept of one camera about the public. */
export interface PublicCameraRecord {
  cameraId: string;
  /** Its row in the registry's tables, which is the same when it is taken out and imported again. */
  externalId?: string;
  room?: RoomKind;
  headPercent?: number;
  curtain?: Curtain;
}

/** A line of the audit log, stored with the change. */
export interface PublicAudit {
  atMs: number;
  actor: string;
  action: string;
  subject: string;
  detail: object;
}

export interface PublicRepository {
  load(): Promise<{ sites: PublicSiteRecord[]; cameras: PublicCameraRecord[] }>;
  /** Stores the records with their lines of the audit log, all or nothing. */
  save(
    records: { sites?: readonly PublicSiteRecord[]; cameras?: readonly PublicCameraRecord[] },
    audit: readonly PublicAudit[],
  ): Promise<void>;
}
