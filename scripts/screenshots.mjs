// `npm run screenshots`: the pictures of the demo that the README names, into docs/pictures, by the system's Chromium; with `--out FOLDER` those of
// each surface in both languages, into that folder. Takes about 5 minutes.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { namedPictures } from './screenshots/namedPictures.mjs';
import { takePictures } from './screenshots/takePictures.mjs';
import { projectNode } from './setup/node.mjs';
import { projectDirectory } from './setup/paths.mjs';
import { say } from './setup/progress.mjs';
import { reportFailure, SetupError } from './setup/setupError.mjs';

const port = 47_410;
const publicPort = 47_413;
const hubUrl = `http://127.0.0.1:${port}`;
const publicUrl = `http://127.0.0.1:${publicPort}`;
const readyWithinMs = 600_000;
/** After it the demo has alerts, orders and squads on the road. */
const storyMs = 75_000;

try {
  const { values } = parseArgs({ options: { out: { type: 'string' } } });
  if (values.out !== undefined) await shootDemo(values.out, undefined);
  else
    await shootDemo(
      join(projectDirectory, 'docs', 'pictures'),
      namedPictures(readFileSync(join(projectDirectory, 'README.md'), 'utf8')),
    );
} catch (error) {
  process.exitCode = reportFailure(error);
}

/**
 * @param {string} folder
 * @param {ReadonlySet<string> | undefined} only names of the files that are written; undefined: all
 */
async function shootDemo(folder, only) {
  const dataDir = mkdtempSync(join(tmpdir(), 'mingchu-pictures-'));
  mkdirSync(folder, { recursive: true });
  const demo = spawn(projectNode(), [join('scripts', 'start.mjs')], {
    cwd: projectDirectory,
    env: {
      ...process.env,
      // Without a display, so that no windows open.
      DISPLAY: '',
      WAYLAND_DISPLAY: '',
      MINGCHU_PARENT_PIPE: '1',
      MINGCHU_DATA_DIR: dataDir,
      MINGCHU_HOST: '127.0.0.1',
      MINGCHU_PORT: String(port),
      MINGCHU_HTTPS_PORT: '0',
      MINGCHU_RTC_PORT: '0',
      MINGCHU_RTC_ADDRESSES: '127.0.0.1',
      MINGCHU_PUBLIC_PORT: String(publicPort),
      MINGCHU_GB28181_PORT: '47414',
      MINGCHU_SIM_RTSP_PORT: '47411',
      MINGCHU_SIM_CONTROL_PORT: '47412',
      MINGCHU_DEMO_ALERTS_PER_MINUTE: '6',
      MINGCHU_SIM_SITES: '90',
      MINGCHU_SIM_CAMERAS: '240',
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(demo, 'exit');
  try {
    await waitForHub(demo);
    say(`the demo runs; its pictures are taken in ${storyMs / 1_000} s`);
    await delay(storyMs);
    const taken = await takePictures({ hubUrl, publicUrl, folder, only });
    say(`${taken.length} pictures in ${folder}: ${taken.join(', ')}`);
  } finally {
    demo.kill('SIGTERM');
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** @param {import('node:child_process').ChildProcess} demo */
async function waitForHub(demo) {
  const startedAtMs = performance.now();
  for (;;) {
    const answer = await fetch(`${hubUrl}/healthz`).catch(() => undefined);
    if (answer?.ok) return;
    if (demo.exitCode !== null || performance.now() - startedAtMs > readyWithinMs)
      throw new SetupError('The demo did not start.', 'type npm start and read what it says.');
    await delay(500);
  }
}
