import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { protocolVersion } from '../../../src-shared/protocol/index.ts';
import { demoSquads } from '../../../src-sim/squads/demoSquads.ts';
import {
  eventually,
  startHubProcess,
  startProcess,
  temporaryFolder,
  type HubProcess,
  type RunningProcess,
} from '../../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';

const everybody = demoSquads.flatMap(({ members }) => members.map(({ memberId }) => memberId));

describe('the demo’s squads at a hub', () => {
  let hub: HubProcess;
  let desk: SurfaceClient;
  let squads: RunningProcess | undefined;
  const dataDir = temporaryFolder('mingchu-squads-');

  const openDesk = async (): Promise<SurfaceClient> => {
    const client = await connectSurface(hub.url);
    const joined = await client.request('session:join', {
      surface: 'desk',
      officer: { id: 'seat-1', name: '值班席1' },
    });
    if (!joined.ok) throw new Error(joined.message);
    return client;
  };
  const startSquads = (settings: Record<string, string> = {}) =>
    startProcess('src-sim/squads/index.ts', 'squads ready', {
      MINGCHU_HUB_URL: hub.url,
      MINGCHU_DATA_DIR: dataDir,
      MINGCHU_HUB_DATA_DIR: hub.dataDir,
      MINGCHU_SIM_SITES: '30',
      MINGCHU_DEMO_LEADER: 'false',
      ...settings,
    });
  /** Squads and members as a desk that joins now sees them. */
  const known = async () => {
    const client = await connectSurface(hub.url);
    const joined = await client.request('session:join', { surface: 'desk' });
    client.close();
    if (!joined.ok || joined.data.snapshot.squads === undefined) throw new Error('the desk was not let in');
    return joined.data.snapshot.squads;
  };
  const connected = async () =>
    (await known()).members.filter(({ isConnected }) => isConnected).map(({ memberId }) => memberId);
  /** When each member's positions were measured, in their order, and how fast that member was. */
  const measured = () => {
    const byMember = new Map<string, { atMs: number; speedMps: number }[]>();
    for (const { positions } of desk.noticesOf('squads:positionsChanged')) {
      for (const { memberId, position } of positions) {
        if (position === undefined) continue;
        const { atMs, speedMps = 0 } = position;
        byMember.set(memberId, [...(byMember.get(memberId) ?? []), { atMs, speedMps }]);
      }
    }
    return byMember;
  };

  beforeAll(async () => {
    hub = await startHubProcess({ settings: { MINGCHU_MEDIA_WORKERS: '1' } });
    desk = await openDesk();
    // Somebody works here already.
    const squad = { squadId: 'operators', name: '鱼岳中队', startsBodyCamInEmergency: true };
    await desk.request('squads:saveSquad', { squad });
    await desk.request('squads:saveMember', {
      member: { memberId: 'operators-1', squadId: 'operators', name: '张伟' },
    });
    squads = await startSquads();
  });
  afterAll(async () => {
    await squads?.stop();
    desk?.close();
    await hub?.stop();
  });

  it('are on duty with all their phones', async () => {
    expect(squads?.ready).toMatchObject({ squads: demoSquads.length, members: everybody.length });
    await eventually('all phones are connected', async () => {
      const there = await connected();
      return everybody.every((memberId) => there.includes(memberId));
    });
    await eventually('everybody is on duty', async () => {
      const { members } = await known();
      return members
        .filter(({ memberId }) => everybody.includes(memberId))
        .every(({ duty }) => duty.status !== 'off_duty');
    });
  });

  it('leave an operator’s squad as it is, also one of the same name', async () => {
    const { squads: all, members } = await known();
    expect(all.find(({ squadId }) => squadId === 'operators')).toMatchObject({ name: '鱼岳中队' });
    expect(all.find(({ squadId }) => squadId === 'demo-yuyue')?.name).toBe('鱼岳中队（演示）');
    expect(members.find(({ memberId }) => memberId === 'operators-1')?.isConnected).toBe(false);
  });

  it('report every position, and that of a moving member at least every five seconds', async () => {
    const mover = await eventually(
      'somebody has moved for a while',
      () => {
        const there = measured();
        if (there.size < everybody.length) return undefined;
        return [...there.values()].find(
          (row) => row.slice(-5).filter(({ speedMps }) => speedMps > 1).length === 5,
        );
      },
      60_000,
    );
    const row = mover.slice(-5);
    for (const [order, { atMs }] of row.slice(1).entries()) {
      expect(atMs - (row[order]?.atMs ?? 0)).toBeLessThanOrEqual(5_000);
    }
  });

  it('report their batteries', async () => {
    const { members } = await known();
    for (const { memberId, phoneState } of members) {
      if (everybody.includes(memberId)) expect(phoneState?.batteryLevel).toBeGreaterThan(0);
    }
  });

  it('set out when the centre sends them', async () => {
    const [memberId = ''] = everybody;
    const status = async () =>
      (await known()).members.find((member) => member.memberId === memberId)?.duty.status;
    await eventually('the member can be sent', async () => {
      const sent = await desk.request('squads:setStatus', {
        changeId: randomBytes(8).toString('hex'),
        memberId,
        status: 'dispatched',
      });
      if (sent.ok) return true;
      await desk.request('squads:setStatus', {
        changeId: randomBytes(8).toString('hex'),
        memberId,
        status: 'available',
      });
      return false;
    });
    await eventually('the member is on the way', async () => (await status()) !== 'dispatched', 30_000);
  });

  it('come back by themselves when the hub was away', async () => {
    desk.close();
    await hub.stop();
    hub = await startHubProcess({
      dataDir: hub.dataDir,
      port: Number(new URL(hub.url).port),
      settings: { MINGCHU_MEDIA_WORKERS: '1' },
    });
    desk = await openDesk();
    await eventually(
      'all phones are back',
      async () => {
        const there = await connected();
        return everybody.every((memberId) => there.includes(memberId));
      },
      30_000,
    );
  });

  it('are the same after another start, but for what was changed at a desk', async () => {
    await squads?.stop();
    await desk.request('squads:removeMember', { memberId: 'demo-tongyang-2' });
    await desk.request('squads:saveMember', {
      member: { memberId: 'demo-puqi-1', squadId: 'demo-puqi', name: '宋伟伟' },
    });
    // Somebody serves as this member on a phone of flesh and blood.
    const code = await desk.request('squads:makeSignInCode', { memberId: 'demo-puqi-2' });
    if (!code.ok) throw new Error(code.message);
    const phone = await connectSurface(hub.url, { protocolVersion, isPhone: true });
    const token = randomBytes(32).toString('base64url');
    await phone.request('squads:signIn', { code: code.data.code, token, phoneName: 'iPhone' });
    const before = await known();

    squads = await startSquads();
    expect(squads.ready).toMatchObject({ members: everybody.length - 2 });
    const others = everybody.filter((id) => id !== 'demo-tongyang-2' && id !== 'demo-puqi-2');
    await eventually('the others are connected', async () => {
      const there = await connected();
      return others.every((memberId) => there.includes(memberId));
    });
    const after = await known();
    expect(after.squads).toEqual(before.squads);
    expect(after.members.map(({ memberId }) => memberId).sort()).toEqual(
      before.members.map(({ memberId }) => memberId).sort(),
    );
    expect(after.members.find(({ memberId }) => memberId === 'demo-puqi-1')?.name).toBe('宋伟伟');
    const joined = await phone.request('session:join', { surface: 'field', memberToken: token });
    expect(joined.ok).toBe(true);
    phone.close();
  });

  it('sign in again when what they kept is lost', async () => {
    await squads?.stop();
    const file = join(dataDir, 'demo-squads.json');
    expect(readFileSync(file, 'utf8')).toContain('demo-wenquan-1');
    writeFileSync(file, 'spoilt');
    squads = await startSquads();
    await eventually('they are connected', async () => (await connected()).includes('demo-wenquan-1'));
  });
});
