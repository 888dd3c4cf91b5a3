import { mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  browserArguments,
  findBrowser,
  prepareProfile,
  removeForeignLock,
} from '../../../src-main/chromium/chromium.ts';
import { withUtf8 } from '../../../src-main/chromium/browserProcess.ts';
import { openDevtoolsPipe, type DevtoolsEvent } from '../../../src-main/chromium/devtoolsPipe.ts';
import { noHubPageUrl, renderNoHubPage } from '../../../src-main/windows/noHubPage.ts';

describe('the browser', () => {
  it('is the best one on the path', () => {
    const installed = ['/usr/bin/google-chrome', '/opt/bin/chromium'];
    const find = (PATH: string) => findBrowser({ PATH }, (path) => installed.includes(path));
    expect(find('/usr/bin:/opt/bin')).toBe('/opt/bin/chromium');
    expect(find('/usr/bin')).toBe('/usr/bin/google-chrome');
    expect(find('')).toBeUndefined();
  });

  it('keeps its sandbox, and trusts plain HTTP only from another machine’s hub', () => {
    const flags = (url: string) =>
      browserArguments({ url, profileDir: '/p', mode: 'kiosk', extraFlags: ['--headless'] });
    const local = flags('http://127.0.0.1:7400/wall.html');
    expect(local).toEqual(
      expect.arrayContaining([
        '--app=http://127.0.0.1:7400/wall.html',
        '--user-data-dir=/p',
        '--kiosk',
        '--disable-quic',
        '--autoplay-policy=no-user-gesture-required',
      ]),
    );
    expect(local.join(' ')).not.toMatch(/no-sandbox|unsafely/);
    expect(local.at(-1)).toBe('--headless');
    const remote = flags('http://192.0.2.7:7400/wall.html');
    expect(remote).toContain('--unsafely-treat-insecure-origin-as-secure=http://192.0.2.7:7400');
    expect(remote).toContain('--test-type');
    expect(remote.join(' ')).not.toContain('no-sandbox');
    expect(local).not.toContain('--test-type');
  });

  it('believes the one key of a hub that was compared, and no other certificate fault', () => {
    const url = 'https://192.0.2.7:7443/wall.html';
    const flags = (keyDigest?: string) =>
      browserArguments({ url, profileDir: '/p', mode: 'kiosk', keyDigest, extraFlags: [] });
    expect(flags('DIGEST=')).toContain('--ignore-certificate-errors-spki-list=DIGEST=');
    expect(flags('DIGEST=')).not.toContain('--ignore-certificate-errors');
    expect(flags().join(' ')).not.toContain('certificate');
  });
});

describe('a profile', () => {
  let folder = '';
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mingchu-profile-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made without the offer to translate, and left alone afterwards', () => {
    const settings = join(folder, 'new', 'Default', 'Preferences');
    prepareProfile(join(folder, 'new'));
    expect(JSON.parse(readFileSync(settings, 'utf8'))).toEqual({ translate: { enabled: false } });
    writeFileSync(settings, '{}');
    prepareProfile(join(folder, 'new'));
    expect(readFileSync(settings, 'utf8')).toBe('{}');
  });

  it('is unlocked when the machine had another name', () => {
    const lock = join(folder, 'SingletonLock');
    symlinkSync('kitchen-hub-123', lock);
    removeForeignLock(folder, 'kitchen-hub');
    expect(readlinkSync(lock)).toBe('kitchen-hub-123');
    removeForeignLock(folder, 'kitchen');
    expect(() => readlinkSync(lock)).toThrow('ENOENT');
  });
});

describe('the pipe to the browser', () => {
  function open() {
    const toBrowser = new PassThrough();
    const fromBrowser = new PassThrough();
    const events: DevtoolsEvent[] = [];
    const pipe = openDevtoolsPipe(toBrowser, fromBrowser, (event) => events.push(event));
    return { toBrowser, fromBrowser, events, pipe };
  }

  it('joins answers to questions, in whatever pieces and order they come', async () => {
    const { toBrowser, fromBrowser, pipe } = open();
    const first = pipe.send('Page.navigate', { url: 'http://hub/' }, 'S');
    const second = pipe.send('Page.enable');
    expect(String(toBrowser.read()).split('\0')[0]).toBe(
      '{"id":1,"method":"Page.navigate","params":{"url":"http://hub/"},"sessionId":"S"}',
    );
    const bytes = Buffer.from('{"id":2,"result":{"name":"明厨"}}\0{"id":1,"error":{"message":"no"}}\0');
    for (const byte of bytes) fromBrowser.write(Buffer.of(byte));
    await expect(second).resolves.toEqual({ name: '明厨' });
    await expect(first).rejects.toThrow('no');
  });

  it('reports events, and ends what is still requested when the browser goes', async () => {
    const { fromBrowser, events, pipe } = open();
    const asked = pipe.send('Page.enable');
    fromBrowser.end('{"method":"Target.targetCrashed","params":{"targetId":"T"}}\0');
    await expect(asked).rejects.toThrow('The browser has ended.');
    expect(events).toEqual([
      { method: 'Target.targetCrashed', sessionId: undefined, params: { targetId: 'T' } },
    ]);
    await expect(pipe.send('Page.enable')).rejects.toThrow('The browser has ended.');
  });
});

describe('the page in place of a surface', () => {
  it('says in both languages what happened and what to do, and runs nothing', () => {
    const page = renderNoHubPage({
      kind: 'unreachable',
      origin: 'http://192.0.2.7:7400',
      detail: '<script>alert(1)</script>',
    });
    expect(page).toContain('服务器没有应答');
    expect(page).toContain('The server does not answer.');
    expect(page).toContain('联系运维人员');
    expect(page).not.toContain('<script');
  });

  it('folds addresses, commands and raw errors away from whoever stands before the wall', () => {
    const page = renderNoHubPage({
      kind: 'unreachable',
      origin: 'http://192.0.2.7:7400',
      detail: 'ECONNREFUSED',
    });
    const [shown, folded] = page.split('<details>');
    expect(shown).not.toMatch(/192\.0\.2\.7|npm|ECONNREFUSED|MINGCHU_/);
    expect(folded).toContain('http://192.0.2.7:7400');
    expect(folded).toContain('npm run hub');
    expect(folded).toContain('ECONNREFUSED');
  });

  it('comes whole through its address', () => {
    const url = noHubPageUrl({ kind: 'starting' });
    const encoded = url.slice(url.indexOf(',') + 1);
    expect(Buffer.from(encoded, 'base64').toString()).toBe(renderNoHubPage({ kind: 'starting' }));
  });
});

describe('the locale of the browser', () => {
  it.each([
    [{}, 'C.UTF-8'],
    [{ LANG: 'C' }, 'C.UTF-8'],
    [{ LANG: 'zh_CN.UTF-8', LC_ALL: 'POSIX' }, 'C.UTF-8'],
    [{ LANG: 'zh_CN.utf8' }, undefined],
    [{ LC_ALL: '', LANG: 'zh_CN.UTF-8' }, ''],
    [{ LANG: 'C', LC_CTYPE: 'en_GB.UTF-8' }, undefined],
  ])('of %j is given LC_ALL %j, so that names of files may be Chinese', (environment, expected) => {
    expect(withUtf8(environment).LC_ALL).toBe(expected);
  });
});
