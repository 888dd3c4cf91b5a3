import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { superviseHub } from '../../../scripts/start/superviseHub.mjs';
import { eventually, mediaWorkerBinary, repositoryRoot, temporaryFolder } from '../../support/processes.ts';

describe('npm run hub', () => {
  const started: ReturnType<typeof superviseHub>[] = [];
  afterEach(async () => {
    await Promise.all(started.splice(0).map((hub) => hub.stop()));
  });

  const supervise = (args: string[], environment: Record<string, string> = {}) => {
    const lines: string[] = [];
    const complaints: string[] = [];
    const ends: number[] = [];
    const hub = superviseHub({
      command: process.execPath,
      args,
      cwd: repositoryRoot,
      environment: { ...process.env, ...environment },
      write: (line) => lines.push(line),
      complain: (line) => complaints.push(line),
      onEnd: (exitCode) => ends.push(exitCode),
    });
    started.push(hub);
    const ready = () =>
      lines
        .filter((line) => line.includes('"hub ready"'))
        .map((line) => JSON.parse(line) as { url: string; pid: number });
    return { hub, lines, complaints, ends, ready };
  };
  const hubSettings = (): Record<string, string> => ({
    MEDIASOUP_WORKER_BIN: mediaWorkerBinary(),
    MINGCHU_HOST: '127.0.0.1',
    MINGCHU_PORT: '0',
    MINGCHU_HTTPS: 'false',
    MINGCHU_RTC_PORT: '0',
    MINGCHU_MEDIA_WORKERS: '1',
    MINGCHU_HEALTH_MAX_RUNNING: '0',
    // A hub with accounts prints no code for the first administrator.
    MINGCHU_DEMO_ACCOUNTS: 'true',
    MINGCHU_DATA_DIR: temporaryFolder('mingchu-supervised-'),
  });

  it('starts the hub again after a crash, and says so', async () => {
    const { complaints, ready, ends } = supervise(['src-sfu/index.ts'], hubSettings());
    const first = await eventually('the hub', () => ready()[0], 30_000);
    process.kill(first.pid, 'SIGKILL');
    const second = await eventually('the hub again', () => ready()[1], 30_000);
    expect(second.pid).not.toBe(first.pid);
    expect((await fetch(`${second.url}/healthz`)).status).toBe(200);
    expect(complaints).toEqual(['The hub ended by SIGKILL. It is started again in 0.2 s.']);
    expect(ends).toEqual([]);
  });

  it('does not start a hub again whose settings are wrong, and ends as it did', async () => {
    const { complaints, ready, ends } = supervise(['src-sfu/index.ts'], {
      ...hubSettings(),
      MINGCHU_PORT: 'seventy',
    });
    await eventually('the end', () => ends.length > 0, 30_000);
    expect(ends).toEqual([2]);
    expect(ready()).toEqual([]);
    expect(complaints.join('\n')).toMatch(/"port" \(MINGCHU_PORT\).*not started again/s);
  });

  it('starts a hub again until the disk with its records is there, also at its first start', async () => {
    // As a disk that is not mounted yet: something else is in the place of the folder.
    const place = join(temporaryFolder('mingchu-disk-'), 'disk');
    writeFileSync(place, '');
    const { complaints, ready, ends } = supervise(['src-sfu/index.ts'], {
      ...hubSettings(),
      MINGCHU_DATA_DIR: join(place, 'data'),
    });
    const restarts = () => complaints.filter((line) => line.startsWith('The hub ended with 3.'));
    // One more than what is given to a program that cannot run here.
    await eventually('three tries', () => restarts().length >= 3, 60_000);
    expect(complaints.join('\n')).toContain('cannot be opened');
    rmSync(place);
    await eventually('the hub', () => ready()[0], 30_000);
    expect(ends).toEqual([]);
  });

  it('stops trying to start a hub that never becomes ready', async () => {
    const { complaints, ends } = supervise(['-e', 'process.exit(1)']);
    await eventually('the end', () => ends.length > 0, 30_000);
    expect(ends).toEqual([1]);
    expect(complaints.filter((line) => /started again in/.test(line))).toHaveLength(2);
  });

  it('waits ever longer for a hub that crashes again and again, and never gives it up once it ran', async () => {
    const script =
      'console.log(JSON.stringify({ msg: "hub ready" })); setTimeout(() => process.exit(134), 20)';
    const { complaints, ends } = supervise(['-e', script]);
    await eventually('four crashes', () => complaints.length >= 4, 30_000);
    expect(complaints.slice(0, 4)).toEqual(
      [0.2, 0.4, 0.8, 1.6].map((seconds) => `The hub ended with 134. It is started again in ${seconds} s.`),
    );
    expect(ends).toEqual([]);
  });

  it('ends a hub that is asked to stop while it starts its media workers', async () => {
    const hub = spawn(process.execPath, ['src-sfu/index.ts'], {
      cwd: repositoryRoot,
      env: { ...process.env, ...hubSettings() },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const end = once(hub, 'exit');
    let output = '';
    hub.stdout.on('data', (text: Buffer) => (output += text.toString()));
    const childrenOf = (pid: number): string =>
      readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    await eventually('a media worker', () => childrenOf(hub.pid ?? 0) !== '', 30_000);
    hub.kill('SIGTERM');
    const late = setTimeout(() => hub.kill('SIGKILL'), 20_000);
    expect(await end).toEqual([0, null]);
    clearTimeout(late);
    expect(output).toContain('hub stopping');
  });

  it('leaves a hub alone that was asked to stop', async () => {
    const { ready, ends, complaints } = supervise(['src-sfu/index.ts'], hubSettings());
    const { pid } = await eventually('the hub', () => ready()[0], 30_000);
    process.kill(pid, 'SIGTERM');
    await eventually('the end', () => ends.length > 0, 30_000);
    expect([ends, complaints]).toEqual([[0], []]);
  });

  it('gives a hub up whose settings become wrong between two starts', async () => {
    const file = join(temporaryFolder('mingchu-settings-'), 'runs');
    // Ready at its first start only, as one whose settings were changed while it ran.
    const script = `
      const { existsSync, writeFileSync } = require('node:fs');
      if (existsSync(${JSON.stringify(file)})) process.exit(2);
      writeFileSync(${JSON.stringify(file)}, '');
      console.log(JSON.stringify({ msg: 'hub ready' }));
      setTimeout(() => process.exit(1), 20);`;
    const path = join(temporaryFolder('mingchu-script-'), 'hub.cjs');
    writeFileSync(path, script);
    const { ends } = supervise([path]);
    await eventually('the end', () => ends.length > 0, 60_000);
    expect(ends).toEqual([2]);
  });
});
