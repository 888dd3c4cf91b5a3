import { expect, test, vi } from 'vitest';
import { createOrderPictures } from '../../../../src-sfu/features/orders/orderPictures.ts';
import type { HubPicture } from '../../../../src-sfu/base/attachmentOwner.ts';
import { ok, refuse, type Ack } from '../../../../src-shared/protocol/define.ts';
import { squadsIdSchema } from '../../../../src-shared/squads/squads.protocol.ts';
import { content, crew, stageOrders, wang } from './ordersStage.ts';

const settle = () => vi.advanceTimersByTimeAsync(1);

/** Real orders, and attachments that answer as the disk does: an id is kept once. */
async function stage() {
  const parts = await stageOrders();
  const alert = { isReady: true };
  const disk: { trouble: 'full' | 'throws' | undefined } = { trouble: undefined };
  const kept = new Map<string, { orderId: string; picture: HubPicture }>();
  const add = vi.fn((orderId: string, _jpeg: Uint8Array, picture: HubPicture): Promise<Ack<unknown>> => {
    if (disk.trouble === 'throws') return Promise.reject(new Error('the store is closed'));
    if (disk.trouble === 'full') {
      return Promise.resolve(refuse('unavailable', 'Full.', { reason: 'attachments.disk_full' }));
    }
    if (!kept.has(picture.attachmentId)) kept.set(picture.attachmentId, { orderId, picture });
    return Promise.resolve(ok({}));
  });
  const begin = (orders = parts.orders) => {
    const pictures = createOrderPictures({
      pictureOf: () => Promise.resolve(alert.isReady ? { jpeg: Buffer.alloc(2), atMs: 7 } : undefined),
      cameraOf: () => Promise.resolve({ cameraId: 'c1', cameraName: '灶台' }),
      add,
      open: orders.open,
      logger: { warn: vi.fn() } as never,
      nowMs: () => performance.now(),
    });
    orders.onChanged(pictures.changed);
    return pictures;
  };
  const create = async (orderId: string, more: object = {}) => {
    expect(
      await parts.orders.create({ orderId, content: { ...content, ...more }, crew }, wang),
    ).toMatchObject({ ok: true });
    await settle();
  };
  return { ...parts, alert, disk, kept, add, begin, create };
}

test('the picture of the alert is put with its order once, as what it is, and with no order that comes from none', async () => {
  const { begin, create, kept, add, report } = await stage();
  begin();
  await create('o1');
  await create('o2', { alertId: undefined });
  await report('ann', { type: 'accepted' });
  await settle();
  expect(add).toHaveBeenCalledTimes(1);
  const [[attachmentId, one] = []] = [...kept];
  expect(squadsIdSchema.safeParse(attachmentId).success).toBe(true);
  expect(one).toMatchObject({
    orderId: 'o1',
    picture: { purpose: 'alert', takenAtMs: 7, cameraId: 'c1', cameraName: '灶台' },
  });
});

test('a picture that is checked after the order was written comes then, also where the hub was started meanwhile', async () => {
  const { begin, create, alert, kept, add } = await stage();
  alert.isReady = false;
  const before = begin();
  await create('o1');
  expect(kept.size).toBe(0);
  alert.isReady = true;
  before.alertPictured('another');
  await settle();
  expect(add).not.toHaveBeenCalled();
  before.alertPictured('a1');
  await settle();
  expect(kept.size).toBe(1);
  begin().begin();
  await settle();
  expect([...kept.values()].map(({ orderId }) => orderId)).toEqual(['o1']);
});

test('an order of the day before yesterday is not waited for any more', async () => {
  const { begin, create, alert, add } = await stage();
  alert.isReady = false;
  const pictures = begin();
  await create('o1');
  alert.isReady = true;
  await vi.advanceTimersByTimeAsync(25 * 3_600_000);
  pictures.begin();
  await settle();
  expect(add).not.toHaveBeenCalled();
});

test.each(['full', 'throws'] as const)(
  'it is tried again until the disk takes it: %s; and not after the hub closes',
  async (trouble) => {
    const { begin, create, disk, kept, add } = await stage();
    const pictures = begin();
    disk.trouble = trouble;
    await create('o1');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(add).toHaveBeenCalledTimes(2);
    disk.trouble = undefined;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(kept.size).toBe(1);
    await vi.advanceTimersByTimeAsync(600_000);
    expect(add).toHaveBeenCalledTimes(3);
    disk.trouble = trouble;
    await create('o2', { alertId: 'a2' });
    pictures.close();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(add).toHaveBeenCalledTimes(4);
  },
);
