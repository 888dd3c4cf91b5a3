import type { AttachmentOutboxPorts } from '../../../../../../src-renderer/features/field/attachments/attachmentOutbox.ts';
import { createMemoryQueue } from '../../../../../../src-renderer/server/attachmentQueue.ts';
import type { AttachmentOwner } from '../../../../../../src-shared/attachments/attachments.protocol.ts';
import { bytesOf, createScriptedHub, openPage, waitingOf } from './scriptedUpload.ts';

/** Numbers from 0 to less than 1 that are the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What the run is made against. */
export interface KilledHub extends Pick<AttachmentOutboxPorts, 'announce' | 'sendPiece'> {
  /** The ids of what is kept, each as often as it is there. */
  keptIds(): Promise<string[]>;
  /** One photograph; its owner must take it. */
  bytesOf(number: number): ArrayBuffer;
  ownerOf(number: number): AttachmentOwner;
  /** Everything that can run now has run a little further. */
  turn(): Promise<unknown>;
}

/** What becomes of a request: it works, its answer is lost, it does not arrive, or the hub ends in the middle of it. */
export type Mood = 'works' | 'no_answer' | 'unreached' | 'restart';

/**
 * Members take photographs while the page, the network and the hub end at random moments; then everything works and what waits is
 * sent. A photograph counts as taken once the phone has said that it keeps it. How many the hub lost, and how many it has twice.
 */
export async function runKills(
  kills: number,
  seed: number,
  makeHub: (mood: () => Mood, random: () => number) => KilledHub = scriptedHub,
): Promise<{ added: number; lost: number; doubled: number }> {
  const random = randomOf(seed);
  let isCalm = false;
  const hub = makeHub(() => {
    const chance = isCalm ? 1 : random();
    if (chance < 0.15) return 'no_answer';
    if (chance < 0.3) return 'unreached';
    return chance < 0.4 ? 'restart' : 'works';
  }, random);
  const queue = createMemoryQueue();
  const added: string[] = [];
  let page = openPage(hub, queue);
  for (let kill = 0; kill < kills; kill += 1) {
    page.outbox.connected(random() < 0.8);
    const id = `photograph-${kill}`;
    const bytes = hub.bytesOf(kill);
    const waiting = { ...waitingOf(id, new Uint8Array(bytes)), owner: hub.ownerOf(kill) };
    const keeping = page.outbox.add(waiting, bytes).then(() => added.push(id));
    if (random() < 0.9) await keeping;
    const turns = Math.floor(random() * 60);
    for (let turn = 0; turn < turns; turn += 1) await hub.turn();
    const what = random();
    if (what < 0.6) {
      page.kill();
      page = openPage(hub, queue);
    } else if (what < 0.8) page.outbox.connected(false);
  }
  isCalm = true;
  page.kill();
  page = openPage(hub, queue);
  page.outbox.connected(true);
  for (let turn = 0; turn < kills * 2_000 && (await queue.load()).length > 0; turn += 1) await hub.turn();
  const kept = await hub.keptIds();
  return {
    added: added.length,
    lost: added.filter((id) => !kept.includes(id)).length,
    doubled: kept.length - new Set(kept).size,
  };
}

function scriptedHub(mood: () => Mood, random: () => number): KilledHub {
  const hub = createScriptedHub(mood);
  return {
    ...hub,
    keptIds: () => Promise.resolve(hub.kept.map(({ attachmentId }) => attachmentId)),
    bytesOf: (number) => bytesOf(number, 1 + Math.floor(random() * 900_000)),
    ownerOf: () => ({ kind: 'order', id: 'o1' }),
    turn: () => Promise.resolve(),
  };
}
