import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCodeDoor, isKioskCode, makeKioskCode } from '../../../src-main/settings/kioskCode.ts';
import { openSettings } from '../../../src-main/settings/shellSettings.ts';
import { setSignInEntry, signInCommand, signInEntry } from '../../../src-main/settings/startAtSignIn.ts';
import { becomeOneInstance, instanceAddress } from '../../../src-main/windows/oneInstance.ts';
import { displayStandIn } from './electronStandIn.ts';
import { openSettingsPages } from './openSettingsPages.ts';

let folder = '';
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mingchu-settings-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('the settings file', () => {
  const path = (): string => join(folder, 'shell', 'settings.json');
  const open = (damaged: string[] = []) => openSettings(path(), (keptAs) => damaged.push(keptAs));
  const arrangement = (name: string, chosenAtMs = 1) => ({
    displays: [name],
    surfaces: [{ surface: 'wall' as const, screenId: 'main', display: name }],
    chosenAtMs,
  });

  it('keeps what was chosen, for its owner only', () => {
    open().change({ language: 'en', hub: 'http://192.0.2.7:7400' });
    open().remember(arrangement('DP-1'));
    expect(open().read()).toMatchObject({
      language: 'en',
      hub: 'http://192.0.2.7:7400',
      arrangements: [arrangement('DP-1')],
    });
    expect(statSync(path()).mode & 0o077).toBe(0);
    expect(readdirSync(join(folder, 'shell'))).toEqual(['settings.json']);
  });

  it('is whole after a kill in the middle of a write', () => {
    open().change({ language: 'en' });
    // What a killed write leaves: a draft beside the file.
    writeFileSync(`${path()}.new`, '{"version":1,"langu');
    expect(open().read().language).toBe('en');
    open().change({ kiosk: true });
    expect(open().read()).toMatchObject({ language: 'en', kiosk: true });
  });

  it.each(['', '{"version":1', '[]', '{"version":2}', '{"arrangements":[{"displays":"all"}]}', 'null'])(
    'that says %j is put aside, and the shell starts without it',
    (text) => {
      open().change({ kiosk: true });
      writeFileSync(path(), text);
      const damaged: string[] = [];
      expect(open(damaged).read().kiosk).toBe(false);
      expect(damaged).toEqual([`${path()}.damaged`]);
      expect(readFileSync(`${path()}.damaged`, 'utf8')).toBe(text);
    },
  );

  it.each([
    ['of a later version', { version: 2, language: { main: 'zh-CN' }, screens: 4 }],
    ['with one damaged part', { startAtSignIn: 'yes', arrangements: [{ displays: 'all' }] }],
    ['of which nobody can be asked', { __proto__: null, constructor: 1, toString: 'x' }],
  ])('%s stays a kiosk at its hub, also at the start after the next', (_what, more) => {
    const kioskCode = makeKioskCode('123456');
    const kept = { kiosk: true, kioskCode, hub: 'https://192.0.2.7:7443', hubAuthority: 'PEM' };
    open().change(kept);
    open().remember(arrangement('DP-1'));
    const { arrangements, ...whole } = JSON.parse(readFileSync(path(), 'utf8')) as {
      arrangements: unknown[];
    };
    const { arrangements: others = [], ...parts } = { arrangements: [] as unknown[], ...more };
    writeFileSync(
      path(),
      JSON.stringify({ ...whole, version: 2, ...parts, arrangements: [...others, ...arrangements] }),
    );
    const damaged: string[] = [];
    const expected = {
      ...kept,
      language: 'zh-CN',
      startAtSignIn: false,
      arrangements: [arrangement('DP-1')],
    };
    expect(open(damaged).read()).toMatchObject(expected);
    expect(damaged).toEqual([`${path()}.damaged`]);
    expect(open(damaged).read()).toMatchObject(expected);
    expect(damaged).toHaveLength(1);
  });

  it('trusts no authority without the hub that it was compared for', () => {
    open().change({ kiosk: true });
    writeFileSync(path(), JSON.stringify({ kiosk: true, hub: 'ftp://192.0.2.7', hubAuthority: 'PEM' }));
    const read = open().read();
    expect(read.kiosk).toBe(true);
    expect(read.hubAuthority).toBeUndefined();
  });

  it('remembers the latest choice of each set of displays, of 32 sets', () => {
    const file = open();
    for (let index = 0; index < 40; index += 1) file.remember(arrangement(`DP-${index}`, index));
    file.remember(arrangement('DP-20', 99));
    const { arrangements } = open().read();
    expect(arrangements).toHaveLength(32);
    expect(arrangements[0]).toEqual(arrangement('DP-20', 99));
    expect(arrangements.filter(({ displays }) => displays[0] === 'DP-20')).toHaveLength(1);
  });
});

describe('the supervisor’s code', () => {
  it('is not in the file, and opens nothing when it is another', () => {
    const stored = makeKioskCode('夜班 2026');
    expect(JSON.stringify(stored)).not.toContain('2026');
    expect(isKioskCode(stored, '夜班 2026')).toBe(true);
    expect(isKioskCode(stored, '夜班 2027')).toBe(false);
    expect(isKioskCode({ salt: '', hash: '' }, '')).toBe(false);
  });

  it('is waited for after five wrong ones, also when the right one comes', () => {
    let nowMs = 0;
    const door = createCodeDoor(() => nowMs);
    const stored = makeKioskCode('123456');
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(door.open(stored, 'wrong')).toEqual({ result: 'wrong' });
    }
    expect(door.open(stored, '123456')).toEqual({ result: 'wait', waitMs: 60_000 });
    nowMs = 60_000;
    expect(door.open(stored, '123456')).toEqual({ result: 'right' });
  });
});

describe('the settings window', () => {
  it('places surfaces on displays, and remembers it for these displays', async () => {
    const { settings, done, ask, tokenOf } = openSettingsPages();
    const html = await ask();
    expect(html).toContain('display 7');
    expect(html).toContain('value="north"');
    expect(html).toMatch(/value="wall" selected/);
    const saved = await ask({
      action: 'save',
      token: tokenOf(html),
      'surface.0': 'desk',
      'surface.1': 'wall',
      'screen.1': 'east',
      'scale.1': '1.5',
      language: 'en',
      hub: 'http://192.0.2.7:7400/wall.html',
      startAtSignIn: 'on',
    });
    expect(saved).toContain('Saved.');
    expect(done).toEqual(['sign-in true', 'placed']);
    expect(settings.read()).toMatchObject({
      language: 'en',
      hub: 'http://192.0.2.7:7400',
      arrangements: [
        {
          displays: ['display 7 (7)', 'display 8 (8)'],
          surfaces: [
            { surface: 'desk', display: 'display 7 (7)' },
            { surface: 'wall', screenId: 'east', display: 'display 8 (8)', scale: 1.5 },
          ],
          chosenAtMs: 5,
        },
      ],
    });
  });

  it('saves nothing for displays that changed while it was open, whose rows would be about others', async () => {
    const displays = [displayStandIn(7, 0), displayStandIn(8, 1)];
    const { settings, done, ask, tokenOf } = openSettingsPages({ displays });
    const html = await ask();
    const before = settings.read();
    const filled: [string, string][] = [
      ...[...html.matchAll(/name="display" value="([^"]+)"/g)].map(([, name = '']): [string, string] => [
        'display',
        name,
      ]),
      ['surface.0', 'desk'],
      ['surface.1', 'wall'],
    ];
    expect(filled).toHaveLength(4);
    displays.unshift(displayStandIn(9, -1));
    const form = (token: string): [string, string][] => [['action', 'save'], ['token', token], ...filled];
    const refused = await ask(form(tokenOf(html)));
    expect(refused).toContain('显示器刚有变化');
    expect(refused).toContain('display 9');
    expect(settings.read()).toBe(before);
    expect(done).toEqual([]);
    displays.shift();
    expect(await ask(form(tokenOf(refused)))).toContain('已保存');
  });

  it.each([
    [{ 'surface.0': 'desk', 'surface.1': 'desk' }, '同一个界面选了两次'],
    [{ 'surface.0': 'wall', 'screen.0': '../etc' }, '屏幕名称只能使用'],
    [{ hub: 'ftp://192.0.2.7' }, '这不是服务器地址'],
    [{ newCode: '123' }, '口令至少 6 位'],
  ])('says what is wrong with %o and saves nothing', async (form, words) => {
    const { settings, done, ask, tokenOf } = openSettingsPages();
    const before = settings.read();
    expect(await ask({ action: 'save', token: tokenOf(await ask()), ...form })).toContain(words);
    expect(settings.read()).toBe(before);
    expect(done).toEqual([]);
  });

  it('does nothing for a form that came from another page', async () => {
    const { done, ask } = openSettingsPages();
    for (const token of ['', 'none', '0'.repeat(32)]) {
      expect(await ask({ action: 'leave', token })).toBe('moved');
      expect(await ask({ action: 'save', token })).toBe('moved');
    }
    expect(done).toEqual([]);
  });

  it('says where each display stands, and the test picture has its number', async () => {
    const { ask, pages } = openSettingsPages();
    expect(await ask()).toContain('1920 × 1080 · (1920, 0)');
    const circle = async (displayId?: number): Promise<string | undefined> => {
      const answer = await pages.answer({ method: 'GET', path: '/test', form: '', displayId });
      return answer.kind === 'page' ? /class="circle">([^<]*)</.exec(answer.html)?.[1] : undefined;
    };
    // Display 7 is the left one.
    expect([await circle(7), await circle(8), await circle(9), await circle()]).toEqual(['1', '2', '', '']);
  });

  it('leaves two windows on one display as they are until another surface is chosen for it', async () => {
    const display = 'display 7 (7)';
    const { settings, ask, tokenOf } = openSettingsPages({
      placed: [
        { surface: 'wall', screenId: 'main', display },
        { surface: 'desk', display },
      ],
    });
    const token = tokenOf(await ask());
    await ask({ action: 'save', token, 'surface.0': 'wall', 'screen.0': 'main', language: 'en' });
    expect(settings.read()).toMatchObject({ language: 'en', arrangements: [] });
    await ask({ action: 'save', token, 'surface.0': 'desk', 'screen.0': 'main' });
    expect(settings.read().arrangements[0]?.surfaces).toEqual([{ surface: 'desk', display }]);
  });

  it('of a kiosk shows nothing before the code', async () => {
    const { done, ask, tokenOf } = openSettingsPages({
      isKiosk: true,
      given: { kioskCode: makeKioskCode('123456'), hub: 'http://192.0.2.7:7400' },
    });
    expect(await ask()).not.toContain('192.0.2.7');
    expect(tokenOf(await ask())).toBe('none');
    expect(await ask({ action: 'code', code: 'wrong!' })).toContain('口令不正确');
    const html = await ask({ action: 'code', code: '123456' });
    expect(html).toContain('192.0.2.7');
    expect(await ask({ action: 'support', token: tokenOf(html) })).toContain('/data/support/bundle.tar.gz');
    await ask({ action: 'leave', token: tokenOf(html) });
    expect(done).toEqual(['left']);
  });

  it('says what it shows as text, whatever it is', async () => {
    const { ask } = openSettingsPages({ given: { hub: 'http://192.0.2.7/"><script>alert(1)</script>' } });
    expect(await ask()).not.toContain('<script>');
  });

  it('goes back to the surface, and survives a form of any size', async () => {
    const { ask, pages } = openSettingsPages();
    expect(await ask({ action: 'surface' })).toBe('surface');
    expect(await pages.answer({ method: 'POST', path: '/', form: 'x'.repeat(10_000_000) })).toEqual({
      kind: 'moved',
      path: '/',
    });
  });
});

describe('starting when somebody signs in', () => {
  it('is a desktop entry that a shell cannot misread, and goes away again', () => {
    const command = ['/opt/Mingchu app/mingchu', '--hub', 'http://x/?a="$b`c\\d%20'];
    expect(signInEntry(command)).toContain(
      'Exec="/opt/Mingchu app/mingchu" "--hub" "http://x/?a=\\\\"\\\\$b\\\\`c\\\\\\\\d%%20"\n',
    );
    setSignInEntry(true, command, folder);
    expect(readFileSync(join(folder, 'autostart', 'mingchu.desktop'), 'utf8')).toBe(signInEntry(command));
    setSignInEntry(false, command, folder);
    setSignInEntry(false, command, folder);
    expect(readdirSync(join(folder, 'autostart'))).toEqual([]);
  });
});

describe('the command that starts the shell at sign-in', () => {
  it('repeats the variables that it was started with, and no key', () => {
    const environment = {
      PATH: '/usr/bin',
      MINGCHU_DATA_DIR: '/srv/kitchen wall',
      MINGCHU_HUB_URL: 'http://192.0.2.7:7400/wall.html?access=PLANTED',
      MINGCHU_SURFACES: 'desk@1,wall:main@2',
      MINGCHU_KIOSK: '1',
      MINGCHU_PUSH_PRIVATE_KEY: 'PLANTED',
      MINGCHU_SCREEN: '',
    };
    const command = ['/opt/mingchu', '--hub=http://192.0.2.8:7400/?access=PLANTED', '--kiosk'];
    expect(signInCommand(command, environment)).toEqual([
      'env',
      'MINGCHU_DATA_DIR=/srv/kitchen wall',
      'MINGCHU_HUB_URL=http://192.0.2.7:7400',
      'MINGCHU_SURFACES=desk@1,wall:main@2',
      'MINGCHU_KIOSK=1',
      '/opt/mingchu',
      '--hub=http://192.0.2.8:7400',
      '--kiosk',
    ]);
    expect(signInCommand(['/opt/mingchu', '--hub', 'http://192.0.2.8:7400/wall.html'], {})).toEqual([
      '/opt/mingchu',
      '--hub',
      'http://192.0.2.8:7400',
    ]);
  });
});

describe('one instance', () => {
  it('is notified of each later start, also after one that was killed', async () => {
    const address = instanceAddress(folder, 'all');
    // A killed instance leaves its socket.
    writeFileSync(address, '');
    let seconds = 0;
    const first = await becomeOneInstance(address, () => (seconds += 1));
    expect(first).toBeDefined();
    expect(await becomeOneInstance(address, () => undefined)).toBeUndefined();
    expect(await becomeOneInstance(address, () => undefined)).toBeUndefined();
    expect(seconds).toBe(2);
    const other = await becomeOneInstance(instanceAddress(folder, 'desk'), () => undefined);
    expect(other).toBeDefined();
    await first?.close();
    await other?.close();
    const next = await becomeOneInstance(address, () => undefined);
    expect(next).toBeDefined();
    await next?.close();
  });
});
