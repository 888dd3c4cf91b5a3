import { readFile } from 'node:fs/promises';
import type { AttachmentOwner } from '../../src-shared/attachments/attachments.protocol.ts';
import { createListeners } from '../../src-shared/listeners.ts';
import { refuse } from '../../src-shared/protocol/define.ts';
import type { Principal } from '../../src-shared/session/principal.ts';
import { createMessageDates } from '../base/messageDates.ts';
import { startTimer, type Timer } from '../base/timers.ts';
import { createTurns } from '../base/turns.ts';
import type { AttachmentOwnerRules } from '../base/attachmentOwner.ts';
import {
  createAttachmentsService,
  type AttachmentsService,
} from '../features/attachments/attachments.service.ts';
import { isSameSender, senderOf } from '../features/attachments/attachmentRules.ts';
import { createAttachmentRoutes } from '../http/attachments/attachmentRoutes.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';
import { openAttachmentFiles } from '../storage/attachmentFiles.ts';
import { createAttachmentsRepository } from '../storage/attachments.sql.ts';
import { PictureLibraryError, pictureLibrary } from '../storage/pictureLibrary.ts';
import { troubleOf } from '../storage/storeErrors.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import type { OrdersFeature } from './orders.ts';

/** How often what is left of given-up uploads is removed; and how old it must be. Milliseconds. */
const sweepEveryMs = 60 * 60_000;
const graceMs = 10 * 60_000;
/** When the library of pictures is loaded, after the start has its processor time: an installation without it is noticed before a phone is refused. Milliseconds. */
const pictureLibraryAfterMs = 10_000;

/** Photographs, voice notes and files of orders, and of whatever registers as an owner. */
export interface AttachmentsFeature
  extends
    HubFeature<Extract<keyof RequestHandlers, `attachments:${string}`>>,
    Pick<AttachmentsService, 'addFromHub' | 'listOf' | 'onAdded'> {
  /** Another kind of owner: to whom one belongs, and who may add attachments to it and see them. */
  registerOwner(kind: AttachmentOwner['kind'], rules: AttachmentOwnerRules): void;
  /** Calls the listener when somebody opens what somebody else sent. */
  onOpened(listener: (asker: Principal, attachmentId: string) => void): void;
  /** A photograph as it is kept, a JPEG, for who has already been found to may see its owner; undefined where it is gone. */
  readPhotograph(attachmentId: string): Promise<Uint8Array | undefined>;
}

/** Composes attachments and removes what uploads left behind when the hub ended. */
export async function createAttachmentsFeature(
  { config, store, clock, nowMs, logger }: Drivers,
  { orders }: { orders: Pick<OrdersFeature, 'attachmentRules'> },
): Promise<AttachmentsFeature> {
  const owners = new Map<AttachmentOwner['kind'], AttachmentOwnerRules>([['order', orders.attachmentRules]]);
  const files = await openAttachmentFiles(config.dataDir);
  const repository = createAttachmentsRepository(store);
  const attachments = createAttachmentsService({
    repository,
    files,
    owners,
    bytesOfDay: config.attachmentMebibytes * 1024 * 1024,
    // It is no trouble of the disk.
    troubleOf: (error) => (error instanceof PictureLibraryError ? undefined : troubleOf(error)),
    inTurn: createTurns(),
    nowMs,
  });
  const opened = createListeners<[asker: Principal, attachmentId: string]>();
  let timer: Timer | undefined;
  let loading: Timer | undefined;
  let sweeping: Promise<void> = Promise.resolve();
  const sweep = (olderThanMs: number): void => {
    sweeping = attachments
      .sweep(olderThanMs)
      .catch((error: unknown) =>
        logger.warn({ err: error }, 'the search for files that belong to no attachment failed'),
      )
      .finally(() => (timer = startTimer(() => sweep(graceMs), sweepEveryMs)));
  };
  return {
    addFromHub: attachments.addFromHub,
    listOf: attachments.listOf,
    onAdded: attachments.onAdded,
    onOpened: opened.add,
    registerOwner: (kind, rules) => void owners.set(kind, rules),
    async readPhotograph(attachmentId) {
      const found = await repository.find(attachmentId);
      if (found?.kind !== 'photograph') return undefined;
      return readFile(files.pathOf(found, 'file')).catch(() => undefined);
    },
    handlers: {
      async 'attachments:list'({ identity }, { owner }) {
        if (identity !== undefined) return attachments.list(identity.principal, owner);
        return refuse('not_joined', 'Join first.', { reason: 'session.not_joined' });
      },
    },
    routes: (admit) => [
      createAttachmentRoutes({
        attachments,
        files,
        dates: createMessageDates(clock),
        admit,
        onOpened(asker, { attachmentId, by }) {
          if (!isSameSender(by, senderOf(asker))) opened.notify(asker, attachmentId);
        },
      }),
    ],
    announceTo(surfaces) {
      attachments.onAdded((attachment) => {
        const { owner, by } = attachment;
        const rules = owners.get(owner.kind);
        const announce = async (): Promise<void> => {
          const resource = await rules?.resourceOf(owner.id);
          surfaces.broadcast('attachments:added', { attachment }, resource ?? { district: undefined });
          const members = new Set(await rules?.membersOf?.(owner.id));
          if (by.kind === 'phone') members.add(by.id);
          for (const memberId of members)
            surfaces.broadcastToOwn('attachments:added', { attachment }, { memberId });
        };
        announce().catch((error: unknown) =>
          logger.warn({ err: error, owner }, 'an attachment was kept, and could not be announced'),
        );
      });
    },
    start() {
      sweep(0);
      loading = startTimer(() => {
        pictureLibrary().catch((error: unknown) =>
          logger.error(
            { err: error },
            'no picture can be taken: photographs are kept by their senders meanwhile',
          ),
        );
      }, pictureLibraryAfterMs);
    },
    async close() {
      loading?.cancel();
      await sweeping;
      timer?.cancel();
    },
  };
}
