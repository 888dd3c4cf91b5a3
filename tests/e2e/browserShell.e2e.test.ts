import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findBrowserUser, profilesOf } from '../../src-main/chromium/browserUser.ts';
import { findBrowser } from '../../src-main/chromium/chromium.ts';
import { openCommandSocket } from '../../src-sfu/http/accounts/commandSocket.ts';
import { createLogger } from '../../src-sfu/logger.ts';
import type { Page } from 'playwright';
import { eventually, mediaWorkerBinary, startHubProcess } from '../support/processes.ts';
import { askShellPage, seenByTests } from '../support/shellPage.ts';
import { hubFetch } from '../support/testAccount.ts';
import { noXDisplay, startXDisplay, type XDisplay } from '../support/xDisplay.ts';
import { startHubStandIn, type HubStandIn } from './hubStandIn.ts';
import { describeShell } from './shellCases.ts';

const entry = fileURLToPath(new URL('../../src-main/browserShell.ts', import.meta.url));

/** As root the browser runs as a user of its own, with its profiles in that user's home. */
const user = process.getuid?.() === 0 ? findBrowserUser() : undefined;
const profilesFor = (folder: string): string =>
  user === undefined ? folder : profilesOf(user, join(folder, 'shell'));

/** The folder of the browser of one surface. */
const profileOf = (surface: string): string =>
  join(profilesFor(dataDir), ...(user === undefined ? ['shell'] : []), surface);

let dataDir = '';
let hub: HubStandIn;
let shell: ChildProcess | undefined;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'mingchu-shell-'));
  hub = await startHubStandIn();
});
afterEach(async () => {
  if (shell?.exitCode === null && shell.signalCode === null) {
    shell.kill('SIGKILL');
    await once(shell, 'exit');
  }
  await noBrowserLeft();
  await hub.close();
  for (const folder of [profilesFor(dataDir), dataDir]) rmSync(folder, { recursive: true, force: true });
});

/** Runs the shell without a display and waits until its page is there. */
function openShell(...args: string[]): Promise<{ shell: ChildProcess; opened: Record<string, unknown> }> {
  const flags = ['--headless', ...args.filter((arg) => arg === seenByTests)];
  return runShell(['--hub', hub.origin, ...args.filter((arg) => arg !== seenByTests), '--', ...flags]);
}

/** Runs the shell with settings of its own and waits until its page is there. */
async function runShell(
  args: string[],
  settings: NodeJS.ProcessEnv = {},
): Promise<{ shell: ChildProcess; opened: Record<string, unknown> }> {
  const child = spawn(process.execPath, [entry, ...args], {
    env: { ...process.env, ...settings, MINGCHU_DATA_DIR: dataDir, MINGCHU_PARENT_PIPE: '1' },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  shell = child;
  const opened = Promise.withResolvers<Record<string, unknown>>();
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
    const record = JSON.parse(line) as Record<string, unknown>;
    if (record.msg === 'shell opened') opened.resolve(record);
  });
  child.once('exit', (code) => opened.reject(new Error(`the shell ended with ${code} before it opened`)));
  return { shell: child, opened: await opened.promise };
}

/** Processes of the browser that runs in this test's profile: all of them name it, or descend from one that does. */
function browserProcesses(type?: string, of = dataDir): number[] {
  const commandLines = new Map<number, string>();
  const parents = new Map<number, number>();
  for (const pid of readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    try {
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const [state, parent] = status.slice(status.lastIndexOf(')') + 2).split(' ');
      if (state === 'Z') continue;
      commandLines.set(pid, commandLine);
      parents.set(pid, Number(parent));
    } catch {
      // It ended meanwhile.
    }
  }
  const isOfBrowser = (pid: number | undefined): boolean => {
    if (pid === undefined) return false;
    return (commandLines.get(pid)?.includes(profilesFor(of)) ?? false) || isOfBrowser(parents.get(pid));
  };
  return [...commandLines.keys()].filter(
    (pid) =>
      isOfBrowser(pid) &&
      (type === undefined || (commandLines.get(pid)?.includes(`--type=${type}`) ?? false)),
  );
}

async function noBrowserLeft(of = dataDir): Promise<void> {
  await vi.waitFor(() => expect(browserProcesses(undefined, of)).toEqual([]), {
    timeout: 10_000,
    interval: 100,
  });
}

/** Chromium's sandbox needs name spaces of users, which some containers forbid; there the shell says so and shows nothing. */
const canSandbox =
  spawnSync('unshare', ['--user', 'true'], user === undefined ? {} : { uid: user.uid, gid: user.gid })
    .status === 0;
const canRun = process.platform === 'linux' && findBrowser(process.env) !== undefined && canSandbox;

describe.skipIf(!canRun)(
  `the shell over the system’s Chromium${canSandbox ? '' : ' (skipped: no user namespaces)'}`,
  () => {
    it('opens the surface, says so, and ends with all its processes when asked to', async () => {
      const { shell, opened } = await openShell('--screen', 'east');
      expect(opened).toMatchObject({ level: 30, url: `${hub.origin}/wall.html?screen=east` });
      expect(await hub.pagesAsked(1)).toEqual(['/wall.html?screen=east']);
      expect(browserProcesses().length).toBeGreaterThan(1);
      for (const pid of browserProcesses()) {
        expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('no-sandbox');
        expect(readFileSync(`/proc/${pid}/status`, 'utf8')).not.toMatch(/^Uid:\s+0\s/m);
      }
      // A sandboxed renderer sees no processes but its own: it has a name space of its own.
      const [renderer] = browserProcesses('renderer');
      expect(readlinkSync(`/proc/${renderer}/ns/pid`)).not.toBe(readlinkSync('/proc/self/ns/pid'));
      shell.kill('SIGTERM');
      const [exitCode] = (await once(shell, 'exit')) as [number];
      expect(exitCode).toBe(0);
      await noBrowserLeft();
    });

    it('ends when its parent goes', async () => {
      const { shell } = await openShell('--surface', 'desk');
      shell.disconnect();
      const [exitCode] = (await once(shell, 'exit')) as [number];
      expect(exitCode).toBe(0);
      await noBrowserLeft();
    });

    it('leaves no browser even when it is killed', async () => {
      const { shell } = await openShell();
      shell.kill('SIGKILL');
      await once(shell, 'exit');
      await noBrowserLeft();
    });

    it('loads the surface again when its renderer or the whole browser was killed', async () => {
      const { shell } = await openShell();
      await hub.pagesAsked(1);
      for (const pid of browserProcesses('renderer')) process.kill(pid, 'SIGKILL');
      await hub.pagesAsked(2);
      const browser = browserProcesses().find((pid) => parentOf(pid) === shell.pid);
      process.kill(browser as number, 'SIGKILL');
      expect(await hub.pagesAsked(3)).toHaveLength(3);
    });

    it('has one window on a wall, and is back where it was led away from the hub', async () => {
      const other = await startHubStandIn();
      try {
        await openShell(seenByTests);
        await hub.pagesAsked(1);
        const profile = profileOf('wall-main');
        const send = (method: 'Target.createTarget' | 'Target.getTargets', params = {}): Promise<unknown> =>
          askShellPage(profile, async (page) =>
            (await page.context().browser()?.newBrowserCDPSession())?.send(method, params as never),
          );
        // As Ctrl+T does, for which the keyboard of the display would be needed.
        const { targetId } = await eventually(
          'a second tab',
          () =>
            send('Target.createTarget', { url: 'about:blank' }) as Promise<{ targetId: string } | undefined>,
        );
        await eventually('that it is closed', async () => {
          const known = (await send('Target.getTargets')) as
            { targetInfos: { targetId: string }[] } | undefined;
          return known !== undefined && !known.targetInfos.some((target) => target.targetId === targetId);
        });
        const asked = (await hub.pagesAsked(1)).length;
        const away = `${other.origin}/wall.html`;
        await askShellPage(profile, (page) => page.evaluate((url) => void (location.href = url), away));
        await other.pagesAsked(1);
        expect((await hub.pagesAsked(asked + 1)).at(-1)).toBe('/wall.html?screen=main');
      } finally {
        await other.close();
      }
    });

    it('waits for a hub that is not there yet', async () => {
      const port = Number(new URL(hub.origin).port);
      await hub.close();
      await openShell();
      hub = await startHubStandIn(port);
      expect(await hub.pagesAsked(1)).toEqual(['/wall.html?screen=main']);
    });

    it('hands the ticket of the hub’s socket to the page, and not to the list of processes', async () => {
      const commands = await openCommandSocket({
        dataDir,
        run: () => Promise.resolve({ ok: true, data: { ticket: 'SECRET' } }),
        logger: createLogger('silent'),
      });
      try {
        await openShell();
        expect(await hub.pagesAsked(2)).toEqual([
          '/wall.html?screen=main',
          '/wall.html?screen=main&ticket=SECRET',
        ]);
        for (const pid of browserProcesses()) {
          expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('SECRET');
        }
      } finally {
        await commands?.close();
      }
    });
  },
);

describe.skipIf(!canRun || noXDisplay() !== undefined)('a wall on a machine of its own', () => {
  let display: XDisplay;
  beforeEach(async () => {
    display = await startXDisplay();
    display.setMonitors([{ name: 'only', x: 0, width: 800, height: 720 }]);
  });
  afterEach(() => display.stop());
  const openWindow = (...args: string[]): Promise<{ shell: ChildProcess }> =>
    runShell([...args, '--surface', 'wall', '--kiosk', '--', seenByTests], {
      DISPLAY: display.name,
      WAYLAND_DISPLAY: '',
      MINGCHU_PORT: '0',
      MINGCHU_HTTPS_PORT: '0',
      MINGCHU_RTC_PORT: '0',
      MINGCHU_MEDIA_WORKERS: '1',
      MINGCHU_ANNOUNCE: 'false',
      MINGCHU_WALL_TOUR: 'false',
      MEDIASOUP_WORKER_BIN: mediaWorkerBinary(),
    });
  const ask = <T>(question: (page: Page) => Promise<T>): Promise<T | undefined> =>
    askShellPage(profileOf('wall-main'), question);
  const wallIsThere = (): Promise<boolean> =>
    ask((page) => page.getByText('服务器已连接').count()).then((count) => (count ?? 0) > 0);

  it('is let in by the hub that its shell runs, and is there again after that one was killed', async () => {
    const { shell } = await openWindow();
    await eventually('the wall', wallIsThere);
    const hubs = (): number[] =>
      readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name) && isChild(Number(name), shell.pid))
        .map(Number)
        .filter((pid) => commandOf(pid).includes('src-sfu/index.ts'));
    // Never 0: that would end this run with all that it started.
    const first = await eventually('the hub', () => hubs()[0]);
    process.kill(first, 'SIGKILL');
    await eventually('that the wall says so', async () => !(await wallIsThere()));
    await eventually('another hub', async () => hubs().some((pid) => pid !== first));
    await eventually('the wall, by itself', wallIsThere);
  });

  it('is paired by the code that it shows, and is there again after the hub was killed', async () => {
    const settings = { MINGCHU_WALL_TOUR: 'false' };
    const own = await startHubProcess({ settings });
    await hub.close();
    hub = { ...hub, origin: own.url, close: () => Promise.resolve() };
    let running = own;
    try {
      await openWindow('--hub', own.url);
      const code = await eventually('a code', async () => {
        await ask((page) => page.getByRole('link', { name: '配对此屏幕' }).click({ timeout: 200 }));
        const text = await ask((page) => page.locator('[data-code]').textContent({ timeout: 500 }));
        return /^[2-9A-Z]{4}-[2-9A-Z]{4}$/.test(text ?? '') && text;
      });
      const confirmed = await hubFetch(`${own.url}/api/v1/pairings/confirm`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ code, name: '大厅' }),
      });
      expect(confirmed.status).toBe(200);
      await eventually('the wall', wallIsThere);
      await own.kill();
      await eventually('that the wall says so', async () => !(await wallIsThere()));
      running = await startHubProcess({
        settings,
        dataDir: own.dataDir,
        port: Number(new URL(own.url).port),
        hasAccount: false,
      });
      await eventually('the wall, without another code', wallIsThere);
    } finally {
      await running.stop();
    }
  });
});

describeShell({
  name: 'the shell over the system’s Chromium',
  obstacle: canRun ? noXDisplay() : 'skipped: no Chromium with a sandbox',
  command: process.execPath,
  args: [entry],
  renderers: (of) => browserProcesses('renderer', of),
  async gone(of) {
    await noBrowserLeft(of);
    rmSync(profilesFor(of), { recursive: true, force: true });
  },
});

function isChild(pid: number, parent: number | undefined): boolean {
  try {
    return parentOf(pid) === parent;
  } catch {
    // It ended meanwhile.
    return false;
  }
}

/** Empty where it ended meanwhile. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function parentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]);
}
