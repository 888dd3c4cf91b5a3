import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  findBrowserUser,
  giveTo,
  isWithoutSandbox,
  prepareUser,
  profilesOf,
  type BrowserUser,
} from '../../../src-main/chromium/browserUser.ts';

describe('the user of the browser', () => {
  const root = 'root:x:0:0:root:/root:/bin/bash\n';
  it('is the one that set-up made', () => {
    const line = 'mingchu-browser:x:999:995::/var/lib/mingchu-browser:/usr/sbin/nologin\n';
    expect(findBrowserUser(() => root + line)).toEqual({
      uid: 999,
      gid: 995,
      home: '/var/lib/mingchu-browser',
    });
  });

  it.each([
    ['nobody made', root],
    ['with the number of root', `${root}mingchu-browser:x:0:0::/x:/bin/sh\n`],
    ['without a number', `${root}mingchu-browser:x::::\n`],
    ['without a home', `${root}mingchu-browser:x:999:995:::\n`],
    ['with a longer name', `${root}mingchu-browser2:x:999:995::/x:/bin/sh\n`],
  ])('is none %s', (_which, passwd) => {
    expect(findBrowserUser(() => passwd)).toBeUndefined();
  });

  it('is none where there is no list of users', () => {
    expect(
      findBrowserUser(() => {
        throw new Error('ENOENT');
      }),
    ).toBeUndefined();
  });
});

describe('what the browser gets', () => {
  let folder = '';
  let user: BrowserUser;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mingchu-user-'));
    // Only root may give files away; giving them to oneself is the same call.
    user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, home: join(folder, 'home') };
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is a home, the cookie of the display, and no setting or secret of this product', () => {
    writeFileSync(join(folder, 'cookie'), 'magic', { mode: 0o600 });
    const start = prepareUser(user, {
      PATH: '/usr/bin',
      DISPLAY: ':0',
      XAUTHORITY: join(folder, 'cookie'),
      XDG_RUNTIME_DIR: '/run/user/0',
      MINGCHU_SECRET: 'secret',
    });
    expect(start).toMatchObject({ uid: user.uid, gid: user.gid, folder: user.home });
    expect(start.environment).toEqual({
      PATH: '/usr/bin',
      DISPLAY: ':0',
      XAUTHORITY: join(user.home, '.Xauthority'),
      HOME: user.home,
      USER: 'mingchu-browser',
      LOGNAME: 'mingchu-browser',
    });
    expect(readFileSync(join(user.home, '.Xauthority'), 'utf8')).toBe('magic');
    expect(statSync(join(user.home, '.Xauthority')).mode & 0o077).toBe(0);
  });

  it('is no old cookie where this display has none', () => {
    mkdirSync(user.home);
    writeFileSync(join(user.home, '.Xauthority'), 'old');
    expect(prepareUser(user, { DISPLAY: ':0', HOME: folder }).environment.XAUTHORITY).toBeUndefined();
    expect(existsSync(join(user.home, '.Xauthority'))).toBe(false);
  });

  it('is a folder of profiles for each data folder', () => {
    expect(profilesOf(user, '/a')).not.toBe(profilesOf(user, '/b'));
    const profile = join(profilesOf(user, '/a'), 'wall-main');
    mkdirSync(join(profile, 'Default'), { recursive: true });
    giveTo(user, profile);
    expect(statSync(join(profile, 'Default')).uid).toBe(user.uid);
  });
});

describe('the last words of a browser', () => {
  it('say that the sandbox cannot run here', () => {
    expect(
      isWithoutSandbox(
        'FATAL:zygote_host_impl_linux.cc(132)] No usable sandbox! If you are running on Ubuntu',
      ),
    ).toBe(true);
    expect(isWithoutSandbox('ERROR:dbus/bus.cc(405)] Failed to connect to the bus')).toBe(false);
  });
});
