import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StartError } from '../../../../src-sfu/base/startError.ts';
import { createRecorderDoorService } from '../../../../src-sfu/features/recorders/recorderDoor.service.ts';
import type { PlatformSettings } from '../../../../src-shared/recorders/recorders.protocol.ts';
import { silentLogger } from '../../../support/ingestAttempt.ts';

const configured: PlatformSettings = {
  isOn: false,
  port: 5060,
  address: null,
  platformId: '42120000002000000001',
  mediaPorts: { first: 30_000, last: 30_099 },
};
const wanted: PlatformSettings = { ...configured, isOn: true, port: 5061, address: '10.0.0.2' };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** A machine at 10.0.0.2 whose ports are free until `fault` says otherwise. */
function stage(stored: unknown = undefined) {
  const state = {
    fault: undefined as string | undefined,
    stored,
    tried: [] as number[],
    open: new Set<number>(),
    probes: 0,
    areTaken: false,
    saved: [] as unknown[],
  };
  const door = createRecorderDoorService({
    configured,
    store: {
      read: () => Promise.resolve(state.stored),
      save(settings, actor, detail) {
        state.saved.push({ settings, actor, detail });
        return Promise.resolve();
      },
    },
    openDoor({ port }) {
      state.tried.push(port);
      if (state.fault !== undefined)
        return Promise.reject(new StartError(`Port ${port} is taken.`, { code: state.fault }));
      state.open.add(port);
      return Promise.resolve({
        port,
        close() {
          state.open.delete(port);
          return Promise.resolve();
        },
      });
    },
    ownAddress: () => '10.0.0.2',
    surroundings: () => ({ ownAddresses: ['127.0.0.1', '10.0.0.2'], otherPorts: [44_400, 7_400] }),
    areTaken() {
      state.probes += 1;
      return Promise.resolve(state.areTaken);
    },
    portHolder: (port) => Promise.resolve(`program at ${port}`),
    nowMs: Date.now,
    logger: silentLogger,
  });
  const standings: string[] = [];
  door.onStanding(() => standings.push('standing'));
  door.onChanged(() => standings.push('changed'));
  return { door, state, standings };
}

describe('the port of the door', () => {
  it('stays shut while nothing is set, and opens at once when it is switched on', async () => {
    const { door, state, standings } = stage();
    await door.open();
    expect(state.tried).toEqual([]);
    expect(await door.platform()).toMatchObject({ state: 'off', isSetHere: false, address: '10.0.0.2' });
    await door.set(wanted, 'Clerk');
    expect(await door.platform()).toMatchObject({ state: 'open', isSetHere: true, port: 5_061 });
    expect(standings).toEqual(['standing', 'changed', 'standing']);
    expect(state.saved).toEqual([
      { settings: wanted, actor: 'Clerk', detail: { before: 'as configured', after: wanted } },
    ]);
  });

  it('opens after a start as it was set at a desk; what is no setting any more counts as none', async () => {
    const set = stage(wanted);
    await set.door.open();
    expect([...set.state.open]).toEqual([5_061]);
    const broken = stage({ ...wanted, port: 70_000 });
    await broken.door.open();
    expect(await broken.door.platform()).toMatchObject({ state: 'off', isSetHere: false });
  });

  it('is tried again every ten seconds while another program has it, and desks learn who', async () => {
    const { door, state, standings } = stage(wanted);
    state.fault = 'EADDRINUSE';
    await door.open();
    expect(await door.platform()).toMatchObject({ state: 'taken', takenBy: 'program at 5061' });
    await vi.advanceTimersByTimeAsync(25_000);
    expect(state.tried).toHaveLength(3);
    // The same fault again is no news.
    expect(standings).toEqual(['standing']);
    state.fault = undefined;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await door.platform()).toMatchObject({ state: 'open' });
    expect(standings).toEqual(['standing', 'standing']);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(state.tried).toHaveLength(4);
  });

  it('names a failure that is none of another program', async () => {
    const { door, state } = stage(wanted);
    state.fault = 'EACCES';
    await door.open();
    expect(await door.platform()).toMatchObject({ state: 'failed', fault: 'EACCES' });
  });

  it('is shut before another one is opened, and is not tried any more once it is switched off', async () => {
    const { door, state } = stage(wanted);
    await door.open();
    await door.set({ ...wanted, port: 5_070 }, 'Clerk');
    expect([...state.open]).toEqual([5_070]);
    state.fault = 'EADDRINUSE';
    await door.set(wanted, 'Clerk');
    await door.set({ ...wanted, isOn: false }, 'Clerk');
    const tried = state.tried.length;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(state.tried).toHaveLength(tried);
    expect([...state.open]).toEqual([]);
  });

  it('goes back to the configuration by null', async () => {
    const { door, state } = stage(wanted);
    await door.open();
    await door.set(undefined, 'Clerk');
    expect(await door.platform()).toMatchObject({ state: 'off', isSetHere: false });
    expect(state.saved).toMatchObject([
      { settings: null, detail: { before: wanted, after: 'as configured' } },
    ]);
  });

  it('is shut with the hub, and a retry that is due then opens nothing', async () => {
    const { door, state } = stage(wanted);
    state.fault = 'EADDRINUSE';
    await door.open();
    await door.close();
    state.fault = undefined;
    await vi.advanceTimersByTimeAsync(60_000);
    expect([...state.open]).toEqual([]);
  });
});

describe('warnings about the set-up', () => {
  it('come for an address that is not of this machine, an id of no platform, and few or overlapping ports', async () => {
    const { door } = stage();
    await door.open();
    expect((await door.platform()).warnings).toEqual([]);
    await door.set({ ...wanted, address: '10.0.0.3', platformId: '42120000001180000001' }, 'Clerk');
    expect((await door.platform()).warnings).toEqual(['address_not_own', 'id_no_platform']);
    await door.set({ ...wanted, address: '127.0.0.1', mediaPorts: { first: 5_060, last: 5_074 } }, 'Clerk');
    expect((await door.platform()).warnings).toEqual([
      'address_loopback',
      'few_media_ports',
      'media_ports_overlap',
    ]);
    await door.set({ ...wanted, mediaPorts: { first: 44_390, last: 44_490 } }, 'Clerk');
    expect((await door.platform()).warnings).toEqual(['media_ports_overlap']);
  });

  it('about taken media ports are found out once in half a minute at most, and only while it is switched on', async () => {
    const { door, state } = stage();
    await door.open();
    await door.platform();
    expect(state.probes).toBe(0);
    state.areTaken = true;
    await door.set(wanted, 'Clerk');
    expect((await door.platform()).warnings).toEqual(['media_ports_taken']);
    state.areTaken = false;
    await vi.advanceTimersByTimeAsync(29_000);
    expect((await door.platform()).warnings).toEqual(['media_ports_taken']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await door.platform()).warnings).toEqual([]);
    expect(state.probes).toBe(2);
  });
});
