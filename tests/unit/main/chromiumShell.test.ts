import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pino from 'pino';
import { expect, it } from 'vitest';
import { runChromiumShell, settingsExitCode } from '../../../src-main/chromium/chromiumShell.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { settingsInMemory } from './settingsInMemory.ts';

/** Runs the shell with a program in the place of Chromium, and answers how it ended and what it said. */
async function runWith(script: string) {
  const folder = temporaryFolder('mingchu-browser-');
  const browserPath = join(folder, 'chromium');
  const starts = join(folder, 'starts');
  writeFileSync(browserPath, `#!/bin/sh\necho "$*" >> '${starts}'\n${script}\n`);
  chmodSync(browserPath, 0o755);
  const lines: { level: number; msg: string }[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(JSON.parse(chunk.toString()) as { level: number; msg: string });
      done();
    },
  });
  const stop = new AbortController();
  const shell = runChromiumShell({
    // Nothing listens there: the browser is started all the same, and shows that it waits.
    hub: { origin: 'http://127.0.0.1:9' },
    hubIsNamed: true,
    hubIsFixed: true,
    hasDeskToo: false,
    surfaces: [{ surface: 'wall', screenId: 'east' }],
    kiosk: true,
    dataDir: folder,
    hasOutdatedLink: false,
    profilesDir: join(folder, 'profiles'),
    browserFlags: [],
    browserPath,
    user: undefined,
    environment: { PATH: process.env.PATH },
    settings: settingsInMemory(),
    logger: pino(sink),
    onHubLine: () => undefined,
    appVersion: '0.0.0',
    stopped: stop.signal,
  });
  const exitCode = await shell.ended;
  return { exitCode, lines, starts: readFileSync(starts, 'utf8').trim().split('\n') };
}

it('says in one line that the sandbox cannot run here, with the address to open elsewhere, and does not try again', async () => {
  const { exitCode, lines, starts } = await runWith(
    'echo "[1:1:FATAL:zygote_host_impl_linux.cc(132)] No usable sandbox! If you are running on Ubuntu" >&2; exit 1',
  );
  expect(exitCode).toBe(settingsExitCode);
  const faults = lines.filter(({ level }) => level >= 50).map(({ msg }) => msg);
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(/sandbox cannot run.*http:\/\/127\.0\.0\.1:9\/wall\.html\?screen=east/);
  expect(faults[0]).not.toContain('\n');
  expect(starts).toHaveLength(1);
  expect(starts[0]).not.toContain('no-sandbox');
});
