import {
  maxAttachmentsOfOwner,
  maxUnfinishedUploads,
  type Attachment,
  type UploadAnnouncement,
} from '../../../src-shared/attachments/attachments.protocol.ts';
import { distanceM } from '../../../src-shared/orders/straightLine.ts';
import { refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { Principal } from '../../../src-shared/session/principal.ts';
import type { Cleaned, Upload } from './attachments.ports.ts';

/** A sender as an attachment names it. */
export function senderOf({ kind, accountId, name }: Principal): Attachment['by'] {
  return { kind, id: accountId.slice(0, 64), name: name.slice(0, 60) };
}

/** Whether two of an attachment's senders are the same one. */
export function isSameSender(one: Attachment['by'], other: Attachment['by']): boolean {
  return one.id === other.id && one.kind === other.kind;
}

/** Whether an announcement is of an upload that began before. */
export function isSameUpload(
  { announcement, by }: Upload,
  sender: Attachment['by'],
  { sha256, bytes, owner, kind }: UploadAnnouncement,
): boolean {
  return (
    isSameSender(by, sender) &&
    announcement.sha256 === sha256 &&
    announcement.bytes === bytes &&
    announcement.kind === kind &&
    announcement.owner.kind === owner.kind &&
    announcement.owner.id === owner.id
  );
}

/** The refusal of what is beyond a limit; `bytes` is the limit where it is one of bytes. */
export function limitRefusal(limit: 'bytes' | 'unfinished' | 'owner' | 'day', bytes = 0): Ack<never> {
  const megabytes = Math.floor(bytes / 1024 / 1024);
  switch (limit) {
    case 'bytes':
      return refuse('bad_request', `This is larger than ${megabytes} MB. Send it smaller.`, {
        reason: 'attachments.too_large',
        megabytes,
      });
    case 'unfinished':
      return refuse('too_many', 'Too much of this sender is under way. Let it finish first.', {
        reason: 'attachments.too_many_unfinished',
        limit: maxUnfinishedUploads,
      });
    case 'owner':
      return refuse('too_many', `There are ${maxAttachmentsOfOwner} photographs and notes already.`, {
        reason: 'attachments.too_many_of_owner',
        limit: maxAttachmentsOfOwner,
      });
    case 'day':
      return refuse('too_many', `This sender has sent ${megabytes} MB within a day.`, {
        reason: 'attachments.too_much_today',
        megabytes,
      });
  }
}

/** The refusal of what the disk cannot take at this time; undefined for an error of another kind. */
export function diskRefusal(trouble: string | undefined): Ack<never> | undefined {
  switch (trouble) {
    case undefined:
      return undefined;
    case 'full':
      return refuse('unavailable', 'The disk of the hub is full. It is kept here and sent later.', {
        reason: 'attachments.disk_full',
      });
    case 'readOnly':
      return refuse('unavailable', 'The disk of the hub can only be read. It is kept here and sent later.', {
        reason: 'attachments.disk_read_only',
      });
    default:
      return refuse('unavailable', 'The disk of the hub does not work. It is kept here and sent later.', {
        reason: 'attachments.disk_failing',
      });
  }
}

type Facts = Pick<Attachment, 'mediaType' | 'bytes' | 'sha256' | 'width' | 'height' | 'embedded'>;

/** What is kept of a cleaned file, with how far the place in it is from where the phone was. */
export function factsOf(cleaned: Extract<Cleaned, { ok: true }>, place: Attachment['place']): Facts {
  const { mediaType, bytes, sha256, width, height, embedded } = cleaned;
  const size = width === undefined || height === undefined ? {} : { width, height };
  const facts = { mediaType, bytes, sha256, ...size };
  if (embedded === undefined) return facts;
  const { latitude, longitude } = embedded;
  if (place === undefined || latitude === undefined || longitude === undefined) return { ...facts, embedded };
  return {
    ...facts,
    embedded: { ...embedded, awayM: Math.round(distanceM(place, { latitude, longitude })) },
  };
}
