import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, startHubProcess, type HubProcess } from '../../support/processes.ts';
import { addSquads, granted, makeVoice, openDesk, signIn, type Desk, type Phone } from './talkHub.ts';

describe('the floor over real sockets', () => {
  let hub: HubProcess;
  let desk: Desk;
  let ann: Phone;
  let bo: Phone;
  let chen: Phone;
  let press = 0;
  const next = (): number => (press += 1);
  const squad = 'squad:wenquan';

  beforeAll(async () => {
    hub = await startHubProcess();
    desk = await openDesk(hub);
    await addSquads(desk);
    await makeVoice(desk);
    ann = await signIn(hub, desk, 'ann');
    bo = await signIn(hub, desk, 'bo');
    chen = await signIn(hub, desk, 'chen');
  });
  afterAll(async () => {
    for (const client of [desk, ann, bo, chen]) client.close();
    await hub.stop();
  });

  it('is reported to the group and to the desk, not to another squad', async () => {
    const mine = next();
    const answer = granted(
      await ann.request('talk:requestFloor', { groupId: squad, press: mine, priority: 'normal' }),
    );
    expect(answer).toMatchObject({ state: 'granted' });
    const taken = await eventually('bo hears of it', () =>
      bo.noticesOf('talk:floorTaken').find(({ floor }) => floor.talker?.memberId === 'ann'),
    );
    expect(taken.floor).toMatchObject({ groupId: squad, talker: { name: 'ann', squadId: 'wenquan' } });
    granted(await ann.request('talk:releaseFloor', { groupId: squad, press: mine }));
    await eventually('the desk hears of the end', () => desk.noticesOf('talk:floorIdle').at(-1));
    expect(chen.noticesOf('talk:floorTaken')).toEqual([]);
  });

  it('refuses another squad’s group, and a desk’s word from a member', async () => {
    for (const groupId of [squad, 'private:ann', 'squad:none']) {
      expect(
        await chen.request('talk:requestFloor', { groupId, press: next(), priority: 'normal' }),
      ).toMatchObject({
        ok: false,
        code: 'forbidden',
      });
    }
    expect(
      await chen.request('talk:requestFloor', { groupId: 'all', press: next(), priority: 'override' }),
    ).toMatchObject({ ok: false, code: 'forbidden' });
    expect(await chen.request('talk:revokeFloor', { groupId: 'all', epoch: 1 })).toMatchObject({
      code: 'forbidden',
    });
    expect(await chen.request('talk:readHistory', { groupId: squad, limit: 5 })).toMatchObject({
      code: 'forbidden',
    });
    const { talks } = granted(await chen.request('talk:readHistory', { limit: 50 }));
    expect(talks.filter(({ groupId }) => groupId === squad)).toEqual([]);
  });

  it('queues, grants in turn, and refuses words of an old epoch', async () => {
    const first = next();
    const one = granted(
      await ann.request('talk:requestFloor', { groupId: squad, press: first, priority: 'normal' }),
    );
    if (one.state !== 'granted') throw new Error(one.state);
    const second = next();
    expect(
      granted(await bo.request('talk:requestFloor', { groupId: squad, press: second, priority: 'normal' })),
    ).toEqual({
      state: 'queued',
      position: 1,
      size: 1,
    });
    granted(await ann.request('talk:releaseFloor', { groupId: squad, press: first }));
    const grant = await eventually('bo has the floor', () =>
      bo.noticesOf('talk:floorGranted').find((notice) => notice.press === second),
    );
    expect(grant.epoch).toBeGreaterThan(one.epoch);
    expect(await bo.request('talk:confirmFloor', { groupId: squad, epoch: one.epoch })).toMatchObject({
      code: 'conflict',
    });
    granted(await bo.request('talk:confirmFloor', { groupId: squad, epoch: grant.epoch }));
    expect(await desk.request('talk:revokeFloor', { groupId: squad, epoch: one.epoch })).toMatchObject({
      code: 'conflict',
    });
    expect(
      await ann.request('talk:requestFloor', { groupId: squad, press: first, priority: 'normal' }),
    ).toMatchObject({
      data: { state: 'denied', cause: 'old_press' },
    });
    granted(await bo.request('talk:releaseFloor', { groupId: squad, press: second }));
  });

  it('gives no grant after a release that came first', async () => {
    const mine = next();
    granted(await ann.request('talk:releaseFloor', { groupId: squad, press: mine }));
    expect(
      granted(await ann.request('talk:requestFloor', { groupId: squad, press: mine, priority: 'normal' })),
    ).toEqual({ state: 'denied', cause: 'old_press' });
  });

  it('is in the audit log: who spoke and for how long, and who took the floor from whom', async () => {
    const mine = next();
    const ask = { groupId: squad, press: mine, priority: 'normal' as const };
    const answer = granted(await ann.request('talk:requestFloor', ask));
    if (answer.state !== 'granted') throw new Error(answer.state);
    const { epoch } = answer;
    granted(await desk.request('talk:revokeFloor', { groupId: squad, epoch }));
    granted(await desk.request('talk:revokeFloor', { groupId: squad, epoch }));
    granted(await ann.request('talk:releaseFloor', { groupId: squad, press: mine }));
    granted(await desk.request('talk:readHistory', { groupId: squad, limit: 1 }));
    const found = granted(await desk.request('audit:search', { filter: { kinds: ['talk'] }, limit: 3 }));
    const phone = { kind: 'phone', accountId: 'ann', role: 'squad_member' };
    expect(found.lines).toMatchObject([
      { action: 'talk:endFloor', actor: 'ann', detail: { seconds: 0, cause: 'released' }, principal: phone },
      { action: 'talk:revokeFloor', subject: squad, detail: { epoch }, principal: { kind: 'person' } },
      { action: 'talk:grantFloor', actor: 'ann', detail: { epoch }, principal: phone },
    ]);
    expect(granted(await desk.request('talk:readHistory', { limit: 50 })).talks[0]).not.toHaveProperty(
      'principal',
    );
  });

  it('lets the desk take it from a talker, who is notified', async () => {
    const mine = next();
    granted(await ann.request('talk:requestFloor', { groupId: squad, press: mine, priority: 'normal' }));
    const desks = next();
    const answer = granted(
      await desk.request('talk:requestFloor', { groupId: squad, press: desks, priority: 'override' }),
    );
    expect(answer.state).toBe('queued');
    const revoked = await eventually('ann is notified', () =>
      ann.noticesOf('talk:floorRevoked').find((notice) => notice.press === mine),
    );
    expect(revoked.cause).toBe('overridden');
    granted(await ann.request('talk:releaseFloor', { groupId: squad, press: mine }));
    await eventually('the desk has it', () =>
      desk.noticesOf('talk:floorGranted').find((notice) => notice.press === desks),
    );
    granted(await desk.request('talk:releaseFloor', { groupId: squad, press: desks }));
  });

  it('is free as soon as the talker’s socket is gone, and the next one has it', async () => {
    const lost = await signIn(hub, desk, 'bo');
    granted(await lost.request('talk:requestFloor', { groupId: squad, press: 1, priority: 'normal' }));
    const mine = next();
    expect(
      granted(await ann.request('talk:requestFloor', { groupId: squad, press: mine, priority: 'normal' }))
        .state,
    ).toBe('queued');
    lost.socket.io.engine.close();
    await eventually(
      'the floor is ann’s',
      () => ann.noticesOf('talk:floorGranted').find((notice) => notice.press === mine),
      2_000,
    );
    granted(await ann.request('talk:releaseFloor', { groupId: squad, press: mine }));
  });

  it('is taken from a talker of whom not one packet comes, though the socket lives', async () => {
    const mine = next();
    granted(await ann.request('talk:requestFloor', { groupId: squad, press: mine, priority: 'normal' }));
    const revoked = await eventually(
      'the silent talker is notified',
      () => ann.noticesOf('talk:floorRevoked').find((notice) => notice.press === mine),
      2_000,
    );
    expect(revoked.cause).toBe('lost');
    const { talks } = granted(await desk.request('talk:readHistory', { groupId: squad, limit: 1 }));
    expect(talks[0]).toMatchObject({ talker: { memberId: 'ann' }, endCause: 'lost' });
  });

  it('needs a voice', async () => {
    const mute = await signIn(hub, desk, 'chen', { hasVoice: false });
    expect(
      granted(await mute.request('talk:requestFloor', { groupId: 'all', press: 1, priority: 'normal' })),
    ).toEqual({ state: 'denied', cause: 'no_voice' });
    mute.close();
  });
});
