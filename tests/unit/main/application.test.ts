import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readDisplaysChannel } from '../../../src-main/windows/bridge.ts';
import { makeKioskCode } from '../../../src-main/settings/kioskCode.ts';
import type { HubTrouble } from '../../../src-main/hub/troubles.ts';
import { settingsInMemory } from './settingsInMemory.ts';
import { startApplication } from './startApplication.ts';
import {
  ContentsStandIn,
  createElectronStandIn,
  displayStandIn,
  type ElectronStandIn,
} from './electronStandIn.ts';

const origin = 'http://127.0.0.1:7400';
const wallUrl = `${origin}/wall.html?screen=main`;
const silence: HubTrouble = { kind: 'unreachable', origin, detail: 'connect ECONNREFUSED' };

function onlyWindow(standIn: ElectronStandIn) {
  const [window, ...others] = standIn.windows();
  expect(others).toEqual([]);
  if (!window) throw new Error('no window is open');
  return window;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a hub that runs already', () => {
  it('is shown on the display, and none is started', async () => {
    const { standIn, hubs } = await startApplication();
    expect(onlyWindow(standIn).webContents.loaded).toEqual([wallUrl]);
    expect(hubs).toEqual([]);
  });

  it('lets the wall in by a ticket, once', async () => {
    const { standIn } = await startApplication([], { ticket: 'TICKET' });
    expect(onlyWindow(standIn).webContents.loaded).toEqual([`${wallUrl}&ticket=TICKET`]);
  });

  it('is asked for nothing by the key of an old access link', async () => {
    const { standIn } = await startApplication(['--hub', `${origin}/wall.html?access=KEY`]);
    expect(onlyWindow(standIn).webContents.loaded).toEqual([wallUrl]);
  });

  it('keeps the display awake', async () => {
    const { standIn } = await startApplication();
    expect(standIn.blockers).toEqual(['prevent-display-sleep']);
  });
});

describe('no hub', () => {
  it('starts one, says so meanwhile, and shows it when it is ready', async () => {
    const { standIn, hubs } = await startApplication([], { hubAnswers: false });
    const { loaded } = onlyWindow(standIn).webContents;
    expect(hubs).toHaveLength(1);
    expect(loaded).toEqual([expect.stringMatching(/^data:text\/html/)]);
    hubs[0]?.events.onReady({ origin: 'http://127.0.0.1:7455' });
    await vi.advanceTimersByTimeAsync(0);
    expect(loaded.at(-1)).toBe('http://127.0.0.1:7455/wall.html?screen=main');
  });

  it('is noticed within 10 s although the pages keep their pictures, and so is its return', async () => {
    const { standIn, answer } = await startApplication(['--hub', origin, '--surface', 'desk']);
    const { loaded } = onlyWindow(standIn).webContents;
    const state = () => standIn.desktop.tray?.menu[0]?.label;
    expect(state()).toContain('已连接服务器');
    await vi.advanceTimersByTimeAsync(60_000);
    answer.trouble = silence;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(state()).toBe('未连接服务器');
    answer.trouble = undefined;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(state()).toContain('已连接服务器');
    const titles = standIn.desktop.notifications.map(({ title }) => title);
    expect(titles).toEqual(['服务器没有应答', '服务器已恢复']);
    expect(loaded).toHaveLength(1);
  });

  it('is not what one late answer makes of it', async () => {
    const { standIn, answer } = await startApplication(['--hub', origin, '--surface', 'desk']);
    await vi.advanceTimersByTimeAsync(4_000);
    answer.trouble = silence;
    await vi.advanceTimersByTimeAsync(1_500);
    answer.trouble = undefined;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(standIn.desktop.notifications).toEqual([]);
  });

  it('starts none where somebody named the hub, and asks until it answers', async () => {
    const { standIn, hubs, answer } = await startApplication(['--hub', origin], { hubAnswers: false });
    const { loaded } = onlyWindow(standIn).webContents;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(hubs).toEqual([]);
    expect(loaded).toEqual([expect.stringMatching(/^data:text\/html/)]);
    answer.trouble = undefined;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(loaded.at(-1)).toBe(wallUrl);
  });

  it('restarts one that dies, and leaves the surface alone meanwhile', async () => {
    const { standIn, hubs } = await startApplication([], { hubAnswers: false });
    hubs[0]?.events.onReady({ origin });
    await vi.advanceTimersByTimeAsync(0);
    const { loaded } = onlyWindow(standIn).webContents;
    const before = loaded.length;
    hubs[0]?.events.onEnded('ended by SIGKILL');
    await vi.advanceTimersByTimeAsync(500);
    expect(hubs).toHaveLength(2);
    hubs[1]?.events.onReady({ origin });
    await vi.advanceTimersByTimeAsync(0);
    expect(loaded).toHaveLength(before);
  });

  it('rests longer before each start of one that keeps dying', async () => {
    const { hubs } = await startApplication([], { hubAnswers: false });
    hubs[0]?.events.onEnded('port in use');
    await vi.advanceTimersByTimeAsync(500);
    hubs[1]?.events.onEnded('port in use');
    await vi.advanceTimersByTimeAsync(999);
    expect(hubs).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(hubs).toHaveLength(3);
  });
});

describe('what a page may do', () => {
  it('stays on the hub, in its own window', async () => {
    const { standIn } = await startApplication();
    const contents = onlyWindow(standIn).webContents;
    expect(contents.navigate(`${origin}/desk.html`)).toBe(true);
    expect(contents.navigate('http://127.0.0.1:7401/wall.html')).toBe(false);
    expect(contents.navigate('file:///etc/passwd')).toBe(false);
    expect(contents.navigate('http://example.org/', 'will-redirect')).toBe(false);
    expect(contents.navigate('', 'will-attach-webview')).toBe(false);
    expect(contents.openWindow(`${origin}/desk.html`)).toEqual({ action: 'deny' });
  });

  it('opens further pages of the hub from a desk, with the same restrictions and without the bridge', async () => {
    const { standIn } = await startApplication(['--surface', 'desk']);
    const contents = onlyWindow(standIn).webContents;
    expect(contents.openWindow(`${origin}/api/v1/docs?lang=en`)).toEqual({
      action: 'allow',
      overrideBrowserWindowOptions: {
        autoHideMenuBar: true,
        webPreferences: {
          sandbox: true,
          contextIsolation: true,
          nodeIntegration: false,
          webviewTag: false,
          spellcheck: false,
        },
      },
    });
    for (const url of ['http://127.0.0.1:7401/', 'http://example.org/', 'file:///etc/passwd', 'about:blank'])
      expect(contents.openWindow(url)).toEqual({ action: 'deny' });
  });

  it('prints a further page by Ctrl+P, and by no other key', async () => {
    const { standIn } = await startApplication(['--surface', 'desk']);
    const page = new ContentsStandIn();
    onlyWindow(standIn).webContents.emit('did-create-window', { webContents: page });
    expect(page.press('KeyO', { alt: false, shift: false })).toBe(false);
    expect(page.press('KeyP')).toBe(false);
    expect(page.printed).toBe(0);
    expect(page.press('KeyP', { alt: false, shift: false })).toBe(true);
    expect(page.printed).toBe(1);
  });

  it('has microphone and camera as a page of the hub, and nothing else', async () => {
    const { standIn } = await startApplication();
    expect(standIn.askPermission('media', wallUrl)).toBe(true);
    expect(standIn.askPermission('media', 'http://example.org/')).toBe(false);
    expect(standIn.askPermission('geolocation', wallUrl)).toBe(false);
    expect(standIn.checkPermission('media', `${origin}/`)).toBe(true);
    expect(standIn.checkPermission('notifications', `${origin}/`)).toBe(false);
    // What it writes is a text; it reads nothing that was copied elsewhere.
    expect(standIn.askPermission('clipboard-sanitized-write', wallUrl)).toBe(true);
    expect(standIn.askPermission('clipboard-sanitized-write', 'http://example.org/')).toBe(false);
    expect(standIn.askPermission('clipboard-read', wallUrl)).toBe(false);
  });

  it('may use headsets and choose a loudspeaker, and no other device of the machine', async () => {
    const { standIn } = await startApplication();
    expect(standIn.checkPermission('speaker-selection', `${origin}/`)).toBe(true);
    expect(standIn.checkPermission('hid', 'http://example.org/')).toBe(false);
    expect(standIn.checkDevice(origin, 0x0b)).toBe(true);
    // A keyboard, a headset for a foreign page, and a device of another kind.
    expect(standIn.checkDevice(origin, 0x01)).toBe(false);
    expect(standIn.checkDevice('http://example.org', 0x0b)).toBe(false);
    expect(standIn.checkDevice(origin, 0x0b, 'usb')).toBe(false);
    expect(standIn.selectDevice(wallUrl, [0x01, 0x0b])).toBe('device 11');
    expect(standIn.selectDevice(wallUrl, [0x01])).toBeUndefined();
    expect(standIn.selectDevice('http://example.org/', [0x0b])).toBeUndefined();
  });

  it('runs sandboxed, without Node', async () => {
    const { standIn } = await startApplication();
    expect(onlyWindow(standIn).settings.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
    });
  });

  it('reads the displays only as a page of the hub', async () => {
    const { standIn } = await startApplication();
    expect(standIn.invoke(readDisplaysChannel, wallUrl)).toEqual([
      expect.objectContaining({ number: 1, isPrimary: true }),
    ]);
    expect(standIn.invoke(readDisplaysChannel, 'http://example.org/')).toEqual([]);
  });

  it('counts as safe over plain HTTP only from the hub that was named', async () => {
    const { standIn } = await startApplication(['--hub', 'http://192.0.2.7:7400']);
    expect(standIn.switches.get('unsafely-treat-insecure-origin-as-secure')).toBe('http://192.0.2.7:7400');
    const local = await startApplication();
    expect(local.standIn.switches.has('unsafely-treat-insecure-origin-as-secure')).toBe(false);
  });
});

describe('displays', () => {
  it('get surfaces when they come and lose them when they go', async () => {
    const { standIn } = await startApplication(['--surfaces', 'desk@1,wall:main@2']);
    expect(standIn.windows()).toHaveLength(1);
    standIn.screen.displays = [displayStandIn(7, 0), displayStandIn(8, 1)];
    standIn.screen.emit('display-added');
    await vi.advanceTimersByTimeAsync(500);
    const wall = standIn.windows()[1];
    expect(wall?.bounds).toEqual(displayStandIn(8, 1).bounds);
    expect(wall?.fullscreen).toBe(true);
    expect(wall?.webContents.loaded).toEqual([wallUrl]);
    standIn.screen.displays = [displayStandIn(7, 0)];
    standIn.screen.emit('display-removed');
    await vi.advanceTimersByTimeAsync(500);
    expect(wall?.destroyed).toBe(true);
    expect(standIn.windows()).toHaveLength(1);
    expect(standIn.app.exited).toBe(false);
  });

  it('that are all gone for a moment close nothing', async () => {
    const { standIn } = await startApplication();
    const lone = standIn.screen.displays;
    standIn.screen.displays = [];
    standIn.screen.emit('display-removed');
    await vi.advanceTimersByTimeAsync(500);
    expect(standIn.windows()).toHaveLength(1);
    standIn.screen.displays = lone;
  });

  it('move a wall when their resolution changes, out of kiosk and back', async () => {
    const { standIn } = await startApplication(['--surface', 'wall', '--kiosk']);
    const window = onlyWindow(standIn);
    const bounds = { x: 0, y: 0, width: 3840, height: 2160 };
    standIn.screen.displays = [{ ...displayStandIn(7, 0), bounds }];
    standIn.screen.emit('display-metrics-changed');
    await vi.advanceTimersByTimeAsync(500);
    expect(window.bounds).toEqual(bounds);
    expect(window.kiosk).toBe(true);
    expect(window.webContents.loaded).toHaveLength(1);
  });

  it('that are turned take the desk with them, and leave it where its user put it otherwise', async () => {
    const { standIn } = await startApplication(['--surface', 'desk']);
    const window = onlyWindow(standIn);
    const own = { x: 40, y: 40, width: 800, height: 600 };
    window.setBounds(own);
    standIn.screen.emit('display-metrics-changed');
    await vi.advanceTimersByTimeAsync(500);
    expect(window.bounds).toEqual(own);
    const turned = { x: 0, y: 0, width: 1080, height: 1920 };
    standIn.screen.displays = [{ ...displayStandIn(7, 0), bounds: turned, workArea: turned }];
    standIn.screen.emit('display-metrics-changed');
    await vi.advanceTimersByTimeAsync(500);
    expect(window.bounds.x + window.bounds.width).toBeLessThanOrEqual(turned.width);
    expect(window.bounds.width).toBeGreaterThan(own.width);
  });
});

describe('a surface', () => {
  it('that crashed is loaded again, later each time', async () => {
    const { standIn } = await startApplication();
    const { webContents } = onlyWindow(standIn);
    webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 11 });
    await vi.advanceTimersByTimeAsync(500);
    expect(webContents.loaded).toEqual([wallUrl, `${wallUrl}&replaced=crashed`]);
    webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 11 });
    await vi.advanceTimersByTimeAsync(999);
    expect(webContents.loaded).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(webContents.loaded).toHaveLength(3);
  });

  it('that had no memory left is loaded again with that cause', async () => {
    const { standIn } = await startApplication();
    const { webContents } = onlyWindow(standIn);
    webContents.emit('render-process-gone', {}, { reason: 'oom', exitCode: 5 });
    await vi.advanceTimersByTimeAsync(500);
    expect(webContents.loaded).toEqual([wallUrl, `${wallUrl}&replaced=outOfMemory`]);
  });

  it('that stops answering is ended and loaded again, unless it recovers', async () => {
    const { standIn } = await startApplication();
    const window = onlyWindow(standIn);
    window.emit('unresponsive');
    window.emit('responsive');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(window.webContents.forcedCrashes).toBe(0);
    window.emit('unresponsive');
    await vi.advanceTimersByTimeAsync(10_500);
    expect(window.webContents.forcedCrashes).toBe(1);
    expect(window.webContents.loaded).toEqual([wallUrl, `${wallUrl}&replaced=hung`]);
  });

  it('of which the page hangs is loaded again within 3 s', async () => {
    const { standIn } = await startApplication();
    const { webContents } = onlyWindow(standIn);
    webContents.emit('did-finish-load');
    await vi.advanceTimersByTimeAsync(5_000);
    expect(webContents.forcedCrashes).toBe(0);
    webContents.answers = () => new Promise(() => undefined);
    await vi.advanceTimersByTimeAsync(3_000);
    expect(webContents.forcedCrashes).toBe(1);
    expect(webContents.loaded).toEqual([wallUrl, `${wallUrl}&replaced=hung`]);
  });

  it('at which somebody works is not ended by a page that prints', async () => {
    const { standIn } = await startApplication(['--surface', 'desk']);
    const { webContents } = onlyWindow(standIn);
    webContents.emit('did-finish-load');
    webContents.answers = () => new Promise(() => undefined);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(webContents.forcedCrashes).toBe(0);
  });

  it('that does not load is explained, and comes when the hub answers', async () => {
    const { standIn, answer } = await startApplication(['--hub', origin]);
    const { webContents } = onlyWindow(standIn);
    answer.trouble = silence;
    webContents.emit('did-fail-load', {}, -102, 'ERR_CONNECTION_REFUSED', wallUrl, true);
    await vi.advanceTimersByTimeAsync(500);
    expect(webContents.loaded.at(-1)).toMatch(/^data:text\/html/);
    answer.trouble = undefined;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(webContents.loaded.at(-1)).toBe(wallUrl);
  });

  it('is not troubled by loads that were replaced or lie in a frame', async () => {
    const { standIn } = await startApplication();
    const { webContents } = onlyWindow(standIn);
    webContents.emit('did-fail-load', {}, -3, 'ERR_ABORTED', wallUrl, true);
    webContents.emit('did-fail-load', {}, -102, 'ERR_CONNECTION_REFUSED', wallUrl, false);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(webContents.loaded).toEqual([wallUrl]);
  });
});

describe('a kiosk', () => {
  it('is not closed by a key, and is left with the supervisor’s code', async () => {
    const settings = settingsInMemory({ kioskCode: makeKioskCode('open sesame') });
    const { standIn } = await startApplication(['--kiosk'], { settings });
    const window = onlyWindow(standIn);
    expect(window.close()).toBe(false);
    expect(window.webContents.press('KeyQ')).toBe(false);
    expect(window.webContents.press('KeyM', { alt: false })).toBe(false);
    expect(window.webContents.press('KeyM')).toBe(true);
    expect(window.webContents.loaded.at(-1)).toBe('mingchu-shell://settings/');

    const post = (form: Record<string, string>): Promise<Response> =>
      standIn.fetchLocal(
        new Request('http://settings/', { method: 'POST', body: new URLSearchParams(form).toString() }),
      );
    expect((await post({ action: 'leave' })).status).toBe(303);
    expect(await (await post({ action: 'code', code: 'open' })).text()).toContain('口令不正确');
    expect(standIn.app.exited).toBe(false);
    const opened = await (await post({ action: 'code', code: 'open sesame' })).text();
    const token = /name="token" value="(\w+)"/.exec(opened)?.[1] ?? '';
    await post({ action: 'leave', token });
    await vi.advanceTimersByTimeAsync(0);
    expect(standIn.app.exited).toBe(true);
  });

  it('goes back to its surface when nobody knows the code', async () => {
    const { standIn } = await startApplication(['--kiosk']);
    const { webContents } = onlyWindow(standIn);
    webContents.press('KeyM');
    const page = await (await standIn.fetchLocal(new Request('http://settings/'))).text();
    expect(page).toContain('本机没有设置口令');
    await standIn.fetchLocal(new Request('http://settings/', { method: 'POST', body: 'action=surface' }));
    expect(webContents.loaded.at(-1)).toBe(wallUrl);
  });

  it('has a page of the hub lead to none of the shell’s own', async () => {
    const { standIn } = await startApplication(['--kiosk']);
    const { webContents } = onlyWindow(standIn);
    expect(webContents.navigate('mingchu-shell://settings/')).toBe(false);
    webContents.press('KeyM');
    expect(webContents.navigate('mingchu-shell://settings/')).toBe(true);
    expect(webContents.navigate('http://example.org/')).toBe(false);
  });
});

describe('the key that switches talk on and off', () => {
  const given = settingsInMemory;
  const keysOf = async (args: string[], settings = given({ talkToggle: 'F13' }), taken: string[] = []) => {
    const standIn = createElectronStandIn();
    for (const key of taken) standIn.takenKeys.add(key);
    await startApplication(args, { settings, standIn });
    return standIn;
  };

  it('is none by itself, in a kiosk, without a desk, and where another program has it', async () => {
    expect((await keysOf(['--surface', 'desk'], given())).keys.size).toBe(0);
    expect((await keysOf(['--surface', 'desk', '--kiosk'])).keys.size).toBe(0);
    expect((await keysOf(['--surface', 'wall'])).keys.size).toBe(0);
    expect((await keysOf(['--surface', 'desk'], undefined, ['F13'])).keys.size).toBe(0);
  });

  it('is shown as taken on the settings page where another program has it, and no more with another one', async () => {
    const settings = given({ talkToggle: 'F13' });
    const standIn = await keysOf(['--surface', 'desk'], settings, ['F13']);
    const taken = '所选的全局通话键已被其他程序占用';
    const page = await (await standIn.fetchLocal(new Request('http://settings/'))).text();
    expect(page).toContain(taken);
    const token = /name="token" value="(\w+)"/.exec(page)?.[1] ?? '';
    const body = new URLSearchParams({ action: 'save', token, talkToggle: 'F14' }).toString();
    const saved = await standIn.fetchLocal(new Request('http://settings/', { method: 'POST', body }));
    expect(await saved.text()).not.toContain(taken);
  });

  it('notifies the page of the desk, and no other page', async () => {
    const standIn = await keysOf(['--surface', 'desk']);
    const { webContents } = onlyWindow(standIn);
    standIn.keys.get('F13')?.();
    expect(webContents.sent).toEqual(['mingchu:talkToggle']);
    webContents.press('KeyM');
    const later = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 1_000);
    standIn.keys.get('F13')?.();
    later.mockRestore();
    expect(webContents.sent).toHaveLength(1);
  });

  it('is pressed once while it is held, however long, and once more after it was let go', async () => {
    const standIn = await keysOf(['--surface', 'desk']);
    const { webContents } = onlyWindow(standIn);
    const clock = vi.spyOn(performance, 'now');
    let atMs = performance.now();
    const comes = (afterMs: number): void => {
      clock.mockReturnValue((atMs += afterMs));
      standIn.keys.get('F13')?.();
    };
    comes(0);
    comes(600);
    for (let repeat = 0; repeat < 100; repeat += 1) comes(33);
    expect(webContents.sent).toHaveLength(1);
    comes(700);
    expect(webContents.sent).toHaveLength(2);
    clock.mockRestore();
  });

  it('is the one that is chosen now, and is given back at the end', async () => {
    const settings = given({ talkToggle: 'F13' });
    const standIn = await keysOf(['--surface', 'desk'], settings);
    const page = await (await standIn.fetchLocal(new Request('http://settings/'))).text();
    expect(page).toContain('value="F13" selected');
    const token = /name="token" value="(\w+)"/.exec(page)?.[1] ?? '';
    const save = (form: Record<string, string>): Promise<Response> => {
      const body = new URLSearchParams({ action: 'save', token, ...form }).toString();
      return standIn.fetchLocal(new Request('http://settings/', { method: 'POST', body }));
    };
    await save({ talkToggle: 'Control+Alt+T' });
    expect([...standIn.keys.keys()]).toEqual(['Control+Alt+T']);
    await save({ talkToggle: 'Escape' });
    expect(standIn.keys.size).toBe(0);
    await save({ talkToggle: 'F14' });
    standIn.app.quit();
    expect(standIn.keys.size).toBe(0);
  });
});

describe('a certificate', () => {
  it('is accepted of the hub that was compared, and judged by Chromium otherwise', async () => {
    const { standIn } = await startApplication();
    expect(standIn.verifyCertificate('192.0.2.7', '192.0.2.7')).toBe(0);
    expect(standIn.verifyCertificate('another', '192.0.2.7')).toBe(-3);
  });
});

describe('the end', () => {
  it('waits for the hub that was started here', async () => {
    const { standIn, application, hubs } = await startApplication([], { hubAnswers: false });
    application.quit();
    await vi.advanceTimersByTimeAsync(0);
    expect(standIn.windows()).toEqual([]);
    expect(hubs[0]?.stops).toBe(1);
    expect(standIn.app.exited).toBe(false);
    hubs[0]?.finishStop();
    await vi.advanceTimersByTimeAsync(0);
    expect(standIn.app.exited).toBe(true);
  });

  it('comes with the last window, and leaves a hub alone that was found', async () => {
    const { standIn, hubs } = await startApplication();
    onlyWindow(standIn).destroy();
    await vi.advanceTimersByTimeAsync(0);
    expect(standIn.app.exited).toBe(true);
    expect(hubs).toEqual([]);
  });

  it('starts nothing more afterwards', async () => {
    const { standIn, hubs } = await startApplication([], { hubAnswers: false });
    hubs[0]?.events.onEnded('ended by SIGKILL');
    standIn.app.quit();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(standIn.app.exited).toBe(true);
    expect(hubs).toHaveLength(1);
  });
});

describe('a second instance', () => {
  it('ends at once, and the first comes to the front', async () => {
    const second = await startApplication([], { standIn: createElectronStandIn({ isFirstInstance: false }) });
    expect(second.standIn.app.exited).toBe(true);
    expect(second.standIn.windows()).toEqual([]);
    const first = await startApplication();
    first.standIn.app.emit('second-instance');
    expect(onlyWindow(first.standIn).focused).toBe(1);
  });
});
