import { expect, it } from 'vitest';
import { createAccountBook } from '../../../../src-sfu/features/accounts/accountBook.ts';
import { createMemoryAccounts } from '../../../../src-sfu/features/accounts/accounts.repository.ts';
import { createLateWrites } from '../../../../src-sfu/features/accounts/lateWrites.ts';
import { createScreensService } from '../../../../src-sfu/features/accounts/screens.service.ts';
import { createSessions } from '../../../../src-sfu/features/accounts/sessions.ts';
import { createOneTimeCodes } from '../../../../src-sfu/features/accounts/oneTimeCodes.ts';

const nowMs = (): number => 1_790_000_000_000;
const account = {
  accountId: 'a1',
  signInName: 'wang',
  name: '王芳',
  role: 'duty_officer',
  scope: { districts: 'all', squads: 'all' },
  mustChangePassword: false,
  recoveryCodeHashes: [],
  isDemo: false,
  isDisabled: false,
  createdAtMs: nowMs(),
} as const;

/** A store that can be away, and a timer that runs when the test says so. */
function start() {
  const memory = createMemoryAccounts();
  let isAway = false;
  const due: (() => void)[] = [];
  const faults: unknown[] = [];
  const repository = {
    ...memory,
    save: (...change: Parameters<typeof memory.save>) =>
      isAway ? Promise.reject(new Error('database is locked')) : memory.save(...change),
  };
  const onFault = (error: unknown): void => void faults.push(error);
  const lateWrites = createLateWrites({
    repository,
    onFault,
    schedule(work) {
      due.push(work);
      return { cancel: () => void due.splice(due.indexOf(work), 1) };
    },
  });
  const shared = { repository, lateWrites, stored: [], nowMs, onFault };
  return {
    memory,
    repository,
    faults,
    lateWrites,
    sessions: createSessions(shared),
    screens: createScreensService(shared),
    away: (is: boolean) => void (isAway = is),
    async timers() {
      for (const work of due.splice(0)) work();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

it('ends a sign-in at once while the store is away, and writes it when the store is back', async () => {
  const hub = start();
  const { token, session } = await hub.sessions.open(account, { address: '192.0.2.1', device: '' });
  hub.away(true);
  const entry = { atMs: nowMs(), actor: '李', action: 'accounts:revoke', subject: session.sessionId };
  expect(await hub.sessions.end((one) => one === session, entry)).toBe(false);
  expect(hub.sessions.find(token)).toBeUndefined();
  await hub.timers();
  expect((await hub.memory.load()).sessions).toHaveLength(1);
  hub.away(false);
  await hub.timers();
  expect((await hub.memory.load()).sessions).toEqual([]);
  expect(hub.memory.entries.map(({ action }) => action)).toEqual(['accounts:signIn', 'accounts:revoke']);
  expect([hub.lateWrites.waiting(), hub.faults.length]).toEqual([0, 2]);
});

it('locks a desk and revokes a screen while the store is away', async () => {
  const hub = start();
  const { session } = await hub.sessions.open(account, { address: '192.0.2.1', device: '' });
  const screen = { surface: 'wall', screenId: 'main', name: '大屏' } as const;
  const { credential, pairingId } = await hub.screens.pairDirectly(screen, 'hub');
  hub.away(true);
  await hub.sessions.lock(session, true, '李');
  expect((await hub.screens.revoke(pairingId, '李')).ok).toBe(true);
  expect([session.isLocked, hub.screens.find(credential)]).toEqual([true, undefined]);
  hub.away(false);
  await hub.lateWrites.close();
  expect(await hub.memory.load()).toMatchObject({ sessions: [{ isLocked: true }], screens: [] });
  expect(hub.memory.entries.map(({ action }) => action)).toContain('accounts:lockDesk');
});

it('opens no sign-in that it cannot store', async () => {
  const hub = start();
  hub.away(true);
  await expect(hub.sessions.open(account, { address: '192.0.2.1', device: '' })).rejects.toThrow('locked');
  expect(hub.sessions.list()).toEqual([]);
});

it('leaves a code of one use as it was when what it was used for is not stored', async () => {
  const hub = start();
  const book = createAccountBook({ repository: hub.repository, stored: [account] });
  const codes = createOneTimeCodes({ repository: hub.repository, stored: [], nowMs });
  const { code } = await codes.make(account.accountId, '李');
  const found = codes.look(code);
  if (!('accountId' in found)) throw new Error('the code is unknown');
  const used = codes.used(found.codeHash);
  hub.away(true);
  await expect(book.save(account, undefined, { codes: used })).rejects.toThrow('locked');
  expect(codes.look(code)).toHaveProperty('accountId');
  hub.away(false);
  await book.save(account, undefined, { codes: used });
  codes.markUsed(used);
  expect(codes.look(code)).toMatchObject({ reason: 'accounts.code_used' });
});
