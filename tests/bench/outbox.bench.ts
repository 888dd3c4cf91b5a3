import { setTimeout as delay } from 'node:timers/promises';
import type { AttachmentFiles } from '../../src-sfu/features/attachments/attachments.ports.ts';
import type { UploadAnswer } from '../../src-renderer/features/field/attachments/attachmentOutbox.ts';
import type { UploadState } from '../../src-shared/attachments/attachments.protocol.ts';
import type { Ack } from '../../src-shared/protocol/define.ts';
import { createSequence } from '../../src-sfu/base/sequence.ts';
import { runKills, type Mood } from '../unit/renderer/features/field/attachments/outboxKills.ts';
import { openStage, phone, photograph } from '../unit/sfu/attachments/attachmentStage.ts';
import { singleFigure, type Bench } from './figures.ts';

/** An order has room for 200. */
const photographsOfOrder = 150;

/**
 * Photographs that a member takes while the phone's page, the network and the hub end at random: the phone's own outbox against the
 * hub's own service with its files and its database. `outbox.lost`: taken and not at the hub afterwards; `outbox.doubled`: there twice.
 * `--kills N`, `--seed N`.
 */
export const benchOutbox: Bench = async (report, progress, options) => {
  const { kills = 1_000, seed = Date.now() % 1_000_000 } = options;
  progress(`  seed ${seed}`);
  const stage = await openStage();
  const member = phone('li');
  const sizes: readonly [number, number][] = [
    [60, 40],
    [320, 240],
    [1_000, 800],
    [1_400, 1_000],
  ];
  const jpegs = await Promise.all(sizes.map(([width, height]) => photograph(width, height)));
  const ended = (): Promise<never> => Promise.reject(new Error('the hub ended'));
  /** Moments at which a hub can end in the middle of a request. */
  const endsAt = ({ append, keepUpload, removeUpload }: AttachmentFiles): Partial<AttachmentFiles>[] => [
    { append: (id, offset, bytes) => append(id, offset, bytes.subarray(0, bytes.length / 3)).then(ended) },
    { append: (id, offset, bytes) => append(id, offset, bytes).then(ended) },
    { keepUpload: (id, kind) => keepUpload(id, kind).then(ended) },
    { removeUpload: (id) => removeUpload(id).then(ended) },
  ];
  let restarts = 0;
  const makeHub = (mood: () => Mood, random: () => number) => {
    // A page that was ended leaves a request behind; the hub that answers it must not go on beside the next one.
    const requests = createSequence();
    const ask = (work: () => Promise<Ack<UploadState>>): Promise<UploadAnswer> =>
      requests.exclusive(() => answerOf(work));
    const answerOf = async (work: () => Promise<Ack<UploadState>>): Promise<UploadAnswer> => {
      const how = mood();
      if (how === 'unreached') return { type: 'later' };
      if (how === 'restart') {
        restarts += 1;
        const ends = endsAt(stage.files);
        await stage.restart(ends[Math.floor(random() * ends.length)]);
        await work().catch(() => undefined);
        await (await stage.restart()).sweep();
        return { type: 'later' };
      }
      const answer = await work();
      if (how === 'no_answer') return { type: 'later' };
      if (answer.ok) return { type: 'state', state: answer.data };
      return answer.reason === 'attachments.no_such_upload' ? { type: 'unknown' } : { type: 'later' };
    };
    return {
      announce: (announcement: Parameters<typeof stage.attachments.announce>[1]) =>
        ask(() => stage.attachments.announce(member, announcement)),
      sendPiece: (id: string, offset: number, piece: ArrayBuffer) =>
        ask(() => stage.attachments.take(member, id, offset, new Uint8Array(piece))),
      async keptIds() {
        const orders = Array.from({ length: Math.ceil(kills / photographsOfOrder) }, (_, index) => index);
        const lists = await Promise.all(
          orders.map((index) => stage.attachments.listOf({ kind: 'order', id: `o${index}` })),
        );
        return lists.flat().map(({ attachmentId }) => attachmentId);
      },
      bytesOf: (number: number) => new Uint8Array(jpegs[number % jpegs.length]!).buffer,
      ownerOf: (number: number) =>
        ({ kind: 'order', id: `o${Math.floor(number / photographsOfOrder)}` }) as const,
      // Requests take the time of a disk here, not only turns of the event loop.
      turn: () => delay(1),
    };
  };
  try {
    const { added, lost, doubled } = await runKills(kills, seed, makeHub);
    progress(`  ${added} photographs; the hub ended ${restarts} times`);
    report(singleFigure('outbox.lost', 'count', lost, kills));
    report(singleFigure('outbox.doubled', 'count', doubled, kills));
  } finally {
    await stage.close();
  }
};
