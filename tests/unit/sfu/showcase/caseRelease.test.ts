import { describe, expect, it } from 'vitest';
import { createCaseRelease, isReleasedStreamId } from '../../../../src-sfu/features/showcase/caseRelease.ts';
import type { ReleasedParts } from '../../../../src-shared/showcase/showcase.protocol.ts';
import type { Order } from '../../../../src-shared/orders/orders.protocol.ts';

const place = {
  name: '红灯笼餐馆',
  nameEn: 'Red Lantern',
  address: '温泉路 8 号',
  district: '咸安区',
  latitude: 29.86,
  longitude: 114.33,
  siteId: 'S1',
  cameraId: 'C1',
};

function stage(values: Partial<Order> = {}) {
  const orders = new Map<string, Order>([
    [
      'o1',
      {
        orderId: 'o1',
        number: '2-001',
        state: 'en_route',
        sinceMs: 5,
        squadId: 'wenquan',
        memberIds: ['ann', 'zhang'],
        createdBy: '王芳',
        instructions: '找张师傅',
        place,
        ...values,
      } as unknown as Order,
    ],
  ]);
  let ids = 0;
  const parts = createCaseRelease({
    openOrder: (orderId) => orders.get(orderId),
    squad: () => ({ name: '温泉中队', nameEn: 'Wenquan squad' }),
    placeOf: () => ({ workerId: 'w' }),
    newId: () => `r${(ids += 1)}`,
    nowMs: () => 100,
  });
  const written = () => Promise.resolve();
  const release = {
    ...parts,
    release: (orderId: string, released: ReleasedParts, by: string, record = written) =>
      parts.release(orderId, released, by, record),
  };
  const change = (next: Partial<Order> | undefined): void => {
    const order = orders.get('o1');
    if (next === undefined || order === undefined) orders.delete('o1');
    else orders.set('o1', { ...order, ...next });
  };
  return { release, change };
}

const nothing = { voice: false, place: false };

describe('a released case', () => {
  it('has its squad and its state; voice, body cam and place only where each was released', async () => {
    const { release } = stage();
    expect((await release.release('o1', nothing, '王芳')).ok).toBe(true);
    expect(release.view()).toEqual({
      releaseId: 'r1',
      state: 'en_route',
      sinceMs: 5,
      squadName: '温泉中队',
      squadNameEn: 'Wenquan squad',
    });
    await release.release('o1', { voice: true, place: true, bodyCamMemberId: 'ann' }, '王芳');
    expect(release.view()).toMatchObject({
      place: { siteName: '红灯笼餐馆', siteNameEn: 'Red Lantern', district: '咸安区' },
      voice: { streamId: 'showcase:voice:r2', workerId: 'w' },
      bodyCam: { streamId: 'showcase:bodyCam:r2', workerId: 'w' },
    });
    const sent = JSON.stringify(release.view());
    for (const secret of [
      '温泉路',
      '29.86',
      '114.33',
      'ann',
      'zhang',
      '张师傅',
      '王芳',
      'S1',
      'C1',
      'o1',
      '2-001',
    ])
      expect(sent).not.toContain(secret);
  });

  it('opens exactly the streams that were released, and none after it was taken back', async () => {
    const { release } = stage();
    await release.release('o1', { voice: true, place: false }, '王芳');
    expect(release.streamOf('showcase:voice:r1')).toEqual({ kind: 'voice', orderId: 'o1' });
    expect(release.streamOf('showcase:bodyCam:r1')).toBeUndefined();
    for (const other of ['showcase:voice:r2', 'talk:order:o1', 'bodycam:ann', 'showcase:voice:'])
      expect(release.streamOf(other)).toBeUndefined();
    expect(release.takeBack()).toBe('o1');
    expect(release.streamOf('showcase:voice:r1')).toBeUndefined();
    expect(release.view()).toBeUndefined();
    expect(release.takeBack()).toBeUndefined();
  });

  it('is another stream with each release, so that what was released before opens nothing', async () => {
    const { release } = stage();
    await release.release('o1', { voice: true, place: false }, '王芳');
    await release.release('o1', { voice: true, place: false }, '王芳');
    expect(release.streamOf('showcase:voice:r1')).toBeUndefined();
    expect(release.streamOf('showcase:voice:r2')).toBeDefined();
    expect(isReleasedStreamId('showcase:voice:r1')).toBe(true);
    expect(isReleasedStreamId('camera-1:sub')).toBe(false);
  });

  it.each([
    ['is not dispatched', { state: 'created' as const }],
    ['is cleared', { state: 'cleared' as const }],
    ['is ended', { state: 'closed' as const }],
  ])('is refused of an order that %s', async (_what, values) => {
    const { release } = stage(values);
    expect(await release.release('o1', nothing, '王芳')).toMatchObject({
      ok: false,
      reason: 'showcase.not_running',
    });
    expect(release.view()).toBeUndefined();
  });

  it('is refused of an order that is not there, and of a member who does not go', async () => {
    const { release } = stage();
    expect(await release.release('o9', nothing, '王芳')).toMatchObject({ reason: 'showcase.not_running' });
    expect(await release.release('o1', { ...nothing, bodyCamMemberId: 'li' }, '王芳')).toMatchObject({
      ok: false,
      reason: 'showcase.not_of_order',
    });
  });

  it('ends with its order at once, also before anybody noticed', async () => {
    const { release, change } = stage();
    await release.release('o1', { voice: true, place: true }, '王芳');
    change(undefined);
    expect(release.view()).toBeUndefined();
    expect(release.streamOf('showcase:voice:r1')).toBeUndefined();
    expect(release.follow()).toBe(true);
    expect(release.desk()).toBeUndefined();
  });

  it('loses the body cam of a member who does not go any more, and keeps the rest', async () => {
    const { release, change } = stage();
    await release.release('o1', { voice: true, place: true, bodyCamMemberId: 'ann' }, '王芳');
    change({ memberIds: ['zhang'] });
    expect(release.follow()).toBe(true);
    expect(release.view()).toMatchObject({ voice: { streamId: 'showcase:voice:r2' } });
    expect(release.view()?.bodyCam).toBeUndefined();
    expect(release.streamOf('showcase:bodyCam:r1')).toBeUndefined();
  });

  it('is seen by nobody before it is in the audit log, and what was released before ends at once', async () => {
    const { release } = stage();
    await release.release('o1', { voice: true, place: false }, '王芳');
    const written = Promise.withResolvers<void>();
    const all = { voice: true, place: true, bodyCamMemberId: 'ann' };
    const seen = () => [
      release.view(),
      release.desk(),
      ...['voice:r1', 'voice:r2', 'bodyCam:r2'].map((id) => release.streamOf(`showcase:${id}`)),
    ];
    let seenByRecord: unknown;
    const releasing = release.release('o1', all, '李', () => {
      seenByRecord = seen();
      return written.promise;
    });
    const nobody = [undefined, undefined, undefined, undefined, undefined];
    expect([seenByRecord, seen()]).toEqual([nobody, nobody]);
    written.resolve();
    expect(await releasing).toEqual({ ok: true, data: {} });
    expect(release.view()).toMatchObject({ releaseId: 'r2', bodyCam: { workerId: 'w' } });
    expect(release.desk()).toMatchObject({ by: '李', parts: all });
  });

  it('is not released where the audit log cannot be written, unless another one was meanwhile', async () => {
    const { release } = stage();
    const fail = () => Promise.reject(new Error('disk full'));
    await release.release('o1', { voice: true, place: false }, '王芳');
    await expect(release.release('o1', nothing, '王芳', fail)).rejects.toThrow('disk full');
    expect([release.view(), release.desk(), release.takeBack()]).toEqual([undefined, undefined, undefined]);
    const late = Promise.withResolvers<void>();
    const failing = release.release('o1', nothing, '王芳', () => late.promise);
    await release.release('o1', nothing, '李');
    late.reject(new Error('disk full'));
    await expect(failing).rejects.toThrow('disk full');
    expect(release.desk()?.by).toBe('李');
  });

  it('stays taken back, and follows its order, while the audit log is written', async () => {
    const { release, change } = stage();
    const slow = (): [() => Promise<void>, () => void] => {
      const { promise, resolve } = Promise.withResolvers<void>();
      return [() => promise, resolve];
    };
    const [first, isWritten] = slow();
    const taken = release.release('o1', nothing, '王芳', first);
    expect(release.takeBack()).toBe('o1');
    isWritten();
    await taken;
    expect(release.desk()).toBeUndefined();
    const [second, isWrittenToo] = slow();
    const left = release.release('o1', { ...nothing, bodyCamMemberId: 'ann' }, '王芳', second);
    change({ memberIds: ['zhang'] });
    isWrittenToo();
    await left;
    expect(release.desk()?.parts).toEqual(nothing);
    const [third, isWrittenAsWell] = slow();
    const ended = release.release('o1', nothing, '王芳', third);
    change(undefined);
    isWrittenAsWell();
    await ended;
    expect(release.desk()).toBeUndefined();
  });
});
