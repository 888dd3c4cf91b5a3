import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { protocolVersion } from '../../../src-shared/protocol/index.ts';
import { addPerson, personPassword as password } from '../../support/accountBrowser.ts';
import { startHubProcess, type HubProcess } from '../../support/processes.ts';
import { connectSurface, type SurfaceClient } from '../../support/surfaceClient.ts';
import { granted, makeVoice } from '../talk/talkHub.ts';

let hub: HubProcess;
const clients: SurfaceClient[] = [];

beforeAll(async () => {
  hub = await startHubProcess({
    settings: { MINGCHU_SHIFTS: '早班 06:00' },
  });
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => hub.stop());

type Person = Awaited<ReturnType<typeof addPerson>>;

async function openDesk({ cookie }: Pick<Person, 'cookie'>): Promise<SurfaceClient> {
  const client = await connectSurface(hub.url, { protocolVersion }, { cookie: cookie() });
  clients.push(client);
  return client;
}
const join = async (client: SurfaceClient) =>
  granted(await client.request('session:join', { surface: 'desk' })).snapshot;
/** The hub notified the desk so many times to take a new snapshot. */
const renewed = (client: SurfaceClient, times: number) =>
  vi.waitFor(() => expect(client.noticesOf('session:noticesDropped')).toHaveLength(times));

describe('a desk', () => {
  it('has the name, the role and the scope of the account, whatever it says itself', async () => {
    const scope = { districts: ['咸安区'], squads: [] };
    const client = await openDesk(await addPerson(hub, { name: '李强', role: 'duty_officer', scope }));
    const { snapshot } = granted(
      await client.request('session:join', { surface: 'desk', officer: { id: 'x', name: '假名' } }),
    );
    expect(snapshot).toMatchObject({
      role: 'duty_officer',
      desk: {
        name: '李强',
        scope,
        standing: 'open',
        lockAfterMs: 600_000,
        shifts: [{ name: '早班', fromMinute: 360 }],
      },
    });
    expect(snapshot.capabilities).not.toContain('wall:override');
  });

  it('that is locked knows how many alarms wait and who calls for help, and nothing else', async () => {
    const officer = await addPerson(hub, { name: '王芳', role: 'supervisor' });
    const client = await openDesk(officer);
    expect(Object.keys(await join(client))).toEqual(expect.arrayContaining(['alerts', 'wall', 'library']));
    await officer.ask('POST', 'session/lock', {});
    await renewed(client, 1);
    const locked = await join(client);
    expect(Object.keys(locked).sort()).toEqual(
      ['workers', 'alertCounts', 'squads', 'talk', 'hub', 'role', 'capabilities', 'desk'].sort(),
    );
    expect(locked.desk).toMatchObject({ standing: 'locked', name: '王芳' });
    expect(locked.squads).toEqual({ squads: [], members: [], emergencies: [] });
    for (const path of ['registry/export', 'alerts.csv', 'audit.csv', 'alert-keys', 'accounts']) {
      expect((await officer.ask('GET', path)).status, path).toBe(403);
    }
    expect(await client.request('cameras:readDirectory', {})).toMatchObject({ reason: 'session.forbidden' });
  });

  it('keeps its call while it is locked, unlocked and taken over by another person', async () => {
    const officer = await addPerson(hub, { name: '王芳', role: 'duty_officer' });
    const supervisor = await addPerson(hub, { name: '陈刚', role: 'supervisor' });
    const client = await openDesk(officer);
    let ended = false;
    client.socket.once('disconnect', () => (ended = true));
    const { talk } = await join(client);
    await makeVoice(client);
    let press = 0;
    /** Whether the voice that the desk made at the beginning is heard; nothing is made again. */
    const speaks = async () => {
      press += 1;
      const { state } = granted(
        await client.request('talk:requestFloor', { groupId: 'all', press, priority: 'normal' }),
      );
      return state;
    };
    const talker = async () =>
      (await join(client)).talk?.floors.find(({ groupId }) => groupId === 'all')?.talker;
    expect(await speaks()).toBe('granted');
    await officer.ask('POST', 'session/lock', {});
    await renewed(client, 1);
    expect(await talker()).toMatchObject({ speakerId: talk?.speakerId, name: '王芳' });
    expect(await speaks()).toBe('granted');
    await officer.ask('POST', 'session/unlock', { proof: password });
    await renewed(client, 2);
    expect(await speaks()).toBe('granted');
    const before = officer.cookie();
    const { signInName } = supervisor;
    expect((await officer.ask('POST', 'session', { signInName, password })).status).toBe(200);
    await renewed(client, 3);
    expect(await join(client)).toMatchObject({ role: 'supervisor', desk: { name: '陈刚' } });
    expect(await speaks()).toBe('granted');
    expect(await talker()).toMatchObject({ speakerId: talk?.speakerId, name: '陈刚' });
    expect(ended).toBe(false);
    await expect(openDesk({ cookie: () => before })).rejects.toThrow();
    // What is done from now on is the supervisor's.
    const answer = await client.request('alerts:saveKind', { commandId: 'k', kind: {} as never });
    expect(answer).toMatchObject({ reason: 'session.not_understood' });
  });

  it('that another person took over ends with the sign-in of that person', async () => {
    const officer = await addPerson(hub, { name: '王芳', role: 'duty_officer' });
    const other = await addPerson(hub, { name: '陈刚', role: 'duty_officer' });
    const client = await openDesk(officer);
    await join(client);
    await officer.ask('POST', 'session', { signInName: other.signInName, password });
    await renewed(client, 1);
    const ended = new Promise((resolve) => void client.socket.once('disconnect', resolve));
    await officer.ask('DELETE', 'session');
    await ended;
  });

  it('is not taken over by a sign-in in another browser', async () => {
    const officer = await addPerson(hub, { name: '王芳', role: 'duty_officer' });
    const other = await addPerson(hub, { name: '陈刚', role: 'supervisor' });
    const client = await openDesk(officer);
    await join(client);
    await other.ask('POST', 'session', { signInName: other.signInName, password });
    expect(await join(client)).toMatchObject({ role: 'duty_officer', desk: { name: '王芳' } });
    expect(client.noticesOf('session:noticesDropped')).toHaveLength(0);
  });
});
