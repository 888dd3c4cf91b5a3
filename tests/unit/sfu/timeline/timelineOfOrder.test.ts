import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { crewPeriods } from '../../../../src-sfu/features/timeline/timelineCases.ts';
import type { Principal } from '../../../../src-shared/session/principal.ts';
import type { TimelineEvent, TimelineSubject } from '../../../../src-shared/timeline/timeline.protocol.ts';
import { county, principalOf } from '../authorityStage.ts';
import { startMs, timelineStage } from './timelineStage.ts';

const minute = 60_000;
const order: TimelineSubject = { type: 'order', id: 'o' };
let stage: Awaited<ReturnType<typeof timelineStage>>;
beforeEach(async () => {
  stage = await timelineStage();
});
afterEach(() => stage.close());

async function read(subject: TimelineSubject, asker: Principal = principalOf('supervisor'), period = {}) {
  const answer = await stage.timeline.read({ subject, ...period }, asker);
  if (!answer.ok) throw new Error(answer.message);
  return answer.data;
}
const told = ({ events }: Awaited<ReturnType<typeof read>>): string[] =>
  events.map(({ what, atMs, actor }) => `${(atMs - startMs) / minute} ${what} ${actor ?? ''}`.trim());

/** An order that squad yongan gave back, and squad wenquan worked on from the third minute to the tenth. */
async function workedOrder() {
  await stage.order(
    {
      state: 'closed',
      squadId: 'wenquan',
      memberIds: ['ann', 'bo'],
      inChargeId: 'ann',
      closed: { by: '王芳', atMs: startMs + 10 * minute },
    },
    [
      { action: 'created' },
      { action: 'dispatched', atMs: startMs + minute, squadId: 'yongan', memberId: 'zhang' },
      { action: 'rejected', atMs: startMs + 2 * minute, actor: 'zhang', reason: 'busy' },
      { action: 'dispatched', atMs: startMs + 3 * minute, squadId: 'wenquan', memberId: 'ann' },
      { action: 'noted', atMs: startMs + 4 * minute, note: '<b>门锁着</b>' },
      { action: 'onScene', atMs: startMs + 6 * minute, happenedAtMs: startMs + 5 * minute, actor: 'ann' },
      { action: 'closed', atMs: startMs + 10 * minute },
    ],
  );
}

describe('the timeline of an SOS', () => {
  const sos: TimelineSubject = { type: 'emergency', id: 'sos' };

  it('has the orders that the member had then and what the squad was sent for it, as far as the asker may see them', async () => {
    await stage.emergency({
      emergencyId: 'sos',
      memberId: 'ann',
      memberName: '李强',
      squadId: 'wenquan',
      raisedAtMs: startMs + 5 * minute,
      progress: {
        state: 'resolved',
        sinceMs: startMs + 20 * minute,
        ended: { by: '王芳', atMs: startMs + 20 * minute, reason: '已脱险' },
      },
    });
    const near = { name: '一店', district: '咸安区' } as const;
    const had = { memberIds: ['ann'], squadId: 'wenquan', inChargeId: 'ann' };
    const at = (minutes: number, action: 'created' | 'onScene') => ({
      action,
      atMs: startMs + minutes * minute,
    });
    await stage.order({ ...had, orderId: 'mine', number: '29-001', place: near }, [
      at(0, 'created'),
      at(6, 'onScene'),
    ]);
    const far = { name: '二店', district: '赤壁市' } as const;
    await stage.order({ ...had, orderId: 'far', number: '29-002', place: far }, [at(7, 'onScene')]);
    const help = { kind: 'emergency', squadId: 'wenquan', createdAtMs: startMs + 8 * minute } as const;
    await stage.order({ ...help, orderId: 'help', number: '29-003', place: near }, [at(8, 'created')]);
    const closed = { by: '王芳', atMs: startMs + minute };
    await stage.order({ ...had, orderId: 'done', number: '29-004', state: 'closed', closed, place: near }, [
      at(9, 'created'),
    ]);
    await stage.order({ orderId: 'other', number: '29-005', memberIds: ['zhang'], place: near }, [
      at(9, 'created'),
    ]);
    const steps = async (asker?: Principal) =>
      (await read(sos, asker)).events
        .filter(({ lane, what }) => lane === 'order' && !what.startsWith('sos'))
        .map(({ about, what }) => [about, what]);
    expect(await steps()).toEqual([
      ['29-001', 'onScene'],
      ['29-002', 'onScene'],
      ['29-003', 'created'],
    ]);
    expect(await steps(principalOf('duty_officer', county))).toEqual([
      ['29-001', 'onScene'],
      ['29-003', 'created'],
    ]);
  });
});

describe('the timeline of an order', () => {
  it('goes on after the order, as long as something happened in what follows from it', async () => {
    await stage.order({ state: 'closed', closed: { by: '王芳', atMs: startMs + 10 * minute } }, [
      { action: 'closed', atMs: startMs + 10 * minute },
      { action: 'noted', atMs: startMs + 20 * minute, note: '锅已换' },
    ]);
    const page = await read(order);
    expect(told(page)).toEqual(['10 closed 王芳', '20 noted 王芳']);
    expect(page.head.toMs).toBe(startMs + 20 * minute);
    stage.workedUntil(startMs + 50 * minute);
    expect((await read(order)).head.toMs).toBe(startMs + 50 * minute);
    expect((await read(order, principalOf('supervisor'), { toMs: startMs + minute })).head.toMs).toBe(
      startMs + minute,
    );
  });

  it('has its steps with the time of the phone beside that of the server, and notes in a lane of their own', async () => {
    await workedOrder();
    const page = await read(order);
    expect(told(page)).toEqual([
      '0 created 王芳',
      '1 dispatched 王芳',
      '2 rejected zhang',
      '3 dispatched 王芳',
      '4 noted 王芳',
      '6 onScene ann',
      '10 closed 王芳',
    ]);
    expect([page.head.fromMs, page.head.toMs]).toEqual([startMs, startMs + 10 * minute]);
    expect(page.events.find(({ what }) => what === 'onScene')?.happenedAtMs).toBe(startMs + 5 * minute);
    expect(page.events.find(({ what }) => what === 'noted')).toMatchObject({
      lane: 'note',
      text: '<b>门锁着</b>',
    });
    expect(page.head).toMatchObject({ number: '29-001', fromMs: startMs, toMs: startMs + 10 * minute });
  });

  it('has talk, body-worn cameras and positions of each squad only while it had the order', async () => {
    await workedOrder();
    await stage.talk('squad:yongan', startMs + 1.5 * minute, startMs + 1.6 * minute, 'zhang');
    await stage.talk('squad:yongan', startMs + 5 * minute, startMs + 5.1 * minute, 'zhang');
    await stage.talk('squad:wenquan', startMs + 2 * minute, startMs + 2.1 * minute);
    await stage.talk('squad:wenquan', startMs + 4 * minute, startMs + 4.5 * minute);
    await stage.talk('private:bo', startMs + 5 * minute, startMs + 5.5 * minute, 'bo');
    await stage.talk('squad:wenquan', startMs + 11 * minute, startMs + 12 * minute);
    await stage.position('ann', startMs + 2 * minute);
    await stage.position('ann', startMs + 5 * minute);
    await stage.position('zhang', startMs + 5 * minute, 'yongan');
    await stage.bodyCam('bo', startMs + 2 * minute, startMs + 7 * minute);
    await stage.bodyCam('bo', startMs + 8 * minute, undefined);
    await stage.bodyCam('ann', startMs - 9 * minute, undefined);
    await stage.cutOffBodyCams();
    const page = await read(order);
    const media = page.events.filter(({ lane }) => ['talk', 'bodycam', 'position'].includes(lane));
    expect(media.map(({ what, atMs, actor }) => [what, (atMs - startMs) / minute, actor])).toEqual([
      ['talked', 1.5, 'zhang'],
      ['bodyCamLive', 2, 'bo'],
      ['talked', 4, 'ann'],
      ['talked', 5, 'bo'],
      ['position', 5, 'ann'],
      ['bodyCamLive', 8, 'bo'],
    ]);
    expect(media.find(({ what }) => what === 'talked')?.endedAtMs).toBe(startMs + 1.6 * minute);
  });

  it('shows an asker of one county nothing of squads of others, and who viewed only to those who read the audit log', async () => {
    await workedOrder();
    await stage.talk('squad:yongan', startMs + 1.5 * minute, startMs + 1.6 * minute, 'zhang');
    await stage.talk('squad:wenquan', startMs + 4 * minute, startMs + 4.5 * minute);
    await stage.position('zhang', startMs + 1.5 * minute, 'yongan');
    await stage.bodyCam('zhang', startMs + 1.5 * minute, startMs + 2 * minute, 'yongan');
    await stage.view('bodycam:view', 'ann', startMs + 5 * minute, 30);
    const whole = await read(order);
    expect(whole.events.filter(({ lane }) => lane === 'view')).toMatchObject([
      { what: 'viewedBodyCam', about: 'ann', actor: '李强', endedAtMs: startMs + 5.5 * minute },
    ]);
    expect(whole.hiddenLanes).toEqual([]);
    for (const officer of [principalOf('supervisor', county), principalOf('duty_officer', county)]) {
      const page = await read(order, officer);
      expect(page.hiddenLanes).toEqual(['view']);
      const foreign = page.events.filter(({ lane, actor }) => lane !== 'order' && actor === 'zhang');
      expect(foreign).toEqual([]);
      expect(page.events.filter(({ lane }) => lane === 'talk')).toHaveLength(1);
      expect(page.events.some(({ lane }) => lane === 'view')).toBe(false);
    }
    expect((await read(order, principalOf('duty_officer'))).hiddenLanes).toEqual(['view']);
  });

  it('has who opened its photographs and the snapshot of its alert, and no picture of another case', async () => {
    await stage.alert('a1', 'rat', startMs);
    await stage.order({ alertId: 'a1' }, [{ action: 'created' }]);
    stage.attach('photo1', '29-001');
    stage.attach('photo2', 'F-003');
    await stage.view('attachments:view', 'photo1', startMs + minute, 0);
    await stage.view('attachments:view', 'photo2', startMs + 2 * minute, 4);
    await stage.view('attachments:view', 'photo of another', startMs + 2 * minute, 4);
    await stage.view('alerts:viewSnapshot', 'a1', startMs + 3 * minute, 0);
    await stage.view('alerts:viewSnapshot', 'a2', startMs + 3 * minute, 0);
    const seen = ({ events }: Awaited<ReturnType<typeof read>>) =>
      events
        .filter(({ lane }) => lane === 'view')
        .map(({ what, about, actor, atMs }) => [what, about, actor, (atMs - startMs) / minute]);
    expect(seen(await read(order))).toEqual([
      ['viewedAttachment', '29-001', '李强', 1],
      ['viewedAttachment', 'F-003', '李强', 2],
      ['viewedSnapshot', 'rat', '李强', 3],
    ]);
    expect(seen(await read(order, principalOf('duty_officer')))).toEqual([]);
  });

  it('has the talk of its own group also after it ended, for those who may see the order', async () => {
    await workedOrder();
    await stage.talk('order:o', startMs + 4 * minute, startMs + 4.5 * minute);
    const page = await read(order, principalOf('duty_officer', county));
    expect(page.events.filter(({ lane }) => lane === 'talk')).toMatchObject([{ about: 'order:o' }]);
  });

  it('of a period has what lies in it, both ends included', async () => {
    await workedOrder();
    const period = { fromMs: startMs + 2 * minute, toMs: startMs + 4 * minute };
    expect(told(await read(order, undefined, period))).toEqual([
      '2 rejected zhang',
      '3 dispatched 王芳',
      '4 noted 王芳',
    ]);
  });

  it('of one that is not ended goes to now', async () => {
    await stage.order({}, [{ action: 'created' }]);
    expect((await read(order)).head.toMs).toBe(stage.nowMs);
  });
});

describe('the timeline of a site', () => {
  it('has its orders and nobody else’s, and belongs to its district', async () => {
    await stage.site('s1', '咸安区');
    await stage.order({}, [{ action: 'created' }]);
    await stage.order({ orderId: 'p', number: '29-002', place: { name: '二店', siteId: 's2' } }, [
      { action: 'created', actor: '别人' },
    ]);
    expect(told(await read({ type: 'site', id: 's1' }))).toEqual(['0 created 王芳']);
    expect(await stage.cases.resourceOf({ type: 'site', id: 's1' })).toEqual({ district: '咸安区' });
    expect(await stage.cases.resourceOf({ type: 'site', id: 'none' })).toBeUndefined();
  });
});

describe('where the members of a short case were', () => {
  it('is shown by their steps, where they moved too little for a sample; what a phone reports by itself shows nothing', async () => {
    const at = (minutes: number) => ({ latitude: 29.8, longitude: 114.3, atMs: startMs + minutes * minute });
    const order = await stage.order({ squadId: 'wenquan', memberIds: ['ann'] }, [
      { action: 'created' },
      { action: 'dispatched', atMs: startMs + minute, squadId: 'wenquan', memberId: 'ann' },
      { action: 'shown', atMs: startMs + 2 * minute, memberId: 'ann', position: at(1.5) },
      // Measured before the order was written.
      { action: 'accepted', atMs: startMs + 2 * minute, memberId: 'ann', position: at(-1) },
      { action: 'onScene', atMs: startMs + 3 * minute, memberId: 'ann', position: at(2.5) },
      { action: 'cleared', atMs: startMs + 3.2 * minute, memberId: 'ann', position: at(2.5) },
    ]);
    const positions = (events: readonly TimelineEvent[]) =>
      events.filter(({ lane }) => lane === 'position').map(({ actor, atMs }) => [actor, atMs - startMs]);
    expect(positions((await read({ type: 'order', id: order.orderId })).events)).toEqual([
      ['ann', 0],
      ['ann', 2.5 * minute],
    ]);
    const ofOthers = principalOf('supervisor', { districts: 'all', squads: ['yongan'] });
    expect(positions((await read({ type: 'order', id: order.orderId }, ofOthers)).events)).toEqual([]);
  });
});

describe('the timeline of an SOS', () => {
  it('has its steps, and what its squad said and where it was while it was open', async () => {
    const emergency = {
      emergencyId: 'e',
      memberId: 'ann',
      memberName: '安',
      squadId: 'wenquan',
      raisedAtMs: startMs,
      progress: {
        state: 'resolved',
        sinceMs: startMs + 5 * minute,
        shown: { by: 'screen 1', atMs: startMs + 1_000 },
        acknowledged: { by: '王芳', atMs: startMs + 2_000 },
        ended: { by: '王芳', atMs: startMs + 5 * minute, reason: '已到' },
      },
    };
    await sql`insert into emergencies (id, member_id, state, raised_at_ms, document)
      values ('e', 'ann', 'resolved', ${startMs}, ${JSON.stringify(emergency)})`.execute(stage.store);
    await stage.talk('squad:wenquan', startMs + minute, startMs + 2 * minute, 'bo');
    await stage.position('bo', startMs + 2 * minute);
    await stage.position('bo', startMs + 6 * minute);
    const page = await read({ type: 'emergency', id: 'e' });
    expect(page.events.map(({ what }) => what)).toEqual([
      'sosRaised',
      'sosShown',
      'sosAcknowledged',
      'talked',
      'position',
      'sosResolved',
    ]);
    expect(page.events.at(-1)).toMatchObject({ actor: '王芳', text: '已到' });
    expect(await stage.cases.resourceOf({ type: 'emergency', id: 'e' })).toEqual({ squadId: 'wenquan' });
  });
});

describe('the squads that had an order', () => {
  const at = (
    action: 'dispatched' | 'reassigned' | 'passedOn' | 'joined' | 'rejected' | 'noted',
    atMs: number,
    squadId?: string,
  ) => ({
    action,
    atMs,
    ...(squadId === undefined ? {} : { squadId, memberId: `of-${squadId}` }),
  });

  it('had it from one step to the next, and of the present one all members are known', () => {
    const steps = [
      at('dispatched', 1, 'a'),
      at('noted', 2),
      at('reassigned', 5, 'b'),
      at('rejected', 7),
      at('dispatched', 9, 'c'),
      at('passedOn', 12, 'a'),
    ];
    expect(crewPeriods({ squadId: 'a', memberIds: ['x', 'of-a'] }, steps)).toEqual([
      { squadId: 'a', memberIds: ['of-a'], fromMs: 1, toMs: 5 },
      { squadId: 'b', memberIds: ['of-b'], fromMs: 5, toMs: 7 },
      { squadId: 'c', memberIds: ['of-c'], fromMs: 9, toMs: 12 },
      { squadId: 'a', memberIds: ['of-a', 'x'], fromMs: 12, toMs: Infinity },
    ]);
  });

  it('has all members of earlier crews, and those who joined, each from when until when', () => {
    const steps = [
      { ...at('dispatched', 1, 'a'), memberIds: ['of-a', 'a2'] },
      { ...at('joined', 2, 'b'), memberIds: ['b1', 'b2'] },
      { action: 'declined' as const, atMs: 4, memberId: 'b2' },
      { ...at('joined', 4, 'd'), memberIds: ['d1'] },
      { action: 'removed' as const, atMs: 5, memberIds: ['d1'] },
      { ...at('reassigned', 6, 'c'), memberIds: ['of-c'] },
    ];
    // Who is in the order now is in the step that gave it: nobody is added to it from there.
    expect(crewPeriods({ squadId: 'c', memberIds: ['of-c', 'later'] }, steps)).toEqual([
      { squadId: 'a', memberIds: ['of-a', 'a2'], fromMs: 1, toMs: 6 },
      { squadId: 'b', memberIds: ['b1'], fromMs: 2, toMs: 6 },
      { squadId: 'b', memberIds: ['b2'], fromMs: 2, toMs: 4 },
      { squadId: 'd', memberIds: ['d1'], fromMs: 4, toMs: 5 },
      { squadId: 'c', memberIds: ['of-c'], fromMs: 6, toMs: Infinity },
    ]);
  });

  it('go on for members of other squads after a rejection, of which it is known who went', () => {
    const steps = [
      { ...at('dispatched', 1, 'a'), memberIds: ['of-a', 'stays'] },
      { ...at('joined', 2, 'b'), memberIds: ['b1'] },
      { ...at('rejected', 4), memberIds: ['of-a'] },
      { ...at('dispatched', 6, 'c'), memberIds: ['of-c', 'stays', 'b1'] },
    ];
    expect(crewPeriods({ squadId: 'c', memberIds: ['of-c', 'stays', 'b1'] }, steps)).toEqual([
      { squadId: 'a', memberIds: ['stays'], fromMs: 1, toMs: 6 },
      { squadId: 'a', memberIds: ['of-a'], fromMs: 1, toMs: 4 },
      { squadId: 'b', memberIds: ['b1'], fromMs: 2, toMs: 6 },
      { squadId: 'c', memberIds: ['of-c', 'stays', 'b1'], fromMs: 6, toMs: Infinity },
    ]);
  });

  it('are none of an order that nobody got', () => {
    expect(crewPeriods({ squadId: undefined, memberIds: [] }, [at('noted', 1)])).toEqual([]);
  });
});
