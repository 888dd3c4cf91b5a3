import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';

import { superviseHub } from '../../../scripts/start/superviseHub.mjs';
import {
  isWorthRestarting,
  restartDelayMs,
  superviseProcess,
} from '../../../scripts/start/supervisedProcess.mjs';

describe('restarting', () => {
  it('comes quickly at first and ever more slowly up to ten seconds', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 20].map(restartDelayMs)).toEqual([
      200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000,
    ]);
  });

  it('goes on for ever for what was ready once', () => {
    expect(isWorthRestarting({ exitCode: 1, wasEverReady: true, deathsInARow: 50 })).toBe(true);
  });

  it('ends after three deaths of what never came up', () => {
    const worth = [1, 2, 3].map((deathsInARow) =>
      isWorthRestarting({ exitCode: 1, wasEverReady: false, deathsInARow }),
    );
    expect(worth).toEqual([true, true, false]);
  });

  it('is not tried where the settings are wrong', () => {
    expect(isWorthRestarting({ exitCode: 2, wasEverReady: false, deathsInARow: 1 })).toBe(false);
  });

  it('is tried for a while where the settings became wrong while it ran', () => {
    const worth = [1, 7, 8, 50].map((deathsInARow) =>
      isWorthRestarting({ exitCode: 2, wasEverReady: true, deathsInARow }),
    );
    expect(worth).toEqual([true, true, false, false]);
  });

  it('goes on for ever for a trouble outside the program where that is asked for, and only then', () => {
    const death = { exitCode: 3, wasEverReady: false, deathsInARow: 50 };
    expect(isWorthRestarting({ ...death, isPatient: true })).toBe(true);
    expect(isWorthRestarting(death)).toBe(false);
    expect(isWorthRestarting({ ...death, wasEverReady: true })).toBe(true);
    expect(isWorthRestarting({ ...death, exitCode: 1, isPatient: true })).toBe(false);
  });
});

describe('a supervised program', () => {
  const started: ReturnType<typeof superviseProcess>[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((supervised) => supervised.stop()));
  });

  /** Runs a script under supervision and gives its lines and deaths as they come. */
  function supervise(script: string) {
    const lines = queue<string>();
    const deaths = queue<{ how: string; restartMs: number | undefined }>();
    const supervised = superviseProcess({
      name: 'program',
      command: process.execPath,
      args: ['-e', script],
      cwd: process.cwd(),
      environment: process.env,
      onLine: lines.put,
      onDeath: (how, restartMs) => deaths.put({ how, restartMs }),
    });
    started.push(supervised);
    return { supervised, lines, deaths };
  }

  it('that is a hub another program of ours started ends for a trouble that may pass, so that the other says it', async () => {
    const ends = queue<number>();
    superviseHub({
      command: process.execPath,
      args: ['-e', 'process.exit(3)'],
      cwd: process.cwd(),
      environment: { ...process.env, MINGCHU_PARENT_PIPE: '1' },
      write: () => undefined,
      complain: () => undefined,
      onEnd: ends.put,
    });
    expect(await ends.take()).toBe(3);
  });

  it('is started again after a kill -9', async () => {
    const { lines, deaths } = supervise('console.log(process.pid); setInterval(() => {}, 1000)');
    const first = Number(await lines.take());
    process.kill(first, 'SIGKILL');
    expect(await deaths.take()).toEqual({ how: 'ended by SIGKILL', restartMs: 200 });
    expect(Number(await lines.take())).not.toBe(first);
  });

  it('takes what it had started with it', async () => {
    const { supervised, lines } = supervise(
      "const child = require('child_process').spawn('sleep', ['60']); console.log(child.pid); setInterval(() => {}, 1000)",
    );
    const grandchild = Number(await lines.take());
    await supervised.stop();
    await expect.poll(() => runs(grandchild)).toBe(false);
  });

  it('is not started again once it is stopped', async () => {
    const { supervised, lines } = supervise('console.log("up"); setInterval(() => {}, 1000)');
    await lines.take();
    await supervised.stop();
    expect(supervised.pid).toBeUndefined();
  });

  it('that cannot be started at all is not tried again', async () => {
    const deaths = queue<{ restartMs: number | undefined }>();
    started.push(
      superviseProcess({
        name: 'program',
        command: '/nowhere/program',
        args: [],
        cwd: process.cwd(),
        environment: process.env,
        onLine: () => undefined,
        onDeath: (_how, restartMs) => deaths.put({ restartMs }),
      }),
    );
    const seen = [await deaths.take(), await deaths.take(), await deaths.take()];
    expect(seen.map(({ restartMs }) => restartMs)).toEqual([200, 400, undefined]);
  });
});

/** Whether a process runs. One that has ended stays visible as a zombie (state Z) until init takes note of it. */
function runs(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Values in the order they came, each taken once, waiting for those still to come. */
function queue<Value>() {
  const values: Value[] = [];
  const waiting: ((value: Value) => void)[] = [];
  return {
    put: (value: Value): void => {
      const taker = waiting.shift();
      if (taker) taker(value);
      else values.push(value);
    },
    take: (): Promise<Value> =>
      new Promise((done) => {
        const value = values.shift();
        if (value !== undefined) done(value);
        else waiting.push(done);
      }),
  };
}
