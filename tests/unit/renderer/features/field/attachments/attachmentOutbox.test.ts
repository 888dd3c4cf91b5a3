import { describe, expect, it } from 'vitest';
import {
  createMemoryQueue,
  openAttachmentQueue,
} from '../../../../../../src-renderer/server/attachmentQueue.ts';
import type { UploadAnswer } from '../../../../../../src-renderer/features/field/attachments/attachmentOutbox.ts';
import { runKills } from './outboxKills.ts';
import { bytesOf, createScriptedHub, openPage, waitingOf } from './scriptedUpload.ts';

const works = () => createScriptedHub(() => 'works');
/** Everything that can run has run. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
};
const photograph = bytesOf(1, 700_000);

describe('photographs that wait on a phone', () => {
  it('are sent in pieces as soon as there is a network, and are gone from the phone when the hub has kept them', async () => {
    const hub = works();
    const page = openPage(hub);
    await page.outbox.add(waitingOf('a', new Uint8Array(photograph)), photograph);
    await settled();
    expect(page.items).toMatchObject([{ attachmentId: 'a', sentBytes: 0 }]);
    page.outbox.connected(true);
    await settled();
    expect(hub.kept).toHaveLength(1);
    expect(page.items).toEqual([]);
    expect(await page.queue.load()).toEqual([]);
  });

  it('go on in the middle on the next page, and say how far they are', async () => {
    let left = 2;
    const hub = createScriptedHub(() => (left-- > 0 ? 'works' : 'unreached'));
    const first = openPage(hub);
    await first.outbox.add(waitingOf('a', new Uint8Array(photograph)), photograph);
    first.outbox.connected(true);
    await settled();
    first.kill();
    expect(first.items).toMatchObject([{ sentBytes: 262_144 }]);
    const offsets: number[] = [];
    left = Number.POSITIVE_INFINITY;
    const second = openPage(
      {
        announce: hub.announce,
        sendPiece(attachmentId, offset, piece) {
          offsets.push(offset);
          return hub.sendPiece(attachmentId, offset, piece);
        },
      },
      first.queue,
    );
    second.outbox.connected(true);
    await settled();
    expect(offsets).toEqual([262_144, 524_288]);
    expect(hub.kept).toHaveLength(1);
  });

  it('of another member are neither shown nor sent, and wait for their own', async () => {
    const hub = works();
    const queue = createMemoryQueue();
    await queue.add(waitingOf('of-li', new Uint8Array(photograph)), photograph);
    const zhao = openPage(hub, queue, 'zhao');
    zhao.outbox.connected(true);
    await settled();
    expect([zhao.items, hub.kept]).toEqual([[], []]);
    zhao.outbox.setMember('li');
    await settled();
    expect(hub.kept).toHaveLength(1);
  });

  it('of a finding wait until the hub has the finding, hold up none behind them, and say that they are before', async () => {
    const hub = works();
    const awaited = new Set(['f1']);
    const announced: unknown[] = [];
    const page = openPage(
      {
        ...hub,
        announce(announcement) {
          announced.push(announcement);
          return hub.announce(announcement);
        },
      },
      undefined,
      'li',
      ({ id }) => awaited.has(id),
    );
    const found = {
      ...waitingOf('a', new Uint8Array(photograph)),
      owner: { kind: 'finding', id: 'f1' },
    } as const;
    page.outbox.connected(true);
    await page.outbox.add({ ...found, purpose: 'before', within: 'o1' }, photograph);
    await page.outbox.add(waitingOf('b', new Uint8Array(photograph)), photograph);
    await settled();
    expect(hub.kept).toMatchObject([{ attachmentId: 'b' }]);
    expect(page.items).toMatchObject([{ attachmentId: 'a', within: 'o1', sentBytes: 0 }]);
    awaited.clear();
    page.outbox.ownersChanged();
    await settled();
    expect(hub.kept).toMatchObject([{ attachmentId: 'b' }, { attachmentId: 'a' }]);
    expect(announced.at(-1)).toMatchObject({ owner: { kind: 'finding', id: 'f1' }, purpose: 'before' });
    expect(announced.at(-1)).not.toHaveProperty('within');
  });

  it('that the hub rejects stay until they were read, and hold up none behind them', async () => {
    const hub = works();
    const page = openPage({
      ...hub,
      announce: (announcement): Promise<UploadAnswer> =>
        announcement.attachmentId === 'bad'
          ? Promise.resolve({ type: 'state', state: { state: 'rejected', rejection: 'heic' } })
          : announcement.attachmentId === 'big'
            ? Promise.resolve({ type: 'refused', reason: 'attachments.too_large' })
            : hub.announce(announcement),
    });
    for (const id of ['bad', 'big', 'good']) {
      await page.outbox.add(waitingOf(id, new Uint8Array(photograph)), photograph);
    }
    page.outbox.connected(true);
    await settled();
    expect(hub.kept).toMatchObject([{ attachmentId: 'good' }]);
    expect(page.items.map(({ failure }) => failure)).toEqual(['heic', 'attachments.too_large']);
    expect((await page.queue.load()).map(({ failure }) => failure)).toEqual([
      'heic',
      'attachments.too_large',
    ]);
    await page.outbox.dismiss('bad');
    expect(page.items.map(({ attachmentId }) => attachmentId)).toEqual(['big']);
  });

  it('say why they wait where the hub says it, and go on when it can take them', async () => {
    let isFull = true;
    const hub = works();
    let asked = 0;
    const page = openPage({
      ...hub,
      announce(announcement): Promise<UploadAnswer> {
        asked += 1;
        if (asked > 5) isFull = false;
        return isFull
          ? Promise.resolve({ type: 'later', reason: 'attachments.disk_full' })
          : hub.announce(announcement);
      },
    });
    await page.outbox.add(waitingOf('a', new Uint8Array(photograph)), photograph);
    const said: (string | undefined)[] = [];
    page.outbox.connected(true);
    for (let turn = 0; turn < 400 && hub.kept.length === 0; turn += 1) {
      said.push(page.items[0]?.waitsFor);
      await Promise.resolve();
    }
    expect(said).toContain('attachments.disk_full');
    expect(hub.kept).toHaveLength(1);
  });

  it('wait in the page where the browser keeps nothing, and that is said', async () => {
    let isPageOnly = false;
    const hub = works();
    const queue = openAttachmentQueue(undefined, () => (isPageOnly = true));
    const page = openPage(hub, queue);
    await page.outbox.add(waitingOf('a', new Uint8Array(photograph)), photograph);
    expect(isPageOnly).toBe(true);
    page.outbox.connected(true);
    await settled();
    expect(hub.kept).toHaveLength(1);
  });

  it('are none lost and none doubled over 100 random ends of page, network and hub', async () => {
    expect(await runKills(100, 20261129)).toEqual({
      added: expect.any(Number) as number,
      lost: 0,
      doubled: 0,
    });
  });
});
