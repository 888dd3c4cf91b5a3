import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cookies, SafeStorage } from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCredentialStore } from '../../../src-main/windows/credentialStore.ts';
import { createGraphicsWatch } from '../../../src-main/windows/graphicsWatch.ts';
import { shellWords } from '../../../src-main/settings/shellWords.ts';
import { startApplication } from './startApplication.ts';
import { createElectronStandIn } from './electronStandIn.ts';
import { createDesktopStandIn, type DesktopStandIn } from './desktopStandIn.ts';
import { settingsInMemory } from './settingsInMemory.ts';

const desk = ['--surface', 'desk'];

describe('menus, tray, dialogs and notifications', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are in the language of this machine, from the moment that it is chosen', async () => {
    const settings = settingsInMemory();
    const { standIn } = await startApplication(desk, { settings });
    const labels = () => (standIn.desktop.menu ?? []).map(({ label }) => label);
    expect(labels()).toEqual(['文件', '编辑', '窗口']);
    expect(standIn.desktop.tray).toMatchObject({
      toolTip: '明厨',
      menu: [{ label: '已连接服务器 · 127.0.0.1:7400' }, {}, {}, {}, {}, {}, {}],
    });
    expect(standIn.windows()[0]?.settings.title).toBe('明厨·指挥席');

    standIn.desktop.press('本机显示设置…');
    const page = await (await standIn.fetchLocal(new Request('http://settings/'))).text();
    const token = /name="token" value="(\w+)"/.exec(page)?.[1] ?? '';
    const body = new URLSearchParams({ action: 'save', token, language: 'en' }).toString();
    await standIn.fetchLocal(new Request('http://settings/', { method: 'POST', body }));
    expect(labels()).toEqual(['File', 'Edit', 'Window']);
    expect(standIn.desktop.tray?.menu[0]?.label).toBe('Connected to the server · 127.0.0.1:7400');
  });

  it('lead to settings, test picture and windows', async () => {
    const { standIn } = await startApplication(desk);
    const window = standIn.windows()[0];
    standIn.desktop.press('本机显示设置…');
    expect(window?.webContents.getURL()).toBe('mingchu-shell://settings/');
    standIn.desktop.press('测试图');
    expect(window?.webContents.getURL()).toBe('mingchu-shell://settings/test');
    standIn.desktop.press('显示窗口');
    expect(window?.focused).toBe(3);
    standIn.desktop.press('关于明厨');
    expect(standIn.desktop.shown).toEqual(['about']);
  });

  it('make a support bundle in one click, and say where it is', async () => {
    const { standIn } = await startApplication(desk);
    standIn.desktop.press('生成支持包…');
    await vi.advanceTimersByTimeAsync(0);
    expect(standIn.desktop.messages[0]?.detail).toContain('/data/support/bundle.tar.gz');
    expect(standIn.desktop.shown).toEqual(['/data/support/bundle.tar.gz']);
  });

  it('end the program only after a question', async () => {
    const { standIn } = await startApplication(desk);
    standIn.desktop.answer = 1;
    standIn.desktop.press('退出程序');
    await vi.advanceTimersByTimeAsync(0);
    expect(standIn.app.exited).toBe(false);
    standIn.desktop.answer = 0;
    standIn.desktop.press('退出程序');
    await vi.advanceTimersByTimeAsync(0);
    expect(standIn.app.exited).toBe(true);
    expect(standIn.desktop.tray).toBeUndefined();
  });

  it('are none in a kiosk, of which a menu would be a way out', async () => {
    const { standIn } = await startApplication(['--kiosk']);
    expect(standIn.desktop.menu).toBeNull();
    expect(standIn.desktop.tray).toBeUndefined();
  });

  it('say at a desk that the server is lost and back, and lie over no wall', async () => {
    for (const [args, titles] of [
      [
        ['--hub', 'http://127.0.0.1:7400', ...desk],
        ['服务器没有应答', '服务器已恢复'],
      ],
      [['--hub', 'http://127.0.0.1:7400'], []],
    ] as const) {
      const { standIn, answer } = await startApplication([...args]);
      const contents = standIn.windows()[0]?.webContents;
      const fail = () =>
        contents?.emit('did-fail-load', {}, -102, 'ERR_CONNECTION_REFUSED', contents.getURL(), true);
      answer.trouble = { kind: 'unreachable', origin: 'http://127.0.0.1:7400', detail: '' };
      fail();
      await vi.advanceTimersByTimeAsync(6_000);
      expect(standIn.desktop.tray?.menu[0]?.label).toBe('未连接服务器');
      answer.trouble = undefined;
      await vi.advanceTimersByTimeAsync(6_000);
      expect(standIn.desktop.notifications.map(({ title }) => title)).toEqual(titles);
    }
  });

  it('have every word in both languages', () => {
    const [one, other] = Object.values(shellWords).map((words) => JSON.stringify(Object.keys(words)));
    expect(one).toBe(other);
    expect(JSON.stringify(shellWords.en)).not.toMatch(/\p{Script=Han}/u);
  });
});

describe('the graphics card', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('that fails is reported at the desk, and walls are loaded again with the reason', async () => {
    const { standIn } = await startApplication();
    const update = (compositing: string) => {
      standIn.desktop.compositing = compositing;
      standIn.app.emit('gpu-info-update');
    };
    const contents = standIn.windows()[0]?.webContents;
    update('enabled');
    update('enabled');
    expect(contents?.loaded).toHaveLength(1);
    update('disabled_software');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(contents?.loaded.at(-1)).toContain('replaced=graphicsLost');
    update('disabled_software');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(contents?.loaded).toHaveLength(2);
  });

  it('that never was there is not missed', () => {
    let lost = 0;
    const watch = createGraphicsWatch(() => (lost += 1));
    for (const word of [undefined, 'disabled_software', 'disabled_off']) watch.check(word);
    expect(lost).toBe(0);
    for (const word of ['enabled', undefined, 'disabled_software', 'enabled', 'disabled_software'])
      watch.check(word);
    expect(lost).toBe(2);
  });
});

describe('the credential of this machine', () => {
  let folder = '';
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'mingchu-credentials-'))));
  afterEach(() => {
    vi.useRealTimers();
    rmSync(folder, { recursive: true });
  });

  const cookie = {
    url: 'https://192.0.2.7/',
    name: '__Host-mingchu-screen-7443',
    value: 'planted-credential',
    secure: true,
    httpOnly: true,
    expirationDate: 2_000,
  };
  const open = async (desktop: DesktopStandIn = createDesktopStandIn(), nowMs = 1_000_000) => {
    const warnings: string[] = [];
    const { safeStorage } = desktop.modules as { safeStorage: SafeStorage };
    const store = createCredentialStore({
      cookies: desktop.cookies as unknown as Cookies,
      safeStorage,
      path: join(folder, 'credentials'),
      logger: { warn: (...args: unknown[]) => void warnings.push(String(args.at(-1))) },
      platform: 'linux',
      nowMs: () => nowMs,
    });
    await store.restore();
    return { desktop, store, warnings, kept: () => [...desktop.cookies.kept.values()] };
  };
  const file = (): string => readFileSync(join(folder, 'credentials'), 'utf8');

  it('lies encrypted in a file for its owner only, and in no file of the browser', async () => {
    const { desktop, store, kept } = await open();
    await desktop.cookies.set(cookie);
    expect(store.place).toBe('keyStore');
    expect(Buffer.from(file(), 'base64').toString()).not.toContain('planted-credential');
    expect(statSync(join(folder, 'credentials')).mode & 0o077).toBe(0);
    // Without a date it is in the memory of the browser alone.
    expect(kept()).toEqual([expect.objectContaining({ value: 'planted-credential', httpOnly: true })]);
    expect(kept()[0]).not.toHaveProperty('expirationDate');
  });

  it('is there after a start, and gone after it was taken away or has ended', async () => {
    const first = await open();
    await first.desktop.cookies.set(cookie);
    const second = await open();
    expect(second.kept()).toEqual([expect.objectContaining({ name: cookie.name, value: cookie.value })]);
    expect((await open(undefined, 3_000_000)).kept()).toEqual([]);
    second.desktop.cookies.remove(cookie.name);
    expect((await open()).kept()).toEqual([]);
  });

  it('is not what a page of somebody else set', async () => {
    const { desktop } = await open();
    await desktop.cookies.set({ ...cookie, name: 'other' });
    expect(() => file()).toThrow();
  });

  it.each(['', 'bm9uc2Vuc2U=', '\u0000\u0001', Buffer.from('sealed }{').toString('base64')])(
    'that cannot be decrypted is removed, and the screen shows a code again: %j',
    async (bytes) => {
      writeFileSync(join(folder, 'credentials'), bytes);
      const { kept, warnings } = await open();
      expect(kept()).toEqual([]);
      expect(warnings[0]).toContain('cannot be decrypted');
      expect(() => file()).toThrow();
    },
  );

  it.each([
    ['no key', false, 'gnome_libsecret'],
    ['plain text only', true, 'basic_text'],
  ])(
    'stays where Chromium keeps it where the system has %s, and that is said plainly',
    async (_what, isAvailable, backend) => {
      const desktop = createDesktopStandIn();
      Object.assign(desktop.keyStore, { isAvailable, backend });
      const { store, warnings, kept } = await open(desktop);
      await desktop.cookies.set(cookie);
      expect(store.place).toBe('browser');
      expect(kept()[0]).toHaveProperty('expirationDate');
      expect(() => file()).toThrow();
      expect(warnings).toEqual([expect.stringContaining('no key store')]);
    },
  );

  it('of a desk without a key store is said in a notification and in the settings', async () => {
    vi.useFakeTimers();
    const standIn = createElectronStandIn();
    standIn.desktop.keyStore.isAvailable = false;
    await startApplication(desk, { standIn });
    expect(standIn.desktop.notifications[0]?.title).toBe('系统没有密钥库');
    const page = await (await standIn.fetchLocal(new Request('http://settings/'))).text();
    expect(page).toContain('没有系统密钥库加密');
  });
});
