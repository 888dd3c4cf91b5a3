import { beforeEach, expect, it } from 'vitest';
import { createMemoryAccounts } from '../../../../src-sfu/features/accounts/accounts.repository.ts';
import {
  commandPurposes,
  createCommandKeys,
  type CommandKeys,
  type CommandPurpose,
} from '../../../../src-sfu/features/accounts/commandKeys.ts';
import { neededForPurpose } from '../../../../src-shared/session/keyPurposes.ts';
import { may } from '../../../../src-shared/session/principal.ts';
import { capabilities } from '../../../../src-shared/session/roles.ts';

const visit = { address: '127.0.0.1', device: 'node' };
let now = 0;
let keys: CommandKeys;
let repository: ReturnType<typeof createMemoryAccounts>;
beforeEach(() => {
  now = 1_000_000;
  repository = createMemoryAccounts();
  keys = createCommandKeys({ repository, nowMs: () => now });
});
async function open(purpose: CommandPurpose = 'registry') {
  const opened = await keys.open(purpose);
  if (!opened.ok) throw new Error(opened.message);
  return opened.data;
}

it('are for one purpose each, are recorded without the secret, and are listed with their last use', async () => {
  const expected = {
    registry: ['cameras:list', 'cameras:manage'],
    alerts: ['cameras:manage', 'alerts:viewDetails', 'alerts:manage'],
    recorders: ['squads:manage'],
    kitchenRecorders: ['recorders:manage'],
    sites: ['cameras:list', 'sites:manage'],
    squads: ['squads:view', 'squads:manage'],
    // Whatever a key of another system may need, so that the command makes keys of every purpose.
    systemKeys: capabilities.filter((one) => (Object.values(neededForPurpose) as string[]).includes(one)),
  };
  expect(expected.systemKeys).toEqual(
    expect.arrayContaining(['hub:monitor', 'orders:direct', 'recorders:manage']),
  );
  for (const purpose of commandPurposes) {
    const { key } = await open(purpose);
    const principal = keys.principalOf(key, visit);
    if (principal === undefined) throw new Error('the key opens nothing');
    expect(principal.kind).toBe('command_line');
    expect(capabilities.filter((capability) => may(principal, capability))).toEqual(expected[purpose]);
    expect(JSON.stringify(repository.entries)).not.toContain(key);
  }
  expect(repository.entries.map(({ action }) => action)).toEqual(
    commandPurposes.map(() => 'accounts:openCommandKey'),
  );
  now += 5_000;
  const { key, keyId } = await open();
  now += 1_000;
  keys.principalOf(key, visit);
  expect(keys.list().find((one) => one.keyId === keyId)).toEqual({
    keyId,
    purpose: 'registry',
    createdAtMs: 1_005_000,
    lastUsedAtMs: 1_006_000,
    address: '127.0.0.1',
  });
});

it('end when nobody uses them, after an hour in any case, and when they are given back', async () => {
  const ended: string[] = [];
  keys.onEnded((sessionId) => ended.push(sessionId));
  const idle = await open();
  now += 10 * 60_000;
  expect(keys.principalOf(idle.key, visit)).toBeUndefined();
  const busy = await open();
  for (let minutes = 0; minutes < 55; minutes += 5) {
    now += 5 * 60_000;
    expect(keys.principalOf(busy.key, visit)).toBeDefined();
  }
  now += 5 * 60_000;
  expect(keys.principalOf(busy.key, visit)).toBeUndefined();
  const given = await open();
  expect(keys.end(given.keyId)).toEqual({ ok: true, data: {} });
  expect(keys.principalOf(given.key, visit)).toBeUndefined();
  expect(keys.end(given.keyId)).toMatchObject({ ok: false, reason: 'accounts.no_such_key' });
  expect(ended).toEqual([idle, busy, given].map(({ keyId }) => `command:${keyId}`));
});

it('end by themselves, with what goes on by them, when nobody uses them nor asks for another', async () => {
  const ended: string[] = [];
  keys.onEnded((sessionId) => ended.push(sessionId));
  const { keyId } = await open();
  now += 10 * 60_000 - 1;
  keys.expire();
  expect(ended).toEqual([]);
  now += 1;
  keys.expire();
  expect(ended).toEqual([`command:${keyId}`]);
  expect(keys.list()).toEqual([]);
});

it('are never more than fifty: the one that was used longest ago goes', async () => {
  const first = await open();
  const second = await open();
  for (let more = 0; more < 48; more += 1) {
    now += 1;
    await open();
  }
  now += 1;
  keys.principalOf(first.key, visit);
  await open();
  expect(keys.list()).toHaveLength(50);
  expect(keys.principalOf(first.key, visit)).toBeDefined();
  expect(keys.principalOf(second.key, visit)).toBeUndefined();
});

it.each(['', 'made-up', 'x'.repeat(100_000)])(
  'are known by their secret only, not by %.20j',
  async (secret) => {
    await open();
    expect(keys.principalOf(secret, visit)).toBeUndefined();
  },
);
