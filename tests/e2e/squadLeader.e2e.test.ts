import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { granted, makeVoice, openDesk, type Desk } from '../integration/talk/talkHub.ts';
import {
  eventually,
  startHubProcess,
  startProcess,
  temporaryFolder,
  type HubProcess,
  type RunningProcess,
} from '../support/processes.ts';

const leaderId = 'demo-wenquan-1';
const squadGroup = 'squad:demo-wenquan';

describe('the leader who answers in the demo', () => {
  let hub: HubProcess;
  let desk: Desk;
  let squads: RunningProcess | undefined;
  let press = 0;
  const dataDir = temporaryFolder('mingchu-leader-');

  const startSquads = () =>
    startProcess('src-sim/squads/index.ts', 'squads ready', {
      MINGCHU_HUB_URL: hub.url,
      MINGCHU_DATA_DIR: dataDir,
      MINGCHU_HUB_DATA_DIR: hub.dataDir,
      MINGCHU_SIM_SITES: '30',
    });
  const leader = () =>
    desk
      .noticesOf('squads:membersChanged')
      .flatMap(({ members }) => members)
      .filter(({ memberId }) => memberId === leaderId)
      .at(-1);
  /** What the leader said so far: the groups, in order. */
  const answers = () =>
    desk
      .noticesOf('talk:floorTaken')
      .filter(({ floor }) => floor.talker?.memberId === leaderId)
      .map(({ floor }) => floor.groupId);
  /** The talks of the leader that are over, the newest first. */
  const endedTalks = async () =>
    granted(await desk.request('talk:readHistory', { limit: 50 })).talks.filter(
      ({ talker, endedAtMs }) => talker.memberId === leaderId && endedAtMs !== undefined,
    );
  /** The leader's page has its voice at the hub and can be asked. */
  const onDuty = () =>
    eventually(
      'the leader is on duty',
      () => leader()?.isConnected === true && leader()?.duty.status !== 'off_duty',
      60_000,
    );
  const call = async (groupId: string, heldMs = 0) => {
    press += 1;
    const answer = granted(await desk.request('talk:requestFloor', { groupId, press, priority: 'normal' }));
    expect(answer.state).toBe('granted');
    await delay(heldMs);
    granted(await desk.request('talk:releaseFloor', { groupId, press }));
  };

  beforeAll(async () => {
    hub = await startHubProcess({ settings: { MINGCHU_MEDIA_WORKERS: '1' } });
    desk = await openDesk(hub, '值班席1');
    await makeVoice(desk);
    squads = await startSquads();
    await onDuty();
  });
  afterAll(async () => {
    await squads?.stop();
    desk?.close();
    await hub?.stop();
  });

  it('says where the patrol is and how fast it goes, with its heading while it moves', async () => {
    const moving = await eventually(
      'the leader has reported its place',
      () =>
        desk
          .noticesOf('squads:positionsChanged')
          .flatMap(({ positions }) => positions)
          .find(({ memberId, position }) => memberId === leaderId && position !== undefined)?.position,
      30_000,
    );
    expect(moving.latitude).toBeCloseTo(29.84, 1);
    expect(moving.longitude).toBeCloseTo(114.32, 1);
    // It may stand at a site for minutes: then its speed is 0 and it has no heading.
    expect(moving.speedMps).toBeGreaterThanOrEqual(0);
    expect(moving.headingDeg !== undefined).toBe((moving.speedMps ?? 0) > 0);
  });

  it.each([squadGroup, 'all', `private:${leaderId}`])('answers a call in %s, there', async (groupId) => {
    const before = answers().length;
    await call(groupId, 1_200);
    await eventually('the leader speaks', () => answers().length > before, 30_000);
    expect(answers().slice(before)).toEqual([groupId]);
    const talk = await eventually(
      'the leader lets the key go',
      async () => (await endedTalks()).find((one) => one.groupId === groupId),
      30_000,
    );
    expect(talk.endCause).toBe('released');
  });

  it('shows the body cam when asked, until the desk ends it', async () => {
    granted(await desk.request('bodycam:ask', { memberId: leaderId }));
    await eventually('the body cam is live', () => leader()?.bodyCam.state === 'live', 30_000);
    await eventually('with picture and sound', () => leader()?.bodyCam.kinds?.length === 2, 30_000);
    granted(await desk.request('bodycam:end', { memberId: leaderId }));
    await eventually('the body cam is off', () => leader()?.bodyCam.state === 'off');
  });

  it('comes back at another start with what the phone kept', async () => {
    await eventually('the secret is kept', () =>
      readFileSync(join(dataDir, 'demo-squads.json'), 'utf8').includes(leaderId),
    );
    const signedInAtMs = leader()?.phone?.signedInAtMs;
    await squads?.stop();
    await eventually('the leader is gone', () => leader()?.isConnected === false);
    squads = await startSquads();
    await onDuty();
    expect(leader()?.phone?.signedInAtMs).toBe(signedInAtMs);
  });
});
