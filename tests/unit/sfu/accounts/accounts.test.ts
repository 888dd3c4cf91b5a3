import { beforeEach, describe, expect, it } from 'vitest';
import { createAccountBook } from '../../../../src-sfu/features/accounts/accountBook.ts';
import { createLateWrites } from '../../../../src-sfu/features/accounts/lateWrites.ts';
import { createMemoryAccounts } from '../../../../src-sfu/features/accounts/accounts.repository.ts';
import { createAccountsService } from '../../../../src-sfu/features/accounts/accounts.service.ts';
import { createOneTimeCodes } from '../../../../src-sfu/features/accounts/oneTimeCodes.ts';
import { createOwnAccount, stepsOf } from '../../../../src-sfu/features/accounts/ownAccount.ts';
import type { PasswordHasher } from '../../../../src-sfu/features/accounts/passwordHash.ts';
import { createProofs } from '../../../../src-sfu/features/accounts/proofs.ts';
import { createSessions, idleLifeMs, longestLifeMs } from '../../../../src-sfu/features/accounts/sessions.ts';
import { createSignInDelays } from '../../../../src-sfu/features/accounts/signInDelays.ts';
import { createSignInService } from '../../../../src-sfu/features/accounts/signIn.service.ts';
import { timeCodeAt } from '../../../../src-sfu/features/accounts/timeCodes.ts';
import { confirmationLifeMs } from '../../../../src-shared/accounts/accounts.protocol.ts';
import { createKnownDevices } from '../../../../src-sfu/http/accounts/knownDevices.ts';
import { createSequence } from '../../../../src-sfu/base/sequence.ts';
import type { Ack } from '../../../../src-shared/protocol/define.ts';

const caller = { address: '192.0.2.1', device: 'Chromium' };
const password = 'four kitchens by the lake';

/** Hashes nothing, and counts how often it was asked. */
function plainHasher() {
  let asked = 0;
  let meanwhile: (() => Promise<unknown>) | undefined;
  const work = async (): Promise<void> => {
    const once = meanwhile;
    meanwhile = undefined;
    await once?.();
  };
  return {
    async hash(text) {
      await work();
      return `plain ${text}`;
    },
    async verify(text, stored) {
      asked += 1;
      await work();
      return stored === `plain ${text}`;
    },
    asked: () => asked,
    /** What happens during the next hashing. */
    meanwhile: (work: () => Promise<unknown>) => void (meanwhile = work),
  } satisfies PasswordHasher & { asked(): number; meanwhile(work: () => Promise<unknown>): void };
}

/** Accounts in memory whose next writes can be held up, as by a database that is locked. */
function heldAccounts() {
  const memory = createMemoryAccounts();
  const holds: Promise<void>[] = [];
  return {
    ...memory,
    async save(...change: Parameters<typeof memory.save>) {
      await holds.shift();
      await memory.save(...change);
    },
    /** Holds the next write that is not held yet; the function lets it go on. */
    hold(): () => void {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      holds.push(promise);
      return () => resolve(undefined);
    },
  };
}
/** Lets everything go on that waits for nothing but its turn. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function start() {
  let now = 1_790_000_000_000;
  let waitedMs = 0;
  const nowMs = (): number => now;
  const repository = heldAccounts();
  const stored = await repository.load();
  const book = createAccountBook({ repository, stored: stored.accounts });
  const onFault = (error: unknown): void => {
    throw error;
  };
  const lateWrites = createLateWrites({ repository, onFault });
  const sessions = createSessions({ repository, lateWrites, stored: [], nowMs, onFault });
  const codes = createOneTimeCodes({ repository, stored: [], nowMs });
  const hasher = plainHasher();
  const { exclusive } = createSequence();
  const proofs = createProofs({ book, hasher, wallMs: nowMs });
  const delays = createSignInDelays({ nowMs });
  const signIn = createSignInService({
    lateWrites,
    book,
    sessions,
    proofs,
    delays,
    wait(delayMs) {
      waitedMs = delayMs;
      now += delayMs;
      return Promise.resolve();
    },
    nowMs,
    wallMs: nowMs,
  });
  const own = createOwnAccount({
    book,
    sessions,
    hasher,
    signIn,
    proofs,
    codes,
    exclusive,
    nowMs,
    wallMs: nowMs,
  });
  const accounts = createAccountsService({ book, sessions, codes, hasher, exclusive, nowMs });
  return {
    repository,
    book,
    sessions,
    hasher,
    signIn,
    own,
    accounts,
    nowMs,
    pass: (ms: number) => void (now += ms),
    waitedMs: () => waitedMs,
  };
}
type Hub = Awaited<ReturnType<typeof start>>;

function dataOf<T>(answer: Ack<T>): T {
  if (!answer.ok) throw new Error(answer.message);
  return answer.data;
}
const reasonOf = (answer: Ack<unknown>): string | undefined => (answer.ok ? undefined : answer.reason);

async function firstAdministrator(hub: Hub) {
  const code = hub.own.firstRunCode() ?? '';
  return dataOf(await hub.own.redeem({ code, password, signInName: 'Wang.Fang', name: '王芳' }, caller));
}

describe('accounts', () => {
  let hub: Hub;
  beforeEach(async () => {
    hub = await start();
  });

  it('makes the first administrator by the code of the terminal, once', async () => {
    const code = hub.own.firstRunCode() ?? '';
    const wrong = { code: 'AAAA-BBBB-CCCC', password, signInName: 'eve', name: 'Eve' };
    expect(reasonOf(await hub.own.redeem(wrong, caller))).toBe('accounts.code_unknown');
    expect((await firstAdministrator(hub)).account).toMatchObject({ role: 'administrator', name: '王芳' });
    const again = { code, password, signInName: 'eve', name: 'Eve' };
    expect(reasonOf(await hub.own.redeem(again, caller))).toBe('accounts.code_unknown');
    expect(hub.own.firstRunCode()).toBeUndefined();
  });

  it('asks for the password again after five minutes, from the last time that it was given, and after the date was set back', async () => {
    const { session } = await firstAdministrator(hub);
    const { isConfirmed } = hub.sessions;
    hub.pass(confirmationLifeMs - 1);
    expect(isConfirmed(session)).toBe(true);
    hub.pass(1);
    expect(isConfirmed(session)).toBe(false);
    await hub.sessions.confirm(session, '王芳');
    expect(isConfirmed(session)).toBe(true);
    hub.pass(confirmationLifeMs - 1);
    expect(isConfirmed(session)).toBe(true);
    hub.pass(1);
    expect(isConfirmed(session)).toBe(false);
    await hub.sessions.confirm(session, '王芳');
    hub.pass(-1);
    expect(isConfirmed(session)).toBe(false);
  });

  it('keeps the last administrator when two remove each other at the same time', async () => {
    const { account: one } = await firstAdministrator(hub);
    const { account: other } = dataOf(
      await hub.accounts.add({ signInName: 'li', name: '李', role: 'administrator' }, { name: '王芳' }),
    );
    const answers = await Promise.all([
      hub.accounts.change(other.accountId, { isDisabled: true }, { name: '王芳' }),
      hub.accounts.change(one.accountId, { role: 'duty_officer' }, { name: '李' }),
    ]);
    expect(answers.map(reasonOf)).toEqual([undefined, 'accounts.last_administrator']);
  });

  it('does not change what somebody asked for who was removed before the turn came', async () => {
    const { account: one, session: ofOne } = await firstAdministrator(hub);
    const made = dataOf(
      await hub.accounts.add({ signInName: 'li', name: '李', role: 'administrator' }, { name: '王芳' }),
    );
    const { account: other, session: ofOther } = dataOf(
      await hub.own.redeem({ code: made.code, password }, caller),
    );
    const actorOf = ({ accountId, name }: typeof one, { sessionId }: typeof ofOne) => ({
      name,
      accountId,
      isSignedIn: () => hub.sessions.of(sessionId) !== undefined,
    });
    const [byOne, byOther] = [actorOf(one, ofOne), actorOf(other, ofOther)];
    const answers = await Promise.all([
      hub.accounts.change(other.accountId, { isDisabled: true }, byOne),
      hub.accounts.change(one.accountId, { isDisabled: true }, byOther),
      hub.accounts.reset(one.accountId, { withTimeCodes: true }, byOther),
      hub.accounts.add({ signInName: 'eve', name: 'Eve', role: 'administrator' }, byOther),
      hub.accounts.add({ signInName: 'zhao', name: '赵', role: 'auditor' }, byOne),
    ]);
    const gone = 'accounts.signed_out';
    expect(answers.map(reasonOf)).toEqual([undefined, gone, gone, gone, undefined]);
    expect(hub.book.find(one.accountId)).toMatchObject({
      isDisabled: false,
      passwordHash: `plain ${password}`,
    });
    expect(hub.book.findByName('eve')).toBeUndefined();
  });

  it('of an administrator are not reset from the own desk, which would show the code to nobody', async () => {
    const { account, token } = await firstAdministrator(hub);
    const actor = { name: '王芳', accountId: account.accountId, isSignedIn: () => true };
    expect(reasonOf(await hub.accounts.reset(account.accountId, { withTimeCodes: false }, actor))).toBe(
      'accounts.own_reset',
    );
    expect(hub.sessions.find(token)).toBeDefined();
    const byCommand = await hub.accounts.reset(
      account.accountId,
      { withTimeCodes: false },
      { name: 'command line' },
    );
    expect(byCommand.ok).toBe(true);
  });

  it('keeps the last administrator of the whole city: one of some districts cannot take the place', async () => {
    const { account: one } = await firstAdministrator(hub);
    const county = { districts: ['咸安区'], squads: 'all' as const };
    const made = dataOf(
      await hub.accounts.add(
        { signInName: 'li', name: '李', role: 'administrator', scope: county },
        { name: '王芳' },
      ),
    );
    dataOf(await hub.own.redeem({ code: made.code, password }, caller));
    for (const change of [{ isDisabled: true }, { role: 'auditor' as const }, { scope: county }]) {
      expect(reasonOf(await hub.accounts.change(one.accountId, change, { name: '李' }))).toBe(
        'accounts.last_administrator',
      );
    }
  });

  it('takes a code of one use once, also when it comes twice at the same time, and not after a day', async () => {
    await firstAdministrator(hub);
    const add = (signInName: string) =>
      hub.accounts.add({ signInName, name: 'Li', role: 'duty_officer' }, { name: '王芳' });
    const { code } = dataOf(await add('li'));
    const answers = await Promise.all([
      hub.own.redeem({ code, password }, caller),
      hub.own.redeem({ code, password }, caller),
    ]);
    expect(answers.map(reasonOf)).toEqual([undefined, 'accounts.code_used']);
    const late = dataOf(await add('zhao'));
    hub.pass(24 * 3_600_000);
    expect(reasonOf(await hub.own.redeem({ code: late.code, password }, caller))).toBe(
      'accounts.code_expired',
    );
  });

  it('refuses a password of 1 MB before anything is computed with it', async () => {
    await firstAdministrator(hub);
    const before = hub.hasher.asked();
    const answer = await hub.signIn.signIn(
      { signInName: 'wang.fang', password: 'x'.repeat(1 << 20) },
      caller,
    );
    expect(reasonOf(answer)).toBe('accounts.wrong_sign_in');
    expect(hub.hasher.asked()).toBe(before);
  });

  it('computes as much for a name that does not exist, and answers the same', async () => {
    await firstAdministrator(hub);
    const before = hub.hasher.asked();
    const unknown = await hub.signIn.signIn({ signInName: 'nobody', password }, caller);
    const wrong = await hub.signIn.signIn({ signInName: 'wang.fang', password: 'wrong' }, caller);
    expect(unknown).toEqual(wrong);
    expect(hub.hasher.asked()).toBe(before + 2);
  });

  it.each(['wang.fang', ' WANG.FANG ', 'ｗａｎｇ．ｆａｎｇ'])(
    'knows %j by its sign-in name',
    async (signInName) => {
      await firstAdministrator(hub);
      expect((await hub.signIn.signIn({ signInName, password }, caller)).ok).toBe(true);
    },
  );

  it('slows wrong attempts, waits 20 s at most, and never locks out', async () => {
    await firstAdministrator(hub);
    for (let attempt = 0; attempt < 40; attempt += 1) {
      await hub.signIn.signIn({ signInName: 'wang.fang', password: 'wrong' }, caller);
    }
    expect(hub.waitedMs()).toBe(20_000);
    expect((await hub.signIn.signIn({ signInName: 'wang.fang', password }, caller)).ok).toBe(true);
  });

  it('does not delay a known browser for what others guess', async () => {
    const { account } = await firstAdministrator(hub);
    for (let from = 0; from < 60; from += 1) {
      const other = { address: `198.51.100.${from}`, device: '' };
      await hub.signIn.signIn({ signInName: 'wang.fang', password: 'wrong' }, other);
    }
    const before = hub.nowMs();
    const known = { ...caller, known: { accountIds: [account.accountId], deviceId: 'one' } };
    expect((await hub.signIn.signIn({ signInName: 'wang.fang', password }, known)).ok).toBe(true);
    expect(hub.nowMs()).toBe(before);
  });

  it('slows a guesser with an account of his own alike, however many browsers he makes known with it', async () => {
    await firstAdministrator(hub);
    const devices = createKnownDevices({ seal: (secret) => secret, open: (sealed) => sealed });
    const guess = async (): Promise<void> => {
      // Another sign-in with his own account, without the cookie of those before: another known browser.
      const cookie = encodeURIComponent(devices.after(undefined, 'his own'));
      const known = devices.of({ headers: { cookie: `mingchu-device-8830=${cookie}` } });
      expect(known?.accountIds).toEqual(['his own']);
      await hub.signIn.signIn({ signInName: 'wang.fang', password: 'wrong' }, { ...caller, known });
    };
    for (let attempt = 0; attempt < 12; attempt += 1) await guess();
    const before = hub.nowMs();
    for (let attempt = 0; attempt < 30; attempt += 1) await guess();
    // One in 20 s, as from one network.
    expect(hub.nowMs() - before).toBeGreaterThanOrEqual(30 * 15_000);
  });

  it('asks for a code once codes are set up; takes each code and each recovery code once', async () => {
    const { session } = await firstAdministrator(hub);
    const { secret } = dataOf(hub.own.beginTimeCodes(session));
    const { recoveryCodes } = dataOf(
      await hub.own.confirmTimeCodes(session, timeCodeAt(secret, hub.nowMs())),
    );
    hub.pass(60_000);
    const code = timeCodeAt(secret, hub.nowMs());
    const [recovery = ''] = recoveryCodes;
    const tries = [undefined, code, code, recovery, recovery.toLowerCase().replace('-', ' ')];
    const reasons: (string | undefined)[] = [];
    for (const typed of tries) {
      reasons.push(
        reasonOf(await hub.signIn.signIn({ signInName: 'wang.fang', password, code: typed }, caller)),
      );
    }
    const wrong = 'accounts.wrong_code';
    expect(reasons).toEqual(['accounts.code_needed', undefined, wrong, undefined, wrong]);
  });

  it('makes new recovery codes for who may never have seen the first ones, which no longer count', async () => {
    const { session, account } = await firstAdministrator(hub);
    expect(reasonOf(await hub.own.makeRecoveryCodes(session))).toBe('accounts.no_authenticator');
    const isUnkept = () => hub.book.find(account.accountId)?.areRecoveryCodesUnkept;
    const { secret } = dataOf(hub.own.beginTimeCodes(session));
    const first = dataOf(await hub.own.confirmTimeCodes(session, timeCodeAt(secret, hub.nowMs())));
    expect(isUnkept()).toBe(true);
    const second = dataOf(await hub.own.makeRecoveryCodes(session));
    expect(isUnkept()).toBe(true);
    dataOf(await hub.own.keepRecoveryCodes(session));
    expect(isUnkept()).toBeUndefined();
    const signIn = (code = '') => hub.signIn.signIn({ signInName: 'wang.fang', password, code }, caller);
    expect(reasonOf(await signIn(first.recoveryCodes[0]))).toBe('accounts.wrong_code');
    expect((await signIn(second.recoveryCodes[0])).ok).toBe(true);
    // Whoever signs in with one has them.
    const third = dataOf(await hub.own.makeRecoveryCodes(session));
    expect((await signIn(third.recoveryCodes[0])).ok).toBe(true);
    expect(isUnkept()).toBeUndefined();
  });

  it('says the date of the hub when a code of another date comes', async () => {
    const { session } = await firstAdministrator(hub);
    const { secret } = dataOf(hub.own.beginTimeCodes(session));
    const twoDaysOff = timeCodeAt(secret, hub.nowMs() + 2 * 86_400_000);
    expect(await hub.own.confirmTimeCodes(session, twoDaysOff)).toMatchObject({
      reason: 'accounts.wrong_code',
      parameters: { hubDate: '2026-09-21 14:13' },
    });
  });

  it('ends sign-ins after their time, used or not', async () => {
    const { token } = await firstAdministrator(hub);
    hub.pass(idleLifeMs - 1);
    const session = hub.sessions.find(token);
    expect(session).toBeDefined();
    hub.pass(1);
    expect(hub.sessions.find(token)).toBeUndefined();
    const again = dataOf(await hub.signIn.signIn({ signInName: 'wang.fang', password }, caller));
    for (let passed = 0; passed < longestLifeMs; passed += 3_600_000) {
      hub.sessions.used(again.session, caller.address);
      hub.pass(3_600_000);
    }
    expect(hub.sessions.find(again.token)).toBeUndefined();
  });

  it('ends a sign-in that was made by a date which was set back since', async () => {
    const { token } = await firstAdministrator(hub);
    hub.pass(-60_000);
    expect(hub.sessions.find(token)).toBeUndefined();
  });

  it('ends the sign-ins of an account that is disabled, and says so at once', async () => {
    await firstAdministrator(hub);
    const { account, code } = dataOf(
      await hub.accounts.add({ signInName: 'li', name: 'Li', role: 'duty_officer' }, { name: '王芳' }),
    );
    const { token, session } = dataOf(await hub.own.redeem({ code, password }, caller));
    const ended: string[] = [];
    hub.sessions.onEnded((sessionId) => ended.push(sessionId));
    await hub.accounts.change(account.accountId, { isDisabled: true }, { name: '王芳' });
    expect([ended, hub.sessions.find(token)]).toEqual([[session.sessionId], undefined]);
    expect(reasonOf(await hub.signIn.signIn({ signInName: 'li', password }, caller))).toBe(
      'accounts.wrong_sign_in',
    );
  });
});

describe('an account that is changed while its owner does something', () => {
  let hub: Hub;
  beforeEach(async () => {
    hub = await start();
  });
  const owner = async () => {
    await firstAdministrator(hub);
    const made = dataOf(
      await hub.accounts.add({ signInName: 'li', name: 'Li', role: 'duty_officer' }, { name: '王芳' }),
    );
    return dataOf(await hub.own.redeem({ code: made.code, password }, caller));
  };
  const withCodes = async () => {
    const opened = await owner();
    const { secret } = dataOf(hub.own.beginTimeCodes(opened.session));
    dataOf(await hub.own.confirmTimeCodes(opened.session, timeCodeAt(secret, hub.nowMs())));
    hub.pass(60_000);
    return { ...opened, code: timeCodeAt(secret, hub.nowMs()) };
  };
  const reset = (accountId: string) =>
    hub.accounts.reset(accountId, { withTimeCodes: false }, { name: '王芳' });

  it('stays disabled, and the code that was given meanwhile is used up', async () => {
    const { account, code } = await withCodes();
    const letGo = [hub.repository.hold(), hub.repository.hold()];
    const disabling = hub.accounts.change(account.accountId, { isDisabled: true }, { name: '王芳' });
    const signingIn = hub.signIn.signIn({ signInName: 'li', password, code }, caller);
    for (const one of letGo) {
      await settled();
      one();
    }
    expect([(await disabling).ok, reasonOf(await signingIn)]).toEqual([true, 'accounts.wrong_sign_in']);
    expect(hub.book.find(account.accountId)?.isDisabled).toBe(true);
    expect((await hub.repository.load()).accounts).toContainEqual(hub.book.find(account.accountId));
    await hub.accounts.change(account.accountId, { isDisabled: false }, { name: '王芳' });
    expect(reasonOf(await hub.signIn.signIn({ signInName: 'li', password, code }, caller))).toBe(
      'accounts.wrong_code',
    );
  });

  it('keeps a code used that was taken while an administrator gave the account another name', async () => {
    const { account, code } = await withCodes();
    const letGo = hub.repository.hold();
    const renaming = hub.accounts.change(account.accountId, { name: '李静' }, { name: '王芳' });
    const signingIn = hub.signIn.signIn({ signInName: 'li', password, code }, caller);
    await settled();
    letGo();
    expect([(await renaming).ok, (await signingIn).ok]).toEqual([true, true]);
    expect(hub.book.find(account.accountId)?.name).toBe('李静');
    expect(reasonOf(await hub.signIn.signIn({ signInName: 'li', password, code }, caller))).toBe(
      'accounts.wrong_code',
    );
  });

  it('gets no new password from who gave the old one before an administrator reset it', async () => {
    const { account, session } = await owner();
    hub.hasher.meanwhile(() => reset(account.accountId));
    const changed = await hub.own.changePassword(session, password, 'nine woks and a lantern', caller);
    expect(reasonOf(changed)).toBe('accounts.wrong_password');
    expect(hub.book.find(account.accountId)?.passwordHash).toBeUndefined();
  });

  it('gets no new password from a sign-in that was ended meanwhile', async () => {
    const { account, session } = await owner();
    hub.hasher.meanwhile(() => hub.sessions.end((one) => one === session));
    const changed = await hub.own.changePassword(session, password, 'nine woks and a lantern', caller);
    expect(reasonOf(changed)).toBe('accounts.wrong_password');
    expect(hub.book.find(account.accountId)?.passwordHash).toBe(`plain ${password}`);
  });

  it('is not opened by the password of before when it is reset while that one is checked or stored', async () => {
    const { account } = await owner();
    hub.hasher.meanwhile(() => reset(account.accountId));
    const signIn = () => hub.signIn.signIn({ signInName: 'li', password }, caller);
    expect(reasonOf(await signIn())).toBe('accounts.wrong_sign_in');

    const { code } = dataOf(await reset(account.accountId));
    dataOf(await hub.own.redeem({ code, password }, caller));
    const letGo = hub.repository.hold();
    const signingIn = signIn();
    await settled();
    await reset(account.accountId);
    letGo();
    expect(reasonOf(await signingIn)).toBe('accounts.wrong_sign_in');
    expect(hub.sessions.list().filter(({ accountId }) => accountId === account.accountId)).toEqual([]);
  });
});

describe('an account whose authenticator the hub cannot read', () => {
  it('is entered with a recovery code only, and then makes new codes', async () => {
    const hub = await start();
    const { session, account } = await firstAdministrator(hub);
    const { secret } = dataOf(hub.own.beginTimeCodes(session));
    const { recoveryCodes } = dataOf(
      await hub.own.confirmTimeCodes(session, timeCodeAt(secret, hub.nowMs())),
    );
    const stored = hub.book.find(account.accountId);
    if (stored === undefined) throw new Error('there is no account');
    // As it is read with another hub.key.
    await hub.book.save({ ...stored, timeCodeSecret: undefined, unreadableTimeCodeSecret: 'v2.sealed' });
    hub.pass(60_000);
    const signIn = (code?: string) => hub.signIn.signIn({ signInName: 'wang.fang', password, code }, caller);
    expect(reasonOf(await signIn())).toBe('accounts.code_needed');
    expect(reasonOf(await signIn(timeCodeAt(secret, hub.nowMs())))).toBe('accounts.codes_unreadable');
    const opened = dataOf(await signIn(recoveryCodes[0]));
    expect(stepsOf(opened.account)).toEqual(['set_up_codes']);
    const { secret: newSecret } = dataOf(hub.own.beginTimeCodes(opened.session));
    dataOf(await hub.own.confirmTimeCodes(opened.session, timeCodeAt(newSecret, hub.nowMs())));
    hub.pass(60_000);
    expect((await signIn(timeCodeAt(newSecret, hub.nowMs()))).ok).toBe(true);
  });
});
