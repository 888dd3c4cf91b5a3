import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { startXDisplay, type XDisplay } from '../support/xDisplay.ts';
import { startHubStandIn, type HubStandIn } from './hubStandIn.ts';

/** One of the two implementations of the shell, as it is started. */
export interface ShellImplementation {
  name: string;
  /** Why it cannot run here, or undefined. */
  obstacle: string | undefined;
  command: string;
  args: string[];
  /** Process ids of what draws the pages of the shell. */
  renderers(dataDir: string): number[];
  /** Resolves when nothing of it is left; removes what it wrote elsewhere than in its data folder. */
  gone(dataDir: string): Promise<void>;
}

const left = { name: 'left', x: 0, width: 800, height: 720 };
const right = { name: 'right', x: 800, width: 800, height: 720 };
/** The right one after a quarter turn. */
const turned = { name: 'right', x: 800, width: 540, height: 700 };
/** A page that was ended is there again within 3 s; what counts it may be late on a busy machine. */
const seenWithinMs = 15_000;

/** What every implementation of the shell does on real displays. */
export function describeShell({ name, obstacle, command, args, renderers, gone }: ShellImplementation): void {
  describe.skipIf(obstacle !== undefined)(`${name} on displays${obstacle ? ` (${obstacle})` : ''}`, () => {
    let hub: HubStandIn;
    let display: XDisplay;
    let dataDir = '';
    let shell: ChildProcess;
    let exited: Promise<unknown[]>;

    beforeEach(async () => {
      [hub, display] = await Promise.all([startHubStandIn(), startXDisplay()]);
      dataDir = temporaryFolder('mingchu-shell-');
    });
    afterEach(async () => {
      shell.kill('SIGTERM');
      await exited;
      await gone(dataDir);
      await Promise.all([hub.close(), display.stop()]);
      rmSync(dataDir, { recursive: true, force: true });
    });
    function open(...more: string[]): void {
      shell = spawn(command, [...args, '--hub', hub.origin, ...more], {
        env: {
          ...process.env,
          DISPLAY: display.name,
          WAYLAND_DISPLAY: '',
          MINGCHU_DATA_DIR: dataDir,
          MINGCHU_PARENT_PIPE: '1',
        },
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      exited = once(shell, 'exit');
    }
    const windowsAre = (expected: Record<string, unknown>): Promise<void> =>
      vi.waitFor(() => expect(hub.windows()).toEqual(expected), { timeout: seenWithinMs, interval: 100 });

    it('puts desk and wall where they belong while displays are unplugged, plugged and turned', async () => {
      display.setMonitors([left, right]);
      open();
      const desk = { '/desk.html': expect.stringContaining(' 720×') as string };
      await windowsAre({ ...desk, '/wall.html?screen=main': '800,0 800×720' });
      display.setMonitors([left]);
      await windowsAre(desk);
      display.setMonitors([left, turned]);
      await windowsAre({ ...desk, '/wall.html?screen=main': '800,0 540×700' });
    });

    it('replaces a page that was killed and one that hangs, and says why', async () => {
      display.setMonitors([left]);
      open('--surface', 'wall', '--kiosk');
      await windowsAre({ '/wall.html?screen=main': '0,0 800×720' });
      for (const pid of renderers(dataDir)) process.kill(pid, 'SIGKILL');
      const asked = await vi.waitFor(
        async () => {
          const pages = await hub.pagesAsked(2);
          expect(pages.some((page) => page.includes('replaced=crashed'))).toBe(true);
          return pages.length;
        },
        { timeout: seenWithinMs },
      );
      await windowsAre({ '/wall.html?screen=main': '0,0 800×720' });
      hub.hang('/wall.html?screen=main');
      expect((await hub.pagesAsked(asked + 1)).at(-1)).toBe('/wall.html?screen=main&replaced=hung');
      await windowsAre({ '/wall.html?screen=main': '0,0 800×720' });
    });
  });
}
