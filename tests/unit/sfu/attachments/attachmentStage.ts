import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { createTurns } from '../../../../src-sfu/base/turns.ts';
import type { AttachmentFiles } from '../../../../src-sfu/features/attachments/attachments.ports.ts';
import {
  createAttachmentsService,
  type AttachmentsService,
} from '../../../../src-sfu/features/attachments/attachments.service.ts';
import { openAttachmentFiles } from '../../../../src-sfu/storage/attachmentFiles.ts';
import { createAttachmentsRepository } from '../../../../src-sfu/storage/attachments.sql.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { troubleOf } from '../../../../src-sfu/storage/storeErrors.ts';
import type { UploadAnnouncement } from '../../../../src-shared/attachments/attachments.protocol.ts';
import { wholeCity, type Principal } from '../../../../src-shared/session/principal.ts';

export const nowMs = Date.UTC(2026, 10, 29, 8);
/** When the order `o1` was written. */
export const orderBeganAtMs = nowMs - 3_600_000;
export const order = { kind: 'order', id: 'o1' } as const;

export function phone(accountId: string): Principal {
  return {
    kind: 'phone',
    accountId,
    name: accountId,
    role: 'squad_member',
    scope: { districts: [], squads: ['wenquan'] },
    sessionId: `phone:${accountId}`,
    device: '',
    address: '127.0.0.1',
  };
}
export const officer: Principal = {
  ...phone('wang'),
  kind: 'person',
  role: 'duty_officer',
  scope: wholeCity,
  sessionId: 's',
};

export const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function announcement(
  attachmentId: string,
  bytes: Uint8Array,
  more: Partial<UploadAnnouncement> = {},
): UploadAnnouncement {
  return {
    attachmentId,
    owner: order,
    kind: 'photograph',
    bytes: bytes.byteLength,
    sha256: hashOf(bytes),
    ageMs: 0,
    ...more,
  };
}

/** A JPEG of noise, so that it does not become small. */
export function photograph(width = 320, height = 240): Promise<Buffer> {
  return sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 120, sigma: 40 },
    },
  })
    .jpeg({ quality: 90 })
    .toBuffer();
}

export interface Stage {
  dataDir: string;
  store: Store;
  files: AttachmentFiles;
  attachments: AttachmentsService;
  /** The hub ended and starts again with the same folder and the same database. */
  restart(faults?: Partial<AttachmentFiles>): Promise<AttachmentsService>;
  close(): Promise<void>;
}

/** The service with real files and a real database in memory. Members `li` and `zhao` work on the order `o1`. */
export async function openStage(
  options: { bytesOfDay?: number; faults?: Partial<AttachmentFiles> } = {},
): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mingchu-attachments-'));
  const store = (await openStore(':memory:')) as Store & { destroy(): Promise<void> };
  const make = async (faults: Partial<AttachmentFiles> = {}): Promise<AttachmentsService> => {
    const files = { ...(await openAttachmentFiles(dataDir)), ...faults };
    stage.files = files;
    stage.attachments = createAttachmentsService({
      repository: createAttachmentsRepository(store),
      files,
      owners: new Map([
        [
          'order' as const,
          {
            resourceOf: () => Promise.resolve({ district: '咸安区' }),
            beganAtMs: () => Promise.resolve(orderBeganAtMs),
            may: ({ kind, accountId }: Principal, _what: string, id: string) =>
              Promise.resolve(
                id.startsWith('o') && (kind === 'person' || ['li', 'zhao'].includes(accountId)),
              ),
          },
        ],
      ]),
      bytesOfDay: options.bytesOfDay ?? 1024 ** 3,
      troubleOf,
      inTurn: createTurns(),
      nowMs: () => nowMs,
    });
    return stage.attachments;
  };
  const stage = {
    dataDir,
    store,
    restart: make,
    async close() {
      await store.destroy();
      await rm(dataDir, { recursive: true, force: true });
    },
  } as unknown as Stage;
  await make(options.faults);
  return stage;
}

/** Sends everything in pieces; the last answer. */
export async function upload(
  attachments: AttachmentsService,
  sender: Principal,
  announced: UploadAnnouncement,
  bytes: Uint8Array,
  pieceBytes = 64 * 1024,
) {
  let answer = await attachments.announce(sender, announced);
  while (answer.ok && answer.data.state === 'open') {
    const { offset } = answer.data;
    const piece = bytes.subarray(offset, offset + pieceBytes);
    answer = await attachments.take(sender, announced.attachmentId, offset, piece);
  }
  return answer;
}
