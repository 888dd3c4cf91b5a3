import { createListeners } from '../../../src-shared/listeners.ts';
import {
  maxAttachmentBytes,
  maxAttachmentsOfOwner,
  maxUnfinishedUploads,
  type Attachment,
  type AttachmentOwner,
  type UploadAnnouncement,
  type UploadState,
} from '../../../src-shared/attachments/attachments.protocol.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { HubPicture } from '../../base/attachmentOwner.ts';
import type { Principal } from '../../../src-shared/session/principal.ts';
import {
  diskRefusal,
  factsOf,
  isSameSender,
  isSameUpload,
  limitRefusal,
  senderOf,
} from './attachmentRules.ts';
import type {
  AttachmentFiles,
  AttachmentOwners,
  AttachmentsRepository,
  TroubleOf,
  Upload,
} from './attachments.ports.ts';

export interface AttachmentsService {
  /** A sender says what it will send. Repeated with the same id it is answered with how far the upload is. */
  announce(principal: Principal, announcement: UploadAnnouncement): Promise<Ack<UploadState>>;
  /** How far an upload of this sender is. */
  stateOf(principal: Principal, attachmentId: string): Promise<Ack<UploadState>>;
  /**
   * A piece of an upload. One that does not begin where the bytes on the disk end is left out, and the answer says where the next
   * begins. With the last piece the whole is checked, cleaned and kept, before it is answered.
   */
  take(
    principal: Principal,
    attachmentId: string,
    offset: number,
    bytes: Uint8Array,
  ): Promise<Ack<UploadState>>;
  /** An attachment that somebody may see. */
  find(principal: Principal, attachmentId: string): Promise<Attachment | undefined>;
  list(principal: Principal, owner: AttachmentOwner): Promise<Ack<{ attachments: Attachment[] }>>;
  /** Everything that an owner has, for other features of the hub. */
  listOf(owner: AttachmentOwner): Promise<Attachment[]>;
  /** Adds a picture of the hub's own, such as a still of a camera; a repeat of the id is answered the same. */
  addFromHub(owner: AttachmentOwner, jpeg: Uint8Array, picture: HubPicture): Promise<Ack<Attachment>>;
  onAdded(listener: (attachment: Attachment) => void): void;
  /** Removes what is left of uploads that were given up, and files that belong to nothing. */
  sweep(graceMs?: number): Promise<void>;
}

/** An upload that was not finished by then is given up. Milliseconds. */
const uploadLifeMs = 7 * 86_400_000;
const dayMs = 86_400_000;
/** Uploads whose bytes are not what was announced begin again so often. */
const maxFailures = 3;
/** What is left free on the disk for everything else that the hub writes. Bytes. */
const reservedBytes = 256 * 1024 * 1024;

export function createAttachmentsService(options: {
  repository: AttachmentsRepository;
  files: AttachmentFiles;
  owners: AttachmentOwners;
  /** What one sender may send within a day, in bytes. */
  bytesOfDay: number;
  troubleOf: TroubleOf;
  inTurn<T>(key: string, work: () => Promise<T>): Promise<T>;
  nowMs(): number;
}): AttachmentsService {
  const { repository, files, owners, bytesOfDay, troubleOf, inTurn, nowMs } = options;
  const added = createListeners<[attachment: Attachment]>();

  const noOwner = (): Ack<never> =>
    refuse('not_found', 'There is nothing of this id that you may add to.', {
      reason: 'attachments.no_such_owner',
    });
  const idTaken = (): Ack<never> =>
    refuse('conflict', 'This id was used for something else. Make a new id.', {
      reason: 'attachments.id_taken',
    });

  /** Refuses with what the disk says; rethrows what is a fault. */
  const orTrouble = async <T>(work: () => Promise<Ack<T>>): Promise<Ack<T>> => {
    try {
      return await work();
    } catch (error) {
      const refusal = diskRefusal(troubleOf(error));
      if (refusal === undefined) throw error;
      return refusal;
    }
  };

  const keep = async (attachment: Attachment): Promise<Attachment> => {
    await repository.add(attachment);
    added.notify(attachment);
    return attachment;
  };

  /** Checks an upload whose bytes have all come. */
  const finish = async (upload: Upload): Promise<Ack<UploadState>> => {
    const { announcement, by, takenAtMs } = upload;
    const { attachmentId, owner, kind, purpose, deviceClock, place, durationMs, words } = announcement;
    const reject = async (rejection: NonNullable<Upload['rejection']>): Promise<Ack<UploadState>> => {
      await repository.saveUpload({ ...upload, rejection });
      await files.removeUpload(attachmentId);
      return ok({ state: 'rejected', rejection });
    };
    if ((await files.hashOfUpload(attachmentId)) !== announcement.sha256) {
      const failures = upload.failures + 1;
      if (failures >= maxFailures) return reject('hash_differs');
      await files.removeUpload(attachmentId);
      await repository.saveUpload({ ...upload, failures });
      return ok({ state: 'open', offset: 0 });
    }
    const cleaned = await files.keepUpload(attachmentId, kind);
    if (!cleaned.ok) return reject(cleaned.rejection);
    const attachment = await keep({
      attachmentId,
      owner,
      kind,
      // What a site sends is what it corrected, whatever it says.
      ...(by.kind === 'site' ? { purpose: 'after' } : purpose === undefined ? {} : { purpose }),
      by,
      takenAtMs,
      receivedAtMs: nowMs(),
      ...(deviceClock === undefined ? {} : { deviceClock }),
      ...(place === undefined ? {} : { place }),
      ...(durationMs === undefined ? {} : { durationMs }),
      ...(words === undefined || words === '' ? {} : { words }),
      sentSha256: announcement.sha256,
      ...factsOf(cleaned, place),
    });
    // It is kept; what is left of the upload is removed by the next sweep at the latest.
    await files.removeUpload(attachmentId).catch(() => undefined);
    return ok({ state: 'kept', attachment });
  };

  const progressOf = async (upload: Upload): Promise<Ack<UploadState>> => {
    if (upload.rejection !== undefined) return ok({ state: 'rejected', rejection: upload.rejection });
    const { attachmentId, bytes } = upload.announcement;
    const offset = await files.sizeOfUpload(attachmentId);
    // All bytes came, and the hub ended before it could check them.
    return offset === bytes ? finish(upload) : ok({ state: 'open', offset });
  };

  /** Why nothing more is begun for this sender or this owner. */
  const overLimit = async (
    announcement: UploadAnnouncement,
    by: Attachment['by'],
  ): Promise<Ack<never> | undefined> => {
    const { owner, bytes } = announcement;
    if ((await repository.unfinishedOf(by)) >= maxUnfinishedUploads) return limitRefusal('unfinished');
    if ((await repository.countOf(owner)) >= maxAttachmentsOfOwner) return limitRefusal('owner');
    if ((await repository.bytesOf(by, nowMs() - dayMs)) + bytes > bytesOfDay) {
      return limitRefusal('day', bytesOfDay);
    }
    return (await files.freeBytes()) < bytes + reservedBytes ? diskRefusal('full') : undefined;
  };

  return {
    announce: (principal, announcement) =>
      inTurn(announcement.attachmentId, () =>
        orTrouble(async (): Promise<Ack<UploadState>> => {
          const { attachmentId, owner, kind, bytes } = announcement;
          const by = senderOf(principal);
          const known = await repository.find(attachmentId);
          if (known !== undefined) {
            const isSame = isSameSender(known.by, by) && known.sentSha256 === announcement.sha256;
            return isSame ? ok({ state: 'kept', attachment: known }) : idTaken();
          }
          if ((await owners.get(owner.kind)?.may(principal, 'add', owner.id)) !== true) return noOwner();
          if (bytes > maxAttachmentBytes[kind]) return limitRefusal('bytes', maxAttachmentBytes[kind]);
          const begun = await repository.findUpload(attachmentId);
          if (begun !== undefined) {
            return isSameUpload(begun, by, announcement) ? progressOf(begun) : idTaken();
          }
          const refusal = await overLimit(announcement, by);
          if (refusal !== undefined) return refusal;
          const beganAtMs = nowMs();
          // The clock of the sender can be wrong: nothing is taken for an order before it was written.
          const earliestMs = (await owners.get(owner.kind)?.beganAtMs?.(owner.id)) ?? 0;
          const takenAtMs = Math.max(earliestMs, beganAtMs - announcement.ageMs);
          await repository.saveUpload({ announcement, by, beganAtMs, takenAtMs, failures: 0 });
          return ok({ state: 'open', offset: 0 });
        }),
      ),
    stateOf: (principal, attachmentId) =>
      inTurn(attachmentId, () =>
        orTrouble(() => ownUpload(principal, attachmentId, (upload) => progressOf(upload))),
      ),
    take: (principal, attachmentId, offset, bytes) =>
      inTurn(attachmentId, () =>
        orTrouble(() =>
          ownUpload(principal, attachmentId, async (upload) => {
            if (upload.rejection !== undefined) return progressOf(upload);
            const here = await files.sizeOfUpload(attachmentId);
            if (here !== offset) return progressOf(upload);
            if (offset + bytes.byteLength > upload.announcement.bytes) {
              return refuse('bad_request', 'This is more than was announced.', {
                reason: 'attachments.more_than_announced',
              });
            }
            if (bytes.byteLength > 0) await files.append(attachmentId, offset, bytes);
            return progressOf(upload);
          }),
        ),
      ),
    async find(principal, attachmentId) {
      const attachment = await repository.find(attachmentId);
      if (attachment === undefined) return undefined;
      const { kind, id } = attachment.owner;
      return (await owners.get(kind)?.may(principal, 'see', id)) === true ? attachment : undefined;
    },
    async list(principal, owner) {
      if ((await owners.get(owner.kind)?.may(principal, 'see', owner.id)) !== true) {
        return refuse('not_found', 'There is nothing of this id that you may see.', {
          reason: 'attachments.no_such_owner',
        });
      }
      return ok({ attachments: await repository.listOf(owner) });
    },
    listOf: (owner) => repository.listOf(owner),
    addFromHub: (owner, jpeg, { cameraId, cameraName, ...picture }) =>
      inTurn(picture.attachmentId, () =>
        orTrouble(async (): Promise<Ack<Attachment>> => {
          const known = await repository.find(picture.attachmentId);
          if (known !== undefined) return ok(known);
          if ((await repository.countOf(owner)) >= maxAttachmentsOfOwner) return limitRefusal('owner');
          const cleaned = await files.keepPicture(jpeg);
          if (!cleaned.ok) {
            return refuse('unavailable', 'The picture of the camera could not be decoded.', {
              reason: 'attachments.no_such_attachment',
            });
          }
          const by = { kind: 'hub', id: cameraId, name: cameraName.slice(0, 60) } as const;
          const sentSha256 = cleaned.sha256;
          const rest = { kind: 'photograph', by, receivedAtMs: nowMs(), sentSha256 } as const;
          return ok(await keep({ ...picture, owner, ...rest, ...factsOf(cleaned, undefined) }));
        }),
      ),
    onAdded: added.add,
    async sweep(graceMs = 0) {
      const uploads = new Set(await repository.forgetUploads(nowMs() - uploadLifeMs));
      await files.sweep({ uploads, known: (hashes) => repository.known(hashes), graceMs });
    },
  };

  /** Runs a piece of work with an upload of this sender; answers at once where it is kept already. */
  async function ownUpload(
    principal: Principal,
    attachmentId: string,
    work: (upload: Upload) => Promise<Ack<UploadState>>,
  ): Promise<Ack<UploadState>> {
    const by = senderOf(principal);
    const known = await repository.find(attachmentId);
    if (known !== undefined && isSameSender(known.by, by)) return ok({ state: 'kept', attachment: known });
    const upload = await repository.findUpload(attachmentId);
    if (upload === undefined || !isSameSender(upload.by, by)) {
      return refuse('not_found', 'Nothing of this id was announced. Announce it again.', {
        reason: 'attachments.no_such_upload',
      });
    }
    const { owner } = upload.announcement;
    if ((await owners.get(owner.kind)?.may(principal, 'add', owner.id)) !== true) return noOwner();
    return work(upload);
  }
}
