import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCityFigures } from '../../../../src-sfu/features/showcase/cityFigures.ts';
import type { DayFigures, ShowcaseAudit } from '../../../../src-sfu/features/showcase/showcase.repository.ts';
import { createShowcaseService } from '../../../../src-sfu/features/showcase/showcase.service.ts';
import {
  createShowcaseStage,
  figuresEveryMs,
} from '../../../../src-sfu/features/showcase/showcaseStage.service.ts';
import type { Order } from '../../../../src-shared/orders/orders.protocol.ts';
import type { ShowcaseView } from '../../../../src-shared/showcase/showcase.protocol.ts';

const city = { districts: 'all', squads: 'all' } as const;
const county = { districts: ['嘉鱼县'], squads: 'all' } as const;
const parts = { voice: true, place: false, bodyCamMemberId: 'ann' };

beforeEach(() => vi.useFakeTimers({ now: new Date('2026-11-30T08:00:00Z') }));
afterEach(() => vi.useRealTimers());

async function stage() {
  const state = {
    views: [] as ShowcaseView[],
    /** What each connection receives. */
    received: new Map<string, string[]>(),
    closedAtMs: [] as number[],
    audits: [] as string[],
    spans: [] as { fromMs: number; toMs: number }[],
    alerts: 1,
    worker: 'w1' as string | undefined,
    followed: [] as (string | undefined)[],
    isDeskOpen: false,
    recordFails: false,
    deskNews: 0,
  };
  const order = {
    orderId: 'o1',
    state: 'en_route',
    sinceMs: 5,
    squadId: 'wenquan',
    memberIds: ['ann'],
    place: { name: '红灯笼餐馆', district: '咸安区' },
  } as unknown as Order;
  const orders = new Map([['o1', order]]);
  const service = createShowcaseService({
    repository: {
      load: () => Promise.resolve({ curtain: undefined, saved: undefined }),
      saveCurtain: () => Promise.resolve(),
      saveProgramme: () => Promise.resolve(),
    },
    onFault: (error) => {
      throw error;
    },
    nowMs: Date.now,
  });
  const day = (): DayFigures => ({
    alerts: [{ district: '咸安区', kindId: 'rat', isHandled: false, count: state.alerts }],
    recent: [
      { district: '咸安区', kindId: 'rat', atMs: Date.now() },
      { district: '嘉鱼县', kindId: 'rat', atMs: Date.now() },
    ],
    ordersWritten: 0,
    ordersClosed: 0,
  });
  const startedAtMs = Date.now();
  const showcase = createShowcaseStage({
    service,
    city: createCityFigures({
      readDay(span) {
        state.spans.push(span);
        return Promise.resolve(day());
      },
      sites: () => [{ district: '咸安区', type: 'restaurant' }],
      cameras: () => 2,
      camerasOnline: () => 1,
      kindName: () => ({ 'zh-CN': '老鼠', en: 'Rat' }),
      alertDelaySeconds: () => service.saved().programme.alertDelaySeconds,
      clock: { toOwnMs: (ms) => ms, toShownMs: (ms) => ms },
      nowMs: Date.now,
    }),
    surfaces: {
      announceView: (view) => state.views.push(view),
      announceToDesks: () => (state.deskNews += 1),
      keepStreams(mayKeep) {
        state.closedAtMs.push(Date.now() - startedAtMs);
        for (const [connectionId, streams] of state.received)
          state.received.set(
            connectionId,
            streams.filter((streamId) => mayKeep(connectionId, streamId)),
          );
      },
      isDeskOpen: () => state.isDeskOpen,
    },
    openOrder: (orderId) => orders.get(orderId),
    squad: () => ({ name: '温泉中队' }),
    findVoice: () => Promise.resolve(state.worker === undefined ? undefined : { workerId: state.worker }),
    picture: {
      follow: (memberId) => state.followed.push(memberId),
      place: () => ({ workerId: 'pictures' }),
      refresh: () => Promise.resolve(false),
      close: () => undefined,
    },
    record(audit: ShowcaseAudit) {
      if (state.recordFails) return Promise.reject(new Error('The disk is full.'));
      state.audits.push(`${audit.action} ${audit.subject} by ${audit.actor}`);
      return Promise.resolve();
    },
    newId: () => 'r1',
    nowMs: Date.now,
    onFault: (error) => {
      throw error;
    },
  });
  await showcase.open();
  return { showcase, service, state, orders };
}

describe('the figures of the city', () => {
  it('count from midnight until as long ago as the programme says', async () => {
    const { state, service } = await stage();
    const [span] = state.spans;
    const now = Date.now();
    expect(span?.fromMs).toBe(new Date(now).setHours(0, 0, 0, 0));
    expect(span?.toMs).toBe(now - service.saved().programme.alertDelaySeconds * 1_000);
  });

  it('are read again only while somebody sees them, and sent only when they are others', async () => {
    const { showcase, state } = await stage();
    showcase.start();
    await vi.advanceTimersByTimeAsync(3 * figuresEveryMs);
    expect(state.spans).toHaveLength(1);
    showcase.joined('screen', true);
    await vi.advanceTimersByTimeAsync(figuresEveryMs);
    expect([state.spans.length, state.views.length]).toEqual([2, 0]);
    state.alerts = 2;
    await vi.advanceTimersByTimeAsync(figuresEveryMs);
    expect(state.views.at(-1)?.city?.alerts).toBe(2);
    showcase.left('screen');
    state.isDeskOpen = true;
    await vi.advanceTimersByTimeAsync(figuresEveryMs);
    expect(state.spans).toHaveLength(4);
    showcase.close();
    await vi.advanceTimersByTimeAsync(3 * figuresEveryMs);
    expect(state.spans).toHaveLength(4);
  });

  it('go to a desk of one district without those of others, and its release only where the case is there', async () => {
    const { showcase } = await stage();
    await showcase.releaseCase('o1', parts, '王芳');
    expect(showcase.desk(county).city?.byDistrict.map(({ district }) => district)).toEqual(['嘉鱼县']);
    expect(showcase.desk(county).city?.recent).toHaveLength(1);
    expect(showcase.desk(county).release).toBeUndefined();
    expect(showcase.desk(city).release?.orderId).toBe('o1');
  });
});

describe('the curtain', () => {
  it('hides everything, and ends what screens receive at once and what was being made a moment later', async () => {
    const { showcase, service, state } = await stage();
    showcase.joined('screen', true);
    await showcase.releaseCase('o1', parts, '王芳');
    state.received.set('screen', ['camera:1', 'showcase:voice:r1']).set('desk', ['camera:1']);
    await vi.advanceTimersByTimeAsync(3_000);
    state.closedAtMs = [];
    await service.setCurtain(true, '王芳');
    expect(Object.keys(showcase.view())).toEqual(['curtain']);
    expect(Object.fromEntries(state.received)).toEqual({ screen: [], desk: ['camera:1'] });
    expect([showcase.mayReceive('showcase:voice:r1'), showcase.isDark(true), showcase.isDark(false)]).toEqual(
      [undefined, true, false],
    );
    await vi.advanceTimersByTimeAsync(10_000);
    expect(state.closedAtMs).toEqual([3_000, 3_100, 3_500, 5_000]);
  });

  it('stops the making of the released picture, which nobody sees', async () => {
    const { showcase, service, state } = await stage();
    showcase.joined('screen', true);
    await showcase.releaseCase('o1', parts, '王芳');
    expect(state.followed.at(-1)).toBe('ann');
    await service.setCurtain(true, '王芳');
    expect(state.followed.at(-1)).toBeUndefined();
    await service.setCurtain(false, '王芳');
    expect(state.followed.at(-1)).toBe('ann');
    showcase.left('screen');
    expect(state.followed.at(-1)).toBeUndefined();
  });
});

describe('a released case', () => {
  it('is in the audit log before it is seen, and its voice is where it runs', async () => {
    const { showcase, state } = await stage();
    expect((await showcase.releaseCase('o1', parts, '王芳')).ok).toBe(true);
    expect(state.audits).toEqual(['showcase:releaseCase o1 by 王芳']);
    expect(state.views.at(-1)?.releasedCase?.voice?.workerId).toBe('w1');
    state.worker = 'w2';
    showcase.joined('screen', true);
    showcase.start();
    await vi.advanceTimersByTimeAsync(figuresEveryMs);
    expect(state.views.at(-1)?.releasedCase?.voice?.workerId).toBe('w2');
    showcase.close();
  });

  it('is not seen when it cannot be written, and what was released before is over', async () => {
    const { showcase, state } = await stage();
    await showcase.releaseCase('o1', parts, '王芳');
    state.received.set('screen', ['showcase:voice:r1']);
    state.recordFails = true;
    await expect(showcase.releaseCase('o1', parts, '王芳')).rejects.toThrow('disk');
    expect(showcase.view().releasedCase).toBeUndefined();
    expect(state.received.get('screen')).toEqual([]);
  });

  it('ends with its order, for everybody who receives it', async () => {
    const { showcase, state, orders } = await stage();
    await showcase.releaseCase('o1', parts, '王芳');
    state.received.set('screen', ['showcase:bodyCam:r1', 'camera:1']);
    showcase.orderChanged('another');
    expect(state.received.get('screen')).toHaveLength(2);
    orders.delete('o1');
    showcase.orderChanged('o1');
    expect(state.received.get('screen')).toEqual(['camera:1']);
    expect(state.views.at(-1)?.releasedCase).toBeUndefined();
  });

  it('is taken back with a line in the log, and without one where nothing was released', async () => {
    const { showcase, state } = await stage();
    await showcase.takeBackCase('王芳');
    expect(state.audits).toEqual([]);
    await showcase.releaseCase('o1', parts, '王芳');
    await showcase.takeBackCase('王芳');
    expect(state.audits.at(-1)).toBe('showcase:takeBackCase o1 by 王芳');
    expect(showcase.streamOf('showcase:voice:r1')).toBeUndefined();
  });
});

it('counts pages that were replaced at screens of the showcase, and at nothing else', async () => {
  const { showcase, state } = await stage();
  showcase.joined('screen', true);
  showcase.joined('desk', false);
  const before = state.deskNews;
  showcase.pageReplaced('desk', 'hung');
  expect([showcase.desk(city).replaced, showcase.desk(city).screens]).toEqual([undefined, 1]);
  showcase.pageReplaced('screen', 'hung');
  showcase.pageReplaced('screen', 'hung');
  expect(showcase.desk(city).replaced).toMatchObject({ cause: 'hung', count: 2 });
  expect(state.deskNews).toBe(before + 2);
});
