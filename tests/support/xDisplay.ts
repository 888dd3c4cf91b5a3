import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A monitor of a virtual screen: `width×height` at `x` and `y`; from the top where no `y` is given. */
export interface VirtualMonitor {
  name: string;
  x: number;
  y?: number;
  width: number;
  height: number;
}

/** An X server without a screen, with a window manager, whose monitors can be plugged and unplugged. */
export interface XDisplay {
  /** As `DISPLAY` names it. */
  name: string;
  /** The monitors from now on. */
  setMonitors(monitors: readonly VirtualMonitor[]): void;
  stop(): Promise<void>;
}

/** Why there can be no virtual display here, or undefined. */
export function noXDisplay(): string | undefined {
  const programs = ['Xvfb', 'xrandr', 'openbox'];
  const missing = programs.find((program) => spawnSync('which', [program]).status !== 0);
  return missing === undefined ? undefined : `skipped: no ${missing}`;
}

/** Starts a virtual screen of 1600 × 720 pixels, or of another size, on a free number. Rejects where Xvfb does not start. */
export async function startXDisplay(
  size: { width: number; height: number } = { width: 1_600, height: 720 },
): Promise<XDisplay> {
  const server = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', `${size.width}x${size.height}x24`, '-nolisten', 'tcp', '-noreset'],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  const lines = createInterface({ input: server.stdio[3] as Readable });
  const [number] = (await Promise.race([
    once(lines, 'line'),
    once(server, 'exit').then(() => Promise.reject(new Error('Xvfb ended before it had a display'))),
  ])) as [string];
  const name = `:${number}`;
  const environment = { ...process.env, DISPLAY: name };
  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { env: environment, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const manager = spawn('openbox', ['--sm-disable'], { env: environment, stdio: 'ignore' });
  let present: string[] = [];

  return {
    name,
    setMonitors(monitors) {
      for (const monitor of present) run('xrandr', '--delmonitor', monitor);
      for (const [index, { name: monitor, x, y = 0, width, height }] of monitors.entries()) {
        // The first one has the whole screen's output, which would be a monitor of its own otherwise.
        const output = index === 0 ? 'screen' : 'none';
        run('xrandr', '--setmonitor', monitor, `${width}/100x${height}/100+${x}+${y}`, output);
      }
      present = monitors.map((monitor) => monitor.name);
    },
    async stop() {
      await end(manager);
      await end(server);
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
