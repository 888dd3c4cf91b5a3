import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findBrowserUser, profilesOf } from '../../src-main/chromium/browserUser.ts';
import { eventually, repositoryRoot, type HubProcess } from '../support/processes.ts';
import { askShellPage, seenByTests } from '../support/shellPage.ts';
import { startXDisplay, type XDisplay } from '../support/xDisplay.ts';
import { figureOf, type Bench } from './figures.ts';
import { showCameras, withWallCity } from './wallCity.ts';

const defaultRounds = 10;
const tiles = 9;
const runsMs = 2_000;

/**
 * `shell.start`: from the command to the first tile that advances, hub and cameras running. `shell.replaced`: from the end of the
 * process that draws the wall to a tile that advances again. The shell over the system's Chromium, on a virtual display.
 */
export const benchShell: Bench = async (report, progress, options) => {
  const display = await startXDisplay();
  try {
    await withWallCity({ sites: 10, cameras: tiles }, async ({ hub, desk, cameras }) => {
      await showCameras(desk, cameras.slice(0, tiles));
      const starts: number[] = [];
      const replaced: number[] = [];
      // One fault of each shell: after several within a minute the pauses grow.
      for (let round = 1; round <= (options.rounds ?? defaultRounds); round += 1) {
        const askedAtMs = performance.now();
        const shell = openShell(hub, display);
        await eventually('a tile advances', () => advances(hub), 60_000);
        starts.push(performance.now() - askedAtMs);
        await delay(runsMs);
        const killedAtMs = performance.now();
        for (const pid of renderersOf(hub)) process.kill(pid, 'SIGKILL');
        await eventually('a tile advances again', () => advances(hub), 60_000);
        replaced.push(performance.now() - killedAtMs);
        progress(
          `  ${round}: started in ${Math.round(starts.at(-1) ?? 0)} ms, replaced in ${Math.round(replaced.at(-1) ?? 0)} ms`,
        );
        await close(shell);
      }
      report(figureOf('shell.start', 'ms', starts));
      report(figureOf('shell.replaced', 'ms', replaced));
    });
  } finally {
    await display.stop();
  }
};

function profileDir(hub: HubProcess): string {
  const folder = join(hub.dataDir, 'shell');
  const user = process.getuid?.() === 0 ? findBrowserUser() : undefined;
  return join(user === undefined ? folder : profilesOf(user, folder), 'wall-main');
}

function openShell(hub: HubProcess, display: XDisplay): ChildProcess {
  const entry = join(repositoryRoot, 'src-main', 'browserShell.ts');
  return spawn(process.execPath, [entry, '--hub', hub.url, '--surface', 'wall', '--', seenByTests], {
    env: {
      ...process.env,
      DISPLAY: display.name,
      WAYLAND_DISPLAY: '',
      MINGCHU_DATA_DIR: hub.dataDir,
      MINGCHU_PARENT_PIPE: '1',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

async function close(shell: ChildProcess): Promise<void> {
  shell.kill('SIGTERM');
  await once(shell, 'exit');
}

/** Whether a tile of the wall in the shell shows pictures that advance. */
async function advances(hub: HubProcess): Promise<boolean> {
  const times = await askShellPage(profileDir(hub), (page) =>
    page.evaluate(async () => {
      const read = (): number[] => [...document.querySelectorAll('video')].map((video) => video.currentTime);
      const before = read();
      await new Promise((resolve) => setTimeout(resolve, 100));
      return read().some((time, index) => time > (before[index] ?? 0));
    }),
  );
  return times === true;
}

/** What draws pages in the browser of the shell. */
function renderersOf(hub: HubProcess): number[] {
  const lines = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const parent = Number(status.slice(status.lastIndexOf(')') + 2).split(' ')[1]);
        return [{ pid: Number(pid), parent, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8') }];
      } catch {
        return [];
      }
    });
  const isOfShell = (pid: number): boolean => {
    const line = lines.find((one) => one.pid === pid);
    return line !== undefined && (line.command.includes(profileDir(hub)) || isOfShell(line.parent));
  };
  return lines
    .filter(({ pid, command }) => command.includes('--type=renderer') && isOfShell(pid))
    .map(({ pid }) => pid);
}
