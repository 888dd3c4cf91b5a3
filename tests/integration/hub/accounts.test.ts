import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timeCodeAt } from '../../../src-sfu/features/accounts/timeCodes.ts';
import { addPerson, browser, command, personPassword } from '../../support/accountBrowser.ts';
import { startHubProcess, type HubProcess } from '../../support/processes.ts';

const password = 'four kitchens by the lake';

let hub: HubProcess;
const administrator = (): ReturnType<typeof browser> => admin;
let admin: ReturnType<typeof browser>;
let secret = '';

beforeAll(async () => {
  hub = await startHubProcess({ hasAccount: false });
});
afterAll(() => hub.stop());

describe('a hub that starts for the first time', () => {
  it('makes the administrator by the code on its terminal, and asks for codes before anything else', async () => {
    admin = browser(hub);
    expect((await admin.ask('GET', 'session')).body).toMatchObject({ isFirstRun: true, demoAccounts: [] });
    const { data } = (await command(hub, { command: 'firstCode' })) as unknown as { data: { code: string } };
    expect(hub.output()).toContain(data.code);
    const made = await admin.ask('POST', 'session/redeem', {
      code: data.code.toLowerCase(),
      password,
      signInName: 'Wang.Fang',
      name: '王芳',
    });
    expect(made.body).toMatchObject({ isFirstRun: false, person: { name: '王芳', steps: ['set_up_codes'] } });
    expect((await admin.ask('GET', 'accounts')).body.error?.reason).toBe('accounts.steps_first');
    const begun = await admin.ask('POST', 'session/codes');
    secret = String(begun.body.secret);
    const confirmed = await admin.ask('POST', 'session/codes/confirm', {
      code: timeCodeAt(secret, Date.now()),
    });
    expect(confirmed.body.recoveryCodes).toHaveLength(10);
    expect((await admin.ask('GET', 'accounts')).status).toBe(200);
  });

  it('gives a cookie that scripts and other sites cannot use', async () => {
    const officer = browser(hub);
    const { data } = (await command(hub, {
      command: 'add',
      signInName: 'cookie',
      name: '李',
      role: 'duty_officer',
    })) as unknown as { data: { code: string } };
    const { setCookies } = await officer.ask('POST', 'session/redeem', { code: data.code, password });
    expect(setCookies).toHaveLength(2);
    for (const cookie of setCookies) expect(cookie).toMatch(/; HttpOnly; SameSite=Strict$/);
  });

  it('keeps the socket of the command line to its own user', () => {
    expect(statSync(join(hub.dataDir, 'hub.sock')).mode & 0o777).toBe(0o600);
  });
});

describe('signing in', () => {
  it.each(['王芳', 'Мария', 'Ἀλέξανδρος', 'محمد', 'สมชาย', 'אברהם', 'علی\u200cرضا', '👩🏽‍🍳 Chef', 'Zoë'])(
    'takes the sign-in name %s',
    async (name) => {
      const added = (await command(hub, {
        command: 'add',
        signInName: name,
        name,
        role: 'duty_officer',
      })) as unknown as { ok: boolean; message?: string; data: { code: string } };
      const person = browser(hub);
      const redeemed = await person.ask('POST', 'session/redeem', { code: added.data.code, password });
      expect(redeemed.body).toMatchObject({ person: { name } });
      const again = await browser(hub).ask('POST', 'session', { signInName: name, password });
      expect(again.status).toBe(200);
    },
  );

  it('refuses a password of 1 MB, and bodies that are none, at once', async () => {
    const { ask } = browser(hub);
    const began = performance.now();
    const long = await ask('POST', 'session', { signInName: 'wang.fang', password: 'x'.repeat(1 << 20) });
    expect(long.status).toBe(413);
    const wrong: unknown[] = [{}, [], 'text', 7, { signInName: ['a'], password: {} }];
    for (const body of wrong) expect((await ask('POST', 'session', body)).status).toBe(400);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('knows nobody by the cookie of another host, and nobody by a made-up one', async () => {
    const { ask } = browser(hub);
    for (const value of ['x', '__proto__', 'a'.repeat(3_000), '%', '"quoted"', '💥']) {
      const cookie = `mingchu-person-1=${encodeURIComponent(value)}; __Host-mingchu-person-7443=${encodeURIComponent(value)}`;
      const { body, status } = await ask('GET', 'session', undefined, { cookie });
      expect([status, body.person]).toEqual([200, undefined]);
    }
  });

  it('finds its own cookie among those of other hubs on this machine', async () => {
    const [[name = '', value = ''] = []] = administrator().jar;
    const cookie = `mingchu-person-1=other; ${name}=${value}; mingchu-person-2=other`;
    const { body } = await browser(hub).ask('GET', 'session', undefined, { cookie });
    expect(body).toMatchObject({ person: { name: '王芳' } });
  });

  it('signs one out, and lists and ends the other sign-ins of the account', async () => {
    const first = browser(hub);
    const second = browser(hub);
    for (const { ask } of [first, second]) {
      expect((await ask('POST', 'session', { signInName: 'Zoë', password })).status).toBe(200);
    }
    const { body } = await first.ask('GET', 'session/sign-ins');
    const others = (body.signIns as { sessionId: string; address: string }[]).filter(
      ({ sessionId }) => sessionId !== body.current,
    );
    expect(others[0]).toMatchObject({ address: '127.0.0.1' });
    for (const { sessionId } of others) {
      expect((await first.ask('DELETE', `session/sign-ins/${sessionId}`)).status).toBe(200);
    }
    expect((await second.ask('GET', 'session')).body.person).toBeUndefined();
    await first.ask('DELETE', 'session');
    expect((await first.ask('GET', 'session/sign-ins')).body.error?.reason).toBe('accounts.signed_out');
  });

  it('locks a desk, unlocks it with the password only, and lets another person take the seat', async () => {
    const desk = browser(hub);
    await desk.ask('POST', 'session', { signInName: 'Zoë', password });
    await desk.ask('POST', 'session/lock', {});
    expect((await desk.ask('GET', 'session/sign-ins')).body.error?.reason).toBe('accounts.locked');
    expect((await desk.ask('POST', 'session/unlock', { proof: 'wrong' })).status).toBe(403);
    expect((await desk.ask('POST', 'session/unlock', { proof: password })).body).toMatchObject({
      person: { isLocked: false },
    });
    await desk.ask('POST', 'session/lock', {});
    const before = new Map(desk.jar);
    const taken = await desk.ask('POST', 'session', { signInName: 'Мария', password });
    expect(taken.body).toMatchObject({ person: { name: 'Мария', isLocked: false } });
    const cookie = [...before].map((pair) => pair.join('=')).join('; ');
    const old = await browser(hub).ask('GET', 'session', undefined, { cookie });
    expect(old.body.person).toBeUndefined();
  });
});

describe('administration', () => {
  it('is refused to others, and asks for the password or a code again', async () => {
    const officer = browser(hub);
    await officer.ask('POST', 'session', { signInName: 'Zoë', password });
    expect((await officer.ask('GET', 'accounts')).body.error?.reason).toBe('session.forbidden');
    const account = { signInName: 'auditor', name: '审计', role: 'auditor' };
    expect((await officer.ask('POST', 'accounts', account)).status).toBe(403);
    expect((await administrator().ask('POST', 'accounts', account)).status).toBe(201);
  });

  it('is refused to an administrator of some districts, who could give the whole city away, and so is pairing', async () => {
    const county = { districts: ['咸安区'], squads: ['wenquan'] };
    const part = await addPerson(hub, { name: '县', role: 'administrator', scope: county });
    const { body } = await part.ask('POST', 'session/codes', {});
    const code = timeCodeAt(String(body.secret), Date.now());
    expect((await part.ask('POST', 'session/codes/confirm', { code })).status).toBe(200);
    const account = { signInName: 'whole', name: '全', role: 'administrator' };
    for (const [method, path, sent] of [
      ['GET', 'accounts', undefined],
      ['POST', 'accounts', account],
      ['POST', 'pairings/confirm', { code: 'AAAA-BBBB', name: '大屏' }],
    ] as const) {
      const refused = await part.ask(method, path, sent);
      expect([path, refused.status, refused.body.error?.reason]).toEqual([
        path,
        403,
        'session.outside_scope',
      ]);
    }
  });

  it('is in the audit log with the account of who did it: accounts, own password, exports and what was refused', async () => {
    const person = await addPerson(hub, { name: '赵敏', role: 'duty_officer' });
    await person.ask('GET', 'accounts');
    await person.ask('POST', 'session/password', {
      oldPassword: personPassword,
      newPassword: `${personPassword}!`,
    });
    await person.ask('POST', 'session/lock', {});
    await person.ask('POST', 'session/unlock', { proof: `${personPassword}!` });
    await person.ask('POST', 'session/confirm', { proof: `${personPassword}!` });
    const made = { signInName: 'named', name: '名', role: 'auditor' };
    expect((await administrator().ask('POST', 'accounts', made)).status).toBe(201);
    await command(hub, { command: 'change', signInName: 'named', role: 'supervisor' });
    expect((await administrator().ask('GET', 'registry/export')).status).toBe(200);
    expect((await administrator().ask('GET', 'alerts.csv')).status).toBe(200);
    const log = await fetch(`${hub.url}/api/v1/audit.csv`, { headers: { cookie: administrator().cookie() } });
    const lines = (await log.text()).split('\n');
    const found = (action: string, name: string): string | undefined =>
      lines.find((line) => line.includes(`,${action},`) && line.includes(name) && line.includes('""role""'));
    for (const action of ['changePassword', 'lockDesk', 'unlockDesk', 'confirm']) {
      expect([action, found(`accounts:${action}`, '赵敏')?.includes('duty_officer')]).toEqual([action, true]);
    }
    expect(found('accounts:change', 'command line')).toContain('command_line');
    for (const action of ['accounts:add', 'cameras:exportRegistry', 'alerts:exportCsv']) {
      expect([action, found(action, '王芳')?.includes('administrator')]).toEqual([action, true]);
    }
    await expect
      .poll(async () => {
        const again = await fetch(`${hub.url}/api/v1/audit.csv`, {
          headers: { cookie: administrator().cookie() },
        });
        return (await again.text()).includes('session:denied,GET /api/v1/accounts');
      })
      .toBe(true);
  });

  it('makes a code for a forgotten password, which is used once and ends the sign-ins of before', async () => {
    const person = browser(hub);
    await person.ask('POST', 'session', { signInName: 'Zoë', password });
    const { accounts } = (await administrator().ask('GET', 'accounts')).body as unknown as {
      accounts: { accountId: string; signInName: string }[];
    };
    const id = accounts.find(({ signInName }) => signInName === 'Zoë')?.accountId ?? '';
    const reset = await administrator().ask('POST', `accounts/${id}/reset`, {});
    expect((await person.ask('GET', 'session')).body.person).toBeUndefined();
    expect((await person.ask('POST', 'session', { signInName: 'Zoë', password })).status).toBe(403);
    const redeem = { code: reset.body.code, password: 'another kitchen by the sea' };
    const answers = await Promise.all([
      browser(hub).ask('POST', 'session/redeem', redeem),
      browser(hub).ask('POST', 'session/redeem', redeem),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('keeps the last administrator', async () => {
    const answer = await command(hub, { command: 'change', signInName: 'wang.fang', role: 'auditor' });
    expect(answer).toMatchObject({ ok: false, reason: 'accounts.last_administrator' });
  });

  it('refuses commands that are none', async () => {
    for (const line of [{}, [], { command: 'drop' }, { command: 'add' }, { command: 'list', extra: 1 }]) {
      expect(await command(hub, line)).toMatchObject({ ok: false, reason: 'accounts.malformed' });
    }
  });
});

describe('pairing', () => {
  it('lets a wall in by the code it shows, once it was confirmed at a desk', async () => {
    const wall = browser(hub);
    const begun = await wall.ask('POST', 'pairings', { surface: 'wall', screenId: 'main' });
    const { secret: wallSecret, code } = begun.body;
    expect((await wall.ask('POST', 'pairings/collect', { secret: wallSecret })).body.isPaired).toBe(false);
    expect((await wall.ask('POST', 'pairings/confirm', { code, name: '大屏' })).status).toBe(401);
    expect((await administrator().ask('POST', 'pairings/confirm', { code, name: '大屏' })).status).toBe(200);
    expect((await administrator().ask('POST', 'pairings/confirm', { code, name: '大屏' })).status).toBe(404);
    expect((await wall.ask('POST', 'pairings/collect', { secret: wallSecret })).body.isPaired).toBe(true);
    expect((await wall.ask('GET', 'screen')).body).toEqual({
      screen: { surface: 'wall', screenId: 'main', name: '大屏' },
    });
    const { screens } = (await administrator().ask('GET', 'accounts')).body as unknown as {
      screens: { pairingId: string }[];
    };
    await administrator().ask('DELETE', `screens/${screens[0]?.pairingId ?? ''}`);
    expect((await wall.ask('GET', 'screen')).body).toEqual({});
  });
});

it('knows its people again after it was started again with another hub.key, but not their authenticators', async () => {
  const { dataDir } = hub;
  await hub.stop();
  const { rmSync } = await import('node:fs');
  rmSync(join(dataDir, 'hub.key'));
  hub = await startHubProcess({ dataDir, hasAccount: false });
  expect(hub.output()).toContain('npm run accounts -- reset NAME --with-codes');
  // That of the administrator and that of the county's.
  const health = (await (await fetch(`${hub.url}/healthz`)).json()) as { accounts: object };
  expect(health.accounts).toEqual({ notStored: 0, unreadableAuthenticators: 2 });
  const reset = (await command(hub, {
    command: 'reset',
    signInName: 'wang.fang',
    withTimeCodes: true,
  })) as unknown as { data: { code: string } };
  const back = await browser(hub).ask('POST', 'session/redeem', { code: reset.data.code, password });
  expect(back.body).toMatchObject({ person: { steps: ['set_up_codes'] } });
});
