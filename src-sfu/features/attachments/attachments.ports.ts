import type {
  Attachment,
  AttachmentKind,
  AttachmentOwner,
  UploadAnnouncement,
  UploadRejection,
} from '../../../src-shared/attachments/attachments.protocol.ts';
import type { AttachmentOwnerRules } from '../../base/attachmentOwner.ts';

/** The feature of each kind of owner registers its rules when it is composed. */
export type AttachmentOwners = Pick<Map<AttachmentOwner['kind'], AttachmentOwnerRules>, 'get' | 'set'>;

/** What is kept of what was sent: decoded and written again where it is a picture. */
export type Cleaned =
  | { ok: false; rejection: UploadRejection }
  | ({ ok: true } & Pick<
      Attachment,
      'mediaType' | 'bytes' | 'sha256' | 'width' | 'height' | 'embedded' | 'durationMs'
    >);

/** Files of attachments. Whatever resolves is on the disk. Rejects with what the disk says. */
export interface AttachmentFiles {
  /** How many bytes of an upload there are; 0 when there is nothing. */
  sizeOfUpload(attachmentId: string): Promise<number>;
  append(attachmentId: string, offset: number, bytes: Uint8Array): Promise<void>;
  removeUpload(attachmentId: string): Promise<void>;
  /** SHA-256 of what was sent so far. */
  hashOfUpload(attachmentId: string): Promise<string>;
  /** Checks what was sent and keeps it, cleaned, with a thumbnail where it is a picture. */
  keepUpload(attachmentId: string, kind: AttachmentKind): Promise<Cleaned>;
  /** As `keepUpload`, of a picture that the hub has itself. */
  keepPicture(jpeg: Uint8Array): Promise<Cleaned>;
  /** The path of what is kept; the file may be gone. */
  pathOf(attachment: Pick<Attachment, 'sha256' | 'mediaType'>, part: 'file' | 'thumbnail'): string;
  freeBytes(): Promise<number>;
  /** Removes what no upload and no attachment names, but for what is younger than `graceMs` and what is being kept now. */
  sweep(options: {
    uploads: ReadonlySet<string>;
    known(hashes: readonly string[]): Promise<ReadonlySet<string>>;
    graceMs: number;
  }): Promise<number>;
}

/** An upload that is under way, or was rejected. */
export interface Upload {
  announcement: UploadAnnouncement;
  by: Attachment['by'];
  beganAtMs: number;
  takenAtMs: number;
  /** How often all bytes came and were not what was announced. */
  failures: number;
  rejection?: UploadRejection;
}

/** Where attachments and uploads are listed. What resolved is durable. */
export interface AttachmentsRepository {
  find(attachmentId: string): Promise<Attachment | undefined>;
  /** The oldest first. */
  listOf(owner: AttachmentOwner): Promise<Attachment[]>;
  /** Writes an attachment, removes its upload, and appends to the audit log, all or nothing. */
  add(attachment: Attachment): Promise<void>;
  findUpload(attachmentId: string): Promise<Upload | undefined>;
  saveUpload(upload: Upload): Promise<void>;
  /** Uploads that are not rejected. */
  unfinishedOf(by: Attachment['by']): Promise<number>;
  /** Bytes of what somebody sent since a moment. */
  bytesOf(by: Attachment['by'], sinceMs: number): Promise<number>;
  countOf(owner: AttachmentOwner): Promise<number>;
  /** Removes uploads that began before a moment. Returns the ids of those that are left. */
  forgetUploads(beforeMs: number): Promise<string[]>;
  /** Which of these hashes an attachment has. */
  known(hashes: readonly string[]): Promise<ReadonlySet<string>>;
}

/** What an error of the disk or the database says about the store. */
export type TroubleOf = (error: unknown) => string | undefined;
