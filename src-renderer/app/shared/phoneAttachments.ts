import {
  maxAttachmentBytes,
  type AttachmentOwner,
} from '../../../src-shared/attachments/attachments.protocol.ts';
import { AttachmentOutbox } from '../../features/field/attachments/attachmentOutbox.ts';
import {
  countSent,
  createFieldAttachmentsStore,
  type FieldAttachmentsStore,
  type TakenFile,
} from '../../features/field/attachments/fieldAttachmentsStore.ts';
import { largestPictureBytes, smallerPicture } from '../../features/field/attachments/smallerPicture.ts';
import { startRecording, type Recording } from '../../features/field/attachments/voiceNote.ts';
import type { Moment } from '../../features/field/moment.ts';
import type { PositionSharing } from '../../features/field/positionSharing.ts';
import { openAttachmentQueue } from '../../server/attachmentQueue.ts';
import { createAttachmentUploads, type UploadAsker } from '../../server/attachmentUploads.ts';

/** Photographs, voice notes and files of a page that sends them: of a member's phone, of a site's, or of a desk. */
export interface PhoneAttachments {
  store: FieldAttachmentsStore;
  outbox: Pick<AttachmentOutbox, 'connected' | 'setMember' | 'dismiss' | 'ownersChanged'>;
  /** Makes pictures small enough to be sent; those that cannot be read are left out, and the store says why. */
  readPictures(files: readonly Blob[]): Promise<Blob[]>;
  /** Keeps pictures that were read, with a finding of an order. */
  keepPictures(findingId: string, pictures: readonly Blob[], orderId: string): Promise<void>;
  takePictures(owner: AttachmentOwner, files: readonly Blob[]): Promise<void>;
  /** Takes what lies on this machine: photographs, and PDFs as they are. What is neither is refused in words when it is sent. */
  takeFiles(owner: AttachmentOwner, files: readonly File[], purpose?: 'before'): Promise<void>;
  record(): Promise<Recording | undefined>;
  takeRecording(owner: AttachmentOwner, recording: Recording): Promise<void>;
}

export function createPhoneAttachments(parts: {
  /** As whom it sends; undefined while nobody is signed in. */
  asker(): UploadAsker | undefined;
  /** Whose this phone is now: what others left on it is neither shown nor sent. */
  memberId(): string;
  place(): PositionSharing['place'];
  /** The hub does not know yet what something belongs to. */
  isAwaited?(owner: AttachmentOwner): boolean;
  moment(): Moment;
  newId(): string;
  delay(delayMs: number): Promise<void>;
}): PhoneAttachments {
  const store = createFieldAttachmentsStore();
  const outbox = new AttachmentOutbox({
    queue: openAttachmentQueue(databasesOf(), () => store.setState({ isPageOnly: true })),
    ...createAttachmentUploads({ fetch: (...request) => fetch(...request), asker: parts.asker }),
    ...(parts.isAwaited === undefined ? {} : { isAwaited: parts.isAwaited }),
    moment: parts.moment,
    delay: parts.delay,
    onChange: (waiting) => store.setState({ waiting }),
    onKept: ({ owner }) => countSent(store, owner.id),
  });

  const keep = async (owner: AttachmentOwner, { blob, ...facts }: TakenFile): Promise<void> => {
    const at = parts.moment();
    const place = parts.place();
    const bytes = await blob.arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const sha256 = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    await outbox.add(
      {
        attachmentId: parts.newId(),
        memberId: parts.memberId(),
        owner,
        ...facts,
        bytes: bytes.byteLength,
        sha256,
        at,
        deviceClock: clockText(new Date(at.wallMs)),
        ...(place === undefined ? {} : { place }),
      },
      bytes,
    );
  };
  const busy = (change: number): void => store.setState((state) => ({ busy: state.busy + change }));
  /** One after the other: two decoded at the same time are too much for a phone. */
  const eachPicture = async <T extends Blob>(
    files: readonly T[],
    work: (file: T) => Promise<void>,
  ): Promise<void> => {
    store.setState({ problem: undefined, problemFile: undefined });
    busy(files.length);
    for (const file of files) {
      try {
        await work(file);
      } catch {
        store.setState({ problem: file.size > largestPictureBytes ? 'too_large' : 'not_read' });
        if (file instanceof File) store.setState({ problemFile: file.name });
      } finally {
        busy(-1);
      }
    }
  };

  return {
    store,
    outbox,
    async readPictures(files) {
      const pictures: Blob[] = [];
      await eachPicture(files, async (file) => {
        const blob = await smallerPicture(file);
        if (blob !== undefined) pictures.push(blob);
        else store.setState({ problem: 'too_large' });
      });
      return pictures;
    },
    keepPictures: (findingId, pictures, orderId) =>
      eachPicture(pictures, (blob) =>
        keep(
          { kind: 'finding', id: findingId },
          { kind: 'photograph', purpose: 'before', within: orderId, blob },
        ),
      ),
    takePictures: (owner, files) =>
      eachPicture(files, async (file) => {
        const blob = await smallerPicture(file);
        if (blob !== undefined) await keep(owner, { kind: 'photograph', blob });
        else store.setState({ problem: 'too_large' });
      }),
    async takeFiles(owner, files, purpose) {
      // Without HTTPS a browser computes no hash, by which the hub knows that a file came whole.
      if (!globalThis.isSecureContext) return store.setState({ problem: 'insecure', problemFile: undefined });
      await eachPicture(files, async (file) => {
        const { name } = file;
        const isDocument = file.type === 'application/pdf' || /\.pdf$/iu.test(name);
        const kind = isDocument ? 'document' : 'photograph';
        const blob = isDocument ? file : await smallerPicture(file);
        if (blob === undefined || blob.size > maxAttachmentBytes[kind]) {
          return store.setState({ problem: 'too_large', problemFile: name });
        }
        const named = purpose === undefined || isDocument ? { name } : { name, purpose };
        await keep(owner, { kind, blob, ...named });
      });
    },
    async record() {
      store.setState({ problem: undefined });
      const recording = await startRecording(() => performance.now()).catch(() => undefined);
      if (recording === undefined) store.setState({ problem: 'no_microphone' });
      return recording;
    },
    async takeRecording(owner, recording) {
      const note = await recording.stop();
      if (note !== undefined) await keep(owner, { kind: 'voice', ...note });
    },
  };
}

/** The phone's clock with its zone: `2026-11-29T16:03:22+08:00`. */
function clockText(date: Date): string {
  const offset = -date.getTimezoneOffset();
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 19);
  return `${local}${offset < 0 ? '-' : '+'}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
}

/** Some browsers throw where somebody forbade it. */
function databasesOf(): IDBFactory | undefined {
  try {
    return window.indexedDB as IDBFactory | undefined;
  } catch {
    return undefined;
  }
}
