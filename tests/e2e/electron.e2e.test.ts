import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { noXDisplay } from '../support/xDisplay.ts';
import { describeShell } from './shellCases.ts';
import { startHubStandIn, type HubStandIn } from './hubStandIn.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));
const binaryNames: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'electron',
  win32: 'electron.exe',
  darwin: 'Electron.app/Contents/MacOS/Electron',
};
const binary = join(project, 'node_modules', 'electron', 'dist', binaryNames[process.platform] ?? 'electron');

/** Why the application cannot be run here, or undefined. */
function findObstacle(): string | undefined {
  if (!existsSync(binary)) return 'skipped: no Electron binary';
  const hasDisplay = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  return hasDisplay ? undefined : 'skipped: no display';
}
const obstacle = findObstacle();
if (obstacle !== undefined) console.log(`the desktop application in Electron: ${obstacle}`);

describe(`the desktop application in Electron${obstacle === undefined ? '' : ` (${obstacle})`}`, () => {
  let hub: HubStandIn;
  let dataDir = '';
  beforeAll(async () => {
    hub = await startHubStandIn();
    dataDir = mkdtempSync(join(tmpdir(), 'mingchu-electron-'));
  });
  afterAll(async () => {
    await hub.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('shows the hub’s wall with the bridge and nothing of Node, and leaves no process', async (context) => {
    if (obstacle !== undefined) return context.skip(obstacle);
    const application = await _electron.launch({
      executablePath: binary,
      cwd: project,
      args: ['.', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
      env: {
        ...(process.env as Record<string, string>),
        MINGCHU_HUB_URL: hub.origin,
        MINGCHU_DATA_DIR: dataDir,
      },
    });
    const child = application.process();
    try {
      const window = await application.firstWindow();
      await window.waitForURL(`${hub.origin}/wall.html?screen=main`);
      const seen = await window.evaluate(`({
        bridge: Object.keys(window.mingchuShell ?? {}).sort(),
        surfaceId: window.mingchuShell?.surfaceId,
        node: typeof require + typeof process,
        opened: window.open('about:blank') === null,
      })`);
      expect(seen).toEqual({
        bridge: ['appVersion', 'readDisplays', 'surfaceId'],
        surfaceId: 'wall:main',
        node: 'undefinedundefined',
        opened: true,
      });
    } finally {
      await application.close();
    }
    expect(child.exitCode ?? child.signalCode).not.toBeNull();
  });
});

/** Processes of the application with this data folder: each names its profile. */
function processesOf(dataDir: string, type?: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        const isOfType = type === undefined || command.includes(`--type=${type}`);
        return isOfType && command.includes(join(dataDir, 'shell', 'electron'));
      } catch {
        return false;
      }
    });
}

describeShell({
  name: 'the desktop application in Electron',
  obstacle: existsSync(binary) ? noXDisplay() : 'skipped: no Electron binary',
  command: binary,
  args: [project, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  renderers: (dataDir) => processesOf(dataDir, 'renderer'),
  gone: (dataDir) =>
    vi.waitFor(() => expect(processesOf(dataDir)).toEqual([]), { timeout: 10_000, interval: 100 }),
});
