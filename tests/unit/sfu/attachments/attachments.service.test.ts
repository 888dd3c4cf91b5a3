import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  maxAttachmentBytes,
  maxUnfinishedUploads,
  type Attachment,
} from '../../../../src-shared/attachments/attachments.protocol.ts';
import fc from '../../../support/properties.ts';
import {
  announcement,
  hashOf,
  officer,
  openStage,
  order,
  orderBeganAtMs,
  phone,
  photograph,
  upload,
  type Stage,
} from './attachmentStage.ts';

const li = phone('li');
let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
const partsOnDisk = async (): Promise<string[]> => readdir(join(stage.dataDir, 'attachments', 'uploads'));
const filesOnDisk = async (): Promise<string[]> =>
  (await readdir(join(stage.dataDir, 'attachments'), { recursive: true })).filter((name) =>
    /\.\w+$/.test(name),
  );

describe('an upload', () => {
  it('is kept once, with the hashes of what was sent and of what is kept, and announced to those who listen', async () => {
    const sent = await photograph();
    const heard: Attachment[] = [];
    stage.attachments.onAdded((one) => heard.push(one));
    const announced = announcement('p1', sent, { purpose: 'before', words: '<b>后厨</b>', ageMs: 90_000 });
    const first = await upload(stage.attachments, li, announced, sent);
    expect(first).toMatchObject({
      ok: true,
      data: {
        state: 'kept',
        attachment: { width: 320, height: 240, sentSha256: hashOf(sent), purpose: 'before' },
      },
    });
    for (let again = 0; again < 10; again += 1) {
      expect(await upload(stage.attachments, li, announced, sent)).toEqual(first);
    }
    expect(heard).toHaveLength(1);
    expect(heard[0]?.sha256).not.toBe(hashOf(sent));
    expect(heard[0]!.receivedAtMs - heard[0]!.takenAtMs).toBe(90_000);
    expect(await stage.attachments.listOf(order)).toEqual(heard);
    expect(await partsOnDisk()).toEqual([]);
  });

  it('is not older than the order that it belongs to, however wrong the clock of the phone is', async () => {
    const sent = await photograph();
    const announced = announcement('p1', sent, { ageMs: 86_400_000 });
    expect(await upload(stage.attachments, li, announced, sent)).toMatchObject({
      data: { attachment: { takenAtMs: orderBeganAtMs } },
    });
  });

  it('goes on where it broke off, also after the hub ended, and takes a repeated or early piece for what it is', async () => {
    const sent = await photograph();
    const announced = announcement('p1', sent);
    await stage.attachments.announce(li, announced);
    expect(await stage.attachments.take(li, 'p1', 0, sent.subarray(0, 1_000))).toMatchObject({
      data: { state: 'open', offset: 1_000 },
    });
    await stage.restart();
    expect(await stage.attachments.stateOf(li, 'p1')).toMatchObject({
      data: { state: 'open', offset: 1_000 },
    });
    // A piece whose answer was lost, and one that is ahead.
    for (const [offset, end] of [
      [0, 1_000],
      [5_000, 6_000],
    ] as const) {
      expect(await stage.attachments.take(li, 'p1', offset, sent.subarray(offset, end))).toMatchObject({
        data: { state: 'open', offset: 1_000 },
      });
    }
    expect(await upload(stage.attachments, li, announced, sent)).toMatchObject({ data: { state: 'kept' } });
  });

  it('whose last piece came before the hub ended is finished by the next question', async () => {
    const sent = await photograph();
    const announced = announcement('p1', sent);
    await stage.restart({ keepUpload: failing('killed') });
    await stage.attachments.announce(li, announced);
    expect(await stage.attachments.take(li, 'p1', 0, sent)).toMatchObject({
      reason: 'attachments.disk_failing',
    });
    await stage.restart();
    expect(await stage.attachments.stateOf(li, 'p1')).toMatchObject({ data: { state: 'kept' } });
  });

  it('that is not what was announced begins again, and is given up after three times', async () => {
    const sent = await photograph();
    const announced = announcement('p1', sent, { sha256: '0'.repeat(64) });
    await stage.attachments.announce(li, announced);
    for (let times = 1; times < 3; times += 1) {
      expect(await stage.attachments.take(li, 'p1', 0, sent)).toMatchObject({
        data: { state: 'open', offset: 0 },
      });
    }
    const rejected = { data: { state: 'rejected', rejection: 'hash_differs' } };
    expect(await stage.attachments.take(li, 'p1', 0, sent)).toMatchObject(rejected);
    expect(await stage.attachments.announce(li, announced)).toMatchObject(rejected);
    expect(await partsOnDisk()).toEqual([]);
  });

  it('of 100 MB is refused before a byte of it is read', async () => {
    const announced = { ...announcement('big', Buffer.alloc(1)), bytes: 100 * 1024 * 1024 };
    expect(await stage.attachments.announce(li, announced)).toMatchObject({
      ok: false,
      reason: 'attachments.too_large',
      parameters: { megabytes: maxAttachmentBytes.photograph / 1024 / 1024 },
    });
    expect(await stage.attachments.take(li, 'big', 0, Buffer.alloc(10))).toMatchObject({
      ok: false,
      reason: 'attachments.no_such_upload',
    });
  });

  it('does not grow beyond what was announced', async () => {
    await stage.attachments.announce(li, announcement('p1', Buffer.alloc(100)));
    expect(await stage.attachments.take(li, 'p1', 0, Buffer.alloc(101))).toMatchObject({
      ok: false,
      reason: 'attachments.more_than_announced',
    });
  });

  it('belongs to its sender alone, and its id to it', async () => {
    const sent = await photograph();
    await stage.attachments.announce(li, announcement('p1', sent));
    const zhao = phone('zhao');
    expect(await stage.attachments.take(zhao, 'p1', 0, sent)).toMatchObject({
      ok: false,
      reason: 'attachments.no_such_upload',
    });
    expect(await stage.attachments.stateOf(zhao, 'p1')).toMatchObject({
      ok: false,
      reason: 'attachments.no_such_upload',
    });
    const taken = { ok: false, reason: 'attachments.id_taken' };
    expect(await stage.attachments.announce(zhao, announcement('p1', sent))).toMatchObject(taken);
    const other = await photograph(100, 100);
    expect(await stage.attachments.announce(li, announcement('p1', other))).toMatchObject(taken);
    await upload(stage.attachments, li, announcement('p1', sent), sent);
    expect(await stage.attachments.announce(zhao, announcement('p1', sent))).toMatchObject(taken);
    expect(await stage.attachments.announce(li, announcement('p1', other))).toMatchObject(taken);
  });

  it('to nothing, or to what is not the sender’s, is refused with the same words', async () => {
    const sent = await photograph();
    const answers = await Promise.all([
      stage.attachments.announce(li, announcement('a', sent, { owner: { kind: 'order', id: 'x' } })),
      stage.attachments.announce(phone('stranger'), announcement('b', sent)),
      stage.attachments.announce(li, announcement('c', sent, { owner: { kind: 'finding', id: 'f' } })),
    ]);
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(answers[0]).toMatchObject({ ok: false, reason: 'attachments.no_such_owner' });
    expect(await stage.attachments.list(phone('stranger'), order)).toMatchObject({
      reason: 'attachments.no_such_owner',
    });
    await upload(stage.attachments, li, announcement('p1', sent), sent);
    expect(await stage.attachments.find(phone('stranger'), 'p1')).toBeUndefined();
    expect(await stage.attachments.find(officer, 'p1')).toMatchObject({ attachmentId: 'p1' });
  });

  it('is refused where its sender has too many under way, or sends too much in a day', async () => {
    for (let count = 0; count < maxUnfinishedUploads; count += 1) {
      await stage.attachments.announce(li, announcement(`p${count}`, Buffer.from([count])));
    }
    const one = announcement('more', Buffer.alloc(10));
    expect(await stage.attachments.announce(li, one)).toMatchObject({
      reason: 'attachments.too_many_unfinished',
    });
    expect(await stage.attachments.announce(phone('zhao'), one)).toMatchObject({ ok: true });
    await stage.close();
    stage = await openStage({ bytesOfDay: 1_000 });
    await stage.attachments.announce(li, announcement('a', Buffer.alloc(600)));
    const second = announcement('b', Buffer.alloc(600, 1));
    expect(await stage.attachments.announce(li, second)).toMatchObject({
      reason: 'attachments.too_much_today',
    });
  });

  it.each([
    ['ENOSPC', 'attachments.disk_full'],
    ['EROFS', 'attachments.disk_read_only'],
    ['EIO', 'attachments.disk_failing'],
  ])('that meets %s is refused as %s, and goes on when the disk can take it', async (code, reason) => {
    const sent = await photograph();
    const announced = announcement('p1', sent);
    for (const broken of ['append', 'keepUpload'] as const) {
      await stage.restart({ [broken]: failing(code) });
      expect(await upload(stage.attachments, li, announced, sent)).toMatchObject({ ok: false, reason });
    }
    expect(await stage.attachments.listOf(order)).toEqual([]);
    await stage.restart();
    expect(await upload(stage.attachments, li, announced, sent)).toMatchObject({ data: { state: 'kept' } });
    await stage.restart({ freeBytes: () => Promise.resolve(1_000) });
    expect(await stage.attachments.announce(li, announcement('p2', sent, { ageMs: 1 }))).toMatchObject({
      ok: false,
      reason: 'attachments.disk_full',
    });
  });

  it('in any pieces, repeated and out of order, with hubs that end in between, is kept exactly once', async () => {
    const sent = await photograph(120, 90);
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            offset: fc.integer({ min: 0, max: sent.length }),
            length: fc.integer({ min: 0, max: sent.length }),
            what: fc.constantFrom('here', 'anywhere', 'restart', 'announce'),
          }),
          { maxLength: 12 },
        ),
        async (steps) => {
          runs += 1;
          const id = `run-${runs}`;
          const owner = { kind: 'order', id: `o${runs}` } as const;
          const announced = announcement(id, sent, { owner });
          let here = 0;
          await stage.attachments.announce(li, announced);
          for (const { what, offset, length } of steps) {
            if (what === 'restart') await stage.restart();
            const from = what === 'here' ? here : offset;
            const answer =
              what === 'announce'
                ? await stage.attachments.announce(li, announced)
                : await stage.attachments.take(li, id, from, sent.subarray(from, from + length));
            if (answer.ok && answer.data.state === 'open') here = answer.data.offset;
          }
          expect(await upload(stage.attachments, li, announced, sent)).toMatchObject({
            data: { state: 'kept' },
          });
          expect(await stage.attachments.listOf(owner)).toHaveLength(1);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('what is left over', () => {
  it('is removed at the start: pieces without an upload and files without an attachment; what belongs stays', async () => {
    const [kept, half] = [await photograph(), await photograph(200, 200)];
    await upload(stage.attachments, li, announcement('kept', kept), kept);
    await stage.attachments.announce(li, announcement('half', half));
    await stage.attachments.take(li, 'half', 0, half.subarray(0, 500));
    // A hub that ended between the file and its row.
    const orphan = await stage.files.keepPicture(await photograph(90, 90));
    expect(orphan).toMatchObject({ ok: true });
    await writeFile(join(stage.dataDir, 'attachments', 'uploads', `${'e'.repeat(64)}.part`), 'x');
    expect(await filesOnDisk()).toHaveLength(6);
    await stage.restart();
    await stage.attachments.sweep();
    expect((await filesOnDisk()).filter((name) => !name.startsWith('uploads'))).toHaveLength(2);
    expect(await partsOnDisk()).toHaveLength(1);
    expect(await stage.attachments.stateOf(li, 'half')).toMatchObject({ data: { offset: 500 } });
  });

  it('does not take what is being kept at this moment', async () => {
    const picture = await stage.files.keepPicture(await photograph(90, 90));
    await stage.attachments.sweep();
    expect(picture.ok && (await readdir(join(stage.files.pathOf(picture, 'file'), '..')))).toHaveLength(2);
  });
});

describe('a picture of the hub', () => {
  it('is kept once by its id, as of the camera', async () => {
    const jpeg = await sharp(await photograph()).toBuffer();
    const picture = {
      attachmentId: 'still-1',
      takenAtMs: 5,
      cameraId: 'c',
      cameraName: '一店 后厨',
    } as const;
    const first = await stage.attachments.addFromHub(order, jpeg, { ...picture, purpose: 'before' });
    expect(first).toMatchObject({
      ok: true,
      data: { by: { kind: 'hub', id: 'c' }, takenAtMs: 5, purpose: 'before' },
    });
    expect(await stage.attachments.addFromHub(order, jpeg, picture)).toEqual(first);
    expect(await stage.attachments.listOf(order)).toHaveLength(1);
  });
});
