import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { protocolVersion } from '../../../src-shared/protocol/index.ts';
import { eventually, startHubProcess, type HubProcess } from '../../support/processes.ts';
import { connectSurface } from '../../support/surfaceClient.ts';
import {
  addSquads,
  connectPhone,
  granted,
  joinPhone,
  makeVoice,
  newToken,
  openDesk,
  signIn,
  vp8,
  type Desk,
} from './talkHub.ts';

const raise = (emergencyId: string, press: number) => ({ emergencyId, ageMs: 0, press });

describe('members and their phones', () => {
  let hub: HubProcess;
  let desk: Desk;

  beforeAll(async () => {
    hub = await startHubProcess();
    desk = await openDesk(hub);
    await addSquads(desk);
    await makeVoice(desk);
  });
  afterAll(async () => {
    desk.close();
    await hub.stop();
  });

  const memberNow = (memberId: string) =>
    desk
      .noticesOf('squads:membersChanged')
      .flatMap(({ members }) => members)
      .findLast((member) => member.memberId === memberId);

  describe('signing in', () => {
    it('uses a code once; the same phone may ask again, and no other one', async () => {
      const { code, path } = granted(await desk.request('squads:makeSignInCode', { memberId: 'ann' }));
      expect(code).toMatch(/^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/);
      expect(path).toBe(`/field.html#code=${code}`);
      const phone = await connectPhone(hub);
      const token = newToken();
      const typed = ` ${code.toLowerCase().replace('-', '')} `;
      const first = await phone.request('squads:signIn', { code: typed, token, phoneName: 'Ann’s' });
      expect(granted(first)).toMatchObject({ memberId: 'ann', squad: { name: '温泉中队' } });
      expect(await phone.request('squads:signIn', { code, token, phoneName: 'Ann’s' })).toEqual(first);
      const thief = await connectPhone(hub);
      expect(
        await thief.request('squads:signIn', { code, token: newToken(), phoneName: 'other' }),
      ).toMatchObject({ ok: false, code: 'conflict' });
      expect(
        await thief.request('session:join', { surface: 'field', memberToken: newToken() }),
      ).toMatchObject({ ok: false, code: 'forbidden' });
      phone.close();
      thief.close();
    });

    it('makes the older code of a member worthless', async () => {
      const old = granted(await desk.request('squads:makeSignInCode', { memberId: 'ann' }));
      granted(await desk.request('squads:makeSignInCode', { memberId: 'ann' }));
      const phone = await connectPhone(hub);
      expect(
        await phone.request('squads:signIn', { code: old.code, token: newToken(), phoneName: 'x' }),
      ).toMatchObject({ code: 'not_found' });
      phone.close();
    });

    it('sends a phone nothing of other squads, and knows it by its token, not by what it says', async () => {
      const chen = await signIn(hub, desk, 'chen');
      expect(chen.snapshot.squads?.self).toEqual({ memberId: 'chen', squadId: 'yongan' });
      expect(chen.snapshot.squads?.members.map(({ memberId }) => memberId)).toEqual(['chen']);
      expect(chen.snapshot.registry).toBeUndefined();
      const forged = await chen.requestAnything('squads:reportStatuses', {
        memberId: 'ann',
        changes: [{ changeId: randomUUID(), status: 'available', ageMs: 0 }],
      });
      expect(forged.ok).toBe(true);
      await eventually('chen is available', () => memberNow('chen')?.duty.status === 'available');
      expect(memberNow('ann')?.duty.status).not.toBe('available');
      for (const answer of [
        await chen.request('squads:setStatus', { memberId: 'ann', changeId: 'x', status: 'available' }),
        await chen.request('squads:makeSignInCode', { memberId: 'ann' }),
        await chen.request('squads:revokePhone', { memberId: 'ann' }),
        await chen.request('cameras:openStream', { cameraId: 'any', stream: 'sub' }),
      ]) {
        expect(answer).toMatchObject({ ok: false, code: 'forbidden' });
      }
      chen.close();
    });

    it('ends on the phone when the desk revokes it, and with a sign-in on another phone', async () => {
      const first = await signIn(hub, desk, 'bo');
      const second = await signIn(hub, desk, 'bo');
      await eventually('the first phone is notified', () => first.noticesOf('squads:signedOut').length === 1);
      expect(first.noticesOf('squads:signedOut')).toEqual([{ reason: 'replaced' }]);
      granted(await desk.request('squads:revokePhone', { memberId: 'bo' }));
      await eventually(
        'the second phone is notified',
        () => second.noticesOf('squads:signedOut').length === 1,
      );
      await eventually('and cut off', () => !second.socket.connected);
      const again = await connectPhone(hub);
      expect(
        await again.request('session:join', { surface: 'field', memberToken: second.token }),
      ).toMatchObject({ code: 'forbidden' });
      again.close();
    });
  });

  it('applies each status exactly once, however often it is sent', async () => {
    const ann = await signIn(hub, desk, 'ann');
    const changes = [
      { changeId: 'a1', status: 'available', ageMs: 3 },
      { changeId: 'a2', status: 'dispatched', ageMs: 2 },
      { changeId: 'a3', status: 'on_scene', ageMs: 1 },
    ] as const;
    const first = granted(await ann.request('squads:reportStatuses', { changes: [...changes] }));
    expect(first.results).toEqual([
      { changeId: 'a1', applied: true },
      { changeId: 'a2', applied: false, refusal: 'by_centre_only' },
      { changeId: 'a3', applied: true },
    ]);
    granted(
      await ann.request('squads:reportStatuses', {
        changes: [{ changeId: 'a4', status: 'returning', ageMs: 0 }],
      }),
    );
    const again = granted(await ann.request('squads:reportStatuses', { changes: [...changes] }));
    expect(again.results).toEqual(first.results);
    expect(again.duty.status).toBe('returning');
    ann.close();
  });

  it('takes a status that came late behind one of the phone’s own, which was later still', async () => {
    const ann = await signIn(hub, desk, 'ann');
    const statusOf = (changeId: string, status: 'available' | 'off_duty', ageMs: number) =>
      ann.request('squads:reportStatuses', { changes: [{ changeId, status, ageMs }] });
    granted(await statusOf('late-1', 'available', 0));
    const { results, duty } = granted(await statusOf('late-2', 'off_duty', 60_000));
    expect(results).toEqual([{ changeId: 'late-2', applied: true }]);
    expect(duty.status).toBe('off_duty');
    ann.close();
  });

  it('waits for no picture of a phone that signed out', async () => {
    const ann = await signIn(hub, desk, 'ann');
    const { transport } = granted(await ann.request('talk:openSending', {}));
    const { transportId } = transport;
    granted(await ann.request('bodycam:produce', { transportId, kind: 'video', rtpParameters: vp8(78) }));
    await eventually('its picture is live', () => memberNow('ann')?.bodyCam.state === 'live');
    // The hub ends the connection before it answers.
    await ann.request('squads:signOut', {}).catch(() => undefined);
    await eventually('it is over', () => memberNow('ann')?.bodyCam.state === 'off');
    ann.close();
  });

  it('shows where a member is, and forgets it when it is not shared any more', async () => {
    const ann = await signIn(hub, desk, 'ann');
    granted(await desk.request('squads:setLeader', { memberId: 'bo', isLeader: true }));
    granted(
      await desk.request('squads:saveMember', {
        member: { memberId: 'dan', squadId: 'wenquan', name: 'dan' },
      }),
    );
    const bo = await signIn(hub, desk, 'bo');
    const dan = await signIn(hub, desk, 'dan');
    const chen = await signIn(hub, desk, 'chen');
    const place = (latitude: number, ageMs: number) => ({ latitude, longitude: 114.32, ageMs });
    granted(
      await ann.request('squads:reportPositions', { positions: [place(29.84, 0), place(29.83, 5_000)] }),
    );
    const seen = await eventually('bo sees it', () => bo.noticesOf('squads:positionsChanged').at(-1));
    expect(seen.positions.map(({ position }) => position?.latitude)).toEqual([29.83, 29.84]);
    const fresh = await openDesk(hub, 'seat 2');
    expect(fresh.snapshot.squads?.members.find(({ memberId }) => memberId === 'ann')?.position).toMatchObject(
      {
        latitude: 29.84,
      },
    );
    expect(fresh.snapshot.squads?.trails).toMatchObject([
      { memberId: 'ann', points: [{ latitude: 29.83 }, { latitude: 29.84 }] },
    ]);
    granted(await ann.request('squads:stopSharingPosition', {}));
    await eventually('bo sees that it is gone', () =>
      bo
        .noticesOf('squads:positionsChanged')
        .at(-1)
        ?.positions.some((one) => one.position === undefined),
    );
    // Nobody sees it who does not lead the squad, whatever else changes about the member.
    for (const other of [chen, dan]) {
      expect(other.noticesOf('squads:positionsChanged')).toEqual([]);
      const seenOfAnn = other
        .noticesOf('squads:membersChanged')
        .flatMap(({ members }) => members)
        .filter(({ memberId }) => memberId === 'ann');
      expect(seenOfAnn.filter(({ position }) => position !== undefined)).toEqual([]);
    }
    expect(
      await ann.requestAnything('squads:reportPositions', {
        positions: [{ latitude: 91, longitude: 0, ageMs: 0 }],
      }),
    ).toMatchObject({ code: 'bad_request' });
    granted(await desk.request('squads:setLeader', { memberId: 'bo', isLeader: false }));
    for (const client of [ann, bo, chen, dan, fresh]) client.close();
  });

  it('joins again as the leader of the squad who was made one, and may then do what a leader may', async () => {
    const ann = await signIn(hub, desk, 'ann');
    const bo = await signIn(hub, desk, 'bo');
    const off = { commandId: randomUUID(), isOnDuty: false };
    expect(ann.snapshot.role).toBe('squad_member');
    expect(await ann.request('squads:leadDuty', off)).toMatchObject({ ok: false, code: 'forbidden' });
    expect(await ann.request('bodycam:ask', { memberId: 'bo' })).toMatchObject({ code: 'forbidden' });
    granted(await desk.request('squads:setLeader', { memberId: 'ann', isLeader: true }));
    await eventually('the phone joins again', () => !ann.socket.connected);
    const leader = await connectPhone(hub);
    const snapshot = await joinPhone(leader, ann.token);
    expect(snapshot).toMatchObject({ role: 'squad_leader', squadOrders: [] });
    const on = { commandId: randomUUID(), isOnDuty: true };
    granted(await leader.request('squads:leadDuty', off));
    const first = granted(await leader.request('squads:leadDuty', on));
    expect(first.changedMemberIds.toSorted()).toEqual(['ann', 'bo', 'dan']);
    granted(
      await desk.request('squads:setStatus', {
        changeId: randomUUID(),
        memberId: 'bo',
        status: 'dispatched',
      }),
    );
    // The command again does not end the call of Bo, and is answered as before.
    expect(granted(await leader.request('squads:leadDuty', on)).changedMemberIds.toSorted()).toEqual(
      first.changedMemberIds.toSorted(),
    );
    expect(
      granted(await leader.request('squads:leadDuty', { commandId: randomUUID(), isOnDuty: false })),
    ).toMatchObject({ refusals: [{ memberId: 'bo' }] });
    granted(await leader.request('bodycam:ask', { memberId: 'bo' }));
    await eventually('Bo is asked', () => bo.noticesOf('bodycam:asked').length === 1);
    for (const answer of [
      await leader.request('bodycam:ask', { memberId: 'chen' }),
      await leader.request('squads:leadDuty', { ...on, commandId: randomUUID(), memberId: 'chen' }),
      await leader.request('squads:setLeader', { memberId: 'bo', isLeader: true }),
      await leader.request('talk:requestFloor', { groupId: 'all', press: 1, priority: 'override' }),
    ]) {
      expect(answer).toMatchObject({ ok: false, code: 'forbidden' });
    }
    // Who is moved leads no longer.
    granted(
      await desk.request('squads:saveMember', {
        member: { memberId: 'ann', squadId: 'yongan', name: 'ann' },
      }),
    );
    await eventually('the phone joins again', () => !leader.socket.connected);
    const moved = await connectPhone(hub);
    expect((await joinPhone(moved, ann.token)).role).toBe('squad_member');
    granted(
      await desk.request('squads:saveMember', {
        member: { memberId: 'ann', squadId: 'wenquan', name: 'ann' },
      }),
    );
    for (const client of [ann, bo, leader, moved]) client.close();
  });

  it('opens the microphone of an emergency over any talker, once, and notifies the phone when it was shown', async () => {
    const ann = await signIn(hub, desk, 'ann');
    const bo = await signIn(hub, desk, 'bo');
    const chen = await signIn(hub, desk, 'chen');
    const groupId = 'squad:wenquan';
    granted(await bo.request('talk:requestFloor', { groupId, press: 1, priority: 'normal' }));
    const sent = granted(await ann.request('squads:raiseEmergency', raise('sos-1', 1)));
    expect(sent.emergency.progress.state).toBe('sent');
    const revoked = await eventually('bo loses the floor', () => bo.noticesOf('talk:floorRevoked').at(-1));
    expect(revoked.cause).toBe('emergency');
    const grant = await eventually('ann has it', () => ann.noticesOf('talk:floorGranted').at(-1));
    expect(grant).toMatchObject({ groupId, press: 1, priority: 'emergency' });
    granted(await ann.request('talk:releaseFloor', { groupId, press: 1 }));
    const repeated = granted(await ann.request('squads:raiseEmergency', raise('sos-1', 1)));
    expect(repeated.emergency.raisedAtMs).toBe(sent.emergency.raisedAtMs);
    expect(ann.noticesOf('talk:floorGranted')).toHaveLength(1);
    expect(await chen.request('squads:raiseEmergency', raise('sos-1', 1))).toMatchObject({
      code: 'forbidden',
    });

    const end = { emergencyId: 'sos-1', outcome: 'resolved', reason: '已到场' } as const;
    expect(await desk.request('squads:endEmergency', end)).toMatchObject({ code: 'conflict' });
    granted(await desk.request('squads:confirmEmergencyShown', { emergencyId: 'sos-1' }));
    await eventually('the phone may say so', () =>
      ann.noticesOf('squads:emergencyChanged').some(({ emergency }) => emergency.progress.state === 'shown'),
    );
    granted(await desk.request('squads:acknowledgeEmergency', { emergencyId: 'sos-1' }));
    const ended = granted(await desk.request('squads:endEmergency', end));
    expect(ended.emergency.progress.ended).toMatchObject({ by: 'seat 1', reason: '已到场' });
    expect(await ann.request('squads:acknowledgeEmergency', { emergencyId: 'sos-1' })).toMatchObject({
      code: 'forbidden',
    });
    expect(chen.noticesOf('squads:emergencyChanged')).toEqual([]);
    for (const client of [ann, bo, chen]) client.close();
  });

  it('opens the microphone of an emergency that was raised before the phone had a voice', async () => {
    const bo = await signIn(hub, desk, 'bo', { hasVoice: false });
    granted(await bo.request('squads:raiseEmergency', raise('sos-2', 1)));
    await makeVoice(bo);
    const grant = await eventually('bo has the floor', () => bo.noticesOf('talk:floorGranted').at(-1));
    expect(grant).toMatchObject({ groupId: 'squad:wenquan', press: 1, priority: 'emergency' });
    bo.close();
    granted(await desk.request('squads:acknowledgeEmergency', { emergencyId: 'sos-2' }));
    granted(
      await desk.request('squads:endEmergency', { emergencyId: 'sos-2', outcome: 'false', reason: '演练' }),
    );
  });

  it('starts the body cam in an emergency, though the desk only asked for it before', async () => {
    const squad = { squadId: 'yongan', name: '永安中队' };
    granted(await desk.request('squads:saveSquad', { squad: { ...squad, startsBodyCamInEmergency: true } }));
    const chen = await signIn(hub, desk, 'chen');
    granted(await desk.request('bodycam:ask', { memberId: 'chen' }));
    granted(await chen.request('squads:raiseEmergency', raise('sos-3', 1)));
    await eventually('the phone is to start it', () => chen.noticesOf('bodycam:asked').at(-1)?.automatic);
    await eventually('the desk sees why', () => memberNow('chen')?.bodyCam.isAutomatic === true);
    chen.close();
    granted(await desk.request('squads:acknowledgeEmergency', { emergencyId: 'sos-3' }));
    granted(
      await desk.request('squads:endEmergency', { emergencyId: 'sos-3', outcome: 'false', reason: '演练' }),
    );
    granted(await desk.request('squads:saveSquad', { squad: { ...squad, startsBodyCamInEmergency: false } }));
  });

  it('lets the phone of a member of another squad now join again', async () => {
    const ann = await signIn(hub, desk, 'ann');
    const member = { memberId: 'ann', name: 'ann' };
    granted(await desk.request('squads:saveMember', { member: { ...member, squadId: 'yongan' } }));
    await eventually('the connection has ended', () => memberNow('ann')?.isConnected === false);
    ann.close();
    const phone = await connectPhone(hub);
    const { talk } = await joinPhone(phone, ann.token);
    expect(talk?.floors.map(({ groupId }) => groupId)).toEqual(['all', 'squad:yongan', 'private:ann']);
    phone.close();
    granted(await desk.request('squads:saveMember', { member: { ...member, squadId: 'wenquan' } }));
  });

  it('shows a body cam that the desk asked for, and says that it is lost with the phone', async () => {
    expect(await desk.request('bodycam:ask', { memberId: 'ann' })).toMatchObject({ code: 'unavailable' });
    const ann = await signIn(hub, desk, 'ann');
    const { askId } = granted(await desk.request('bodycam:ask', { memberId: 'ann' }));
    const asked = await eventually('the phone is asked', () => ann.noticesOf('bodycam:asked').at(-1));
    expect(asked).toMatchObject({ askId, by: 'seat 1', automatic: false });
    const { transport } = granted(await ann.request('talk:openSending', {}));
    const { transportId } = transport;
    expect(
      await ann.request('bodycam:produce', { transportId: 'another', kind: 'video', rtpParameters: vp8(77) }),
    ).toMatchObject({ code: 'not_found' });
    const { streamId } = granted(
      await ann.request('bodycam:produce', { transportId, kind: 'video', rtpParameters: vp8(77) }),
    );
    await eventually('the desk sees it live', () => memberNow('ann')?.bodyCam.state === 'live');
    const [worker] = desk.snapshot.workers.filter(({ workerId }) => workerId === transport.workerId);
    if (worker === undefined) throw new Error('the transport is on no worker of the snapshot');
    const receiving = granted(await desk.request('media:createTransport', { workerId: worker.workerId }));
    const consumer = {
      streamId,
      transportId: receiving.transportId,
      kind: 'video',
      rtpCapabilities: worker.routerRtpCapabilities,
    } as const;
    expect(await desk.request('media:consume', consumer)).toMatchObject({ code: 'not_found' });
    granted(await desk.request('cameras:openStream', { cameraId: streamId, stream: 'main' }));
    granted(await desk.request('media:consume', consumer));
    expect(await ann.request('media:consume', consumer)).toMatchObject({ code: 'forbidden' });
    expect(await ann.request('media:consume', { ...consumer, streamId: 'talk:squad:yongan' })).toMatchObject({
      code: 'forbidden',
    });
    ann.close();
    await eventually('the desk sees that it is lost', () => memberNow('ann')?.bodyCam.state === 'lost');
    await eventually('its consumers are closed', () =>
      desk.noticesOf('media:consumersClosed').some((notice) => notice.streamId === streamId),
    );
  });

  it('answers a phone that sends a thousand requests a second, and serves the others', async () => {
    const ann = await signIn(hub, desk, 'ann');
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => ann.request('squads:checkIn', {})));
    expect(answers.filter(({ ok }) => ok).length).toBeLessThanOrEqual(120);
    expect(answers.find(({ ok }) => !ok)).toMatchObject({ code: 'too_many' });
    expect((await desk.request('talk:readHistory', { limit: 1 })).ok).toBe(true);
    ann.close();
  });
});

describe('phones at a hub that trusts nobody', () => {
  let hub: HubProcess;
  beforeAll(async () => {
    hub = await startHubProcess();
  });
  afterAll(() => hub.stop());

  it('lets a phone in to sign in, and to nothing else', async () => {
    await expect(connectSurface(hub.url, { protocolVersion }, { cookie: '' })).rejects.toMatchObject({
      data: { code: 'access_denied' },
    });
    const desk = await connectSurface(hub.url);
    granted(await desk.request('session:join', { surface: 'desk' }));
    await addSquads(desk);
    const stranger = await connectPhone(hub);
    expect(await stranger.request('session:join', { surface: 'desk' })).toMatchObject({ code: 'forbidden' });
    expect(granted(await stranger.request('session:join', { surface: 'field' })).snapshot).toMatchObject({
      role: 'stranger',
      workers: [],
    });
    expect(await stranger.request('talk:openSending', {})).toMatchObject({ code: 'forbidden' });
    const ann = await signIn(hub, desk, 'ann');
    expect(ann.snapshot.role).toBe('squad_member');
    for (const client of [desk, stranger, ann]) client.close();
  });

  it('slows who guesses codes, one at a time, and lets a right one in from the same address', async () => {
    const stranger = await connectPhone(hub);
    const phone = await connectPhone(hub);
    const desk = await connectSurface(hub.url);
    granted(await desk.request('session:join', { surface: 'desk' }));
    await addSquads(desk);
    const guess = async (count: number): Promise<string> => {
      const code = `AAAA-${2222 + count}`;
      const answer = await stranger.request('squads:signIn', { code, token: newToken(), phoneName: 'x' });
      return answer.ok ? 'ok' : answer.code;
    };
    const codes: string[] = [];
    for (let count = 0; count < 10; count += 1) codes.push(await guess(count));
    expect(codes).toEqual(Array.from({ length: 10 }, () => 'not_found'));

    const { code } = granted(await desk.request('squads:makeSignInCode', { memberId: 'bo' }));
    const [first, second, right] = await Promise.all([
      guess(10),
      guess(11),
      phone.request('squads:signIn', { code, token: newToken(), phoneName: 'x' }),
    ]);
    expect([first, second]).toEqual(['not_found', 'too_many']);
    expect(right).toMatchObject({ ok: true });
    for (const client of [desk, phone, stranger]) client.close();
  });
});

describe('a hub that is killed', () => {
  it('still has members, phones, statuses, emergencies and who spoke', async () => {
    const hub = await startHubProcess();
    const desk = await openDesk(hub);
    await addSquads(desk);
    const ann = await signIn(hub, desk, 'ann');
    const change = { changeId: 'k1', status: 'available', ageMs: 0 } as const;
    granted(await ann.request('squads:reportStatuses', { changes: [change] }));
    granted(await ann.request('squads:raiseEmergency', raise('sos-k', 1)));
    granted(await ann.request('talk:releaseFloor', { groupId: 'squad:wenquan', press: 1 }));
    const floor = await ann.request('talk:requestFloor', {
      groupId: 'squad:wenquan',
      press: 2,
      priority: 'normal',
    });
    const before = granted(floor);
    if (before.state !== 'granted') throw new Error(before.state);
    // Written in order: what stands there when it is read was durable.
    expect(granted(await desk.request('talk:readHistory', { limit: 10 })).talks).toHaveLength(2);
    const { code } = granted(await desk.request('squads:makeSignInCode', { memberId: 'bo' }));
    await hub.kill();
    desk.close();
    ann.close();

    const port = Number(new URL(hub.url).port);
    const back = await startHubProcess({ dataDir: hub.dataDir, port });
    const phone = await connectPhone(back);
    const snapshot = await joinPhone(phone, ann.token);
    expect(snapshot.squads).toMatchObject({
      self: { memberId: 'ann' },
      emergencies: [{ emergencyId: 'sos-k', progress: { state: 'sent' } }],
    });
    expect(snapshot.squads?.members.find(({ memberId }) => memberId === 'ann')?.duty.status).toBe(
      'available',
    );
    const again = granted(await phone.request('squads:reportStatuses', { changes: [change] }));
    expect(again.results).toEqual([{ changeId: 'k1', applied: true }]);
    const { talks } = granted(await phone.request('talk:readHistory', { limit: 10 }));
    expect(talks.map(({ endCause, priority }) => [priority, endCause])).toEqual([
      ['normal', 'cut_off'],
      ['emergency', 'released'],
    ]);
    await makeVoice(phone);
    const after = granted(
      await phone.request('talk:requestFloor', { groupId: 'squad:wenquan', press: 1, priority: 'normal' }),
    );
    expect(after.state === 'granted' ? after.epoch : 0).toBeGreaterThan(before.epoch);
    const other = await connectPhone(back);
    granted(await other.request('squads:signIn', { code, token: newToken(), phoneName: 'Bo’s' }));
    phone.close();
    other.close();
    await back.stop();
  });
});
