import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { projectNode } from '../setup/node.mjs';
import { projectDirectory } from '../setup/paths.mjs';
import { waitUntil } from './servingHub.mjs';

const pages = ['administrator.md', 'administrator.zh-CN.md'];
const addressInGuide = 'USER:PASSWORD@192.0.2.20:554/stream1';
const siteInGuide = 'K1';
/** The first probe of a camera comes soon after its import. */
const seenWithinMs = 60_000;

/**
 * Does what the administrator's guide in the installed package says, with a camera (RTSP) of the simulator: the table of the page, in which
 * the address is replaced and the number of the site is another one for each page, and the page's own commands. Rejects where the hub does not
 * see the camera's picture.
 * @param {import('./cleanRoot.mjs').CleanRoot} root in which the package is installed, and its hub runs
 * @param {string} hubUrl
 * @returns {Promise<number>} milliseconds from the import to the camera's picture, for the slower of the two pages
 */
export async function followGuide(root, hubUrl) {
  const camera = await startCamera();
  try {
    const secret = /secret\s+(\S+)/.exec(
      await mingchu(root, hubUrl, 'alerts:keys make guide --for monitoring'),
    )?.[1];
    let slowestMs = 0;
    for (const [index, page] of pages.entries()) {
      const text = readFileSync(join(root.path, 'usr/share/doc/mingchu-hub/docs', page), 'utf8');
      const table = /^```csv\n([^]*?)^```/m.exec(text)?.[1] ?? '';
      const commands = [...text.matchAll(/^mingchu (registry import kitchens\.csv[^#\n]*)/gm)].map(
        ([, command]) => command,
      );
      if (!table.includes(addressInGuide) || !table.includes(`\n${siteInGuide},`) || commands.length !== 2)
        throw new Error(`${page} has no table or not the two commands that show a camera.`);
      // The camera of the page before is there already: this page must bring one more.
      const own = table
        .replaceAll(siteInGuide, `K${index + 1}`)
        .replace(addressInGuide, () => camera.address);
      writeFileSync(join(root.path, 'tmp/kitchens.csv'), own);
      for (const command of commands) await mingchu(root, hubUrl, command);
      const importedAtMs = performance.now();
      const isSeen = await waitUntil(
        seenWithinMs,
        async () => (await countOnline(hubUrl, secret)) === index + 1,
        () => false,
      );
      if (!isSeen)
        throw new Error(`The camera of ${page} is not seen ${seenWithinMs / 1_000} s after its import.`);
      slowestMs = Math.max(slowestMs, Math.round(performance.now() - importedAtMs));
    }
    return slowestMs;
  } finally {
    await camera.stop();
  }
}

/**
 * @param {import('./cleanRoot.mjs').CleanRoot} root
 * @param {string} hubUrl
 * @param {string} command words of the operator's command, as a page has them
 */
function mingchu(root, hubUrl, command) {
  return root.run(`mingchu ${command}`, 'sh', '-c', `cd /tmp && mingchu ${command} --hub ${hubUrl}`);
}

/**
 * How many cameras the hub sees a picture of.
 * @param {string} hubUrl
 * @param {string | undefined} secret
 */
async function countOnline(hubUrl, secret) {
  const answer = await fetch(`${hubUrl}/metrics`, { headers: { authorization: `Bearer ${secret}` } });
  return Number(/^mingchu_cameras\{condition="online"\} (\d+)$/m.exec(await answer.text())?.[1]);
}

/** @returns {Promise<{ address: string, stop(): Promise<void> }>} the address with user and password, after `rtsp://` */
async function startCamera() {
  const child = spawn(projectNode(), [join('src-sim', 'index.ts')], {
    cwd: projectDirectory,
    env: {
      ...process.env,
      MINGCHU_SIM_HOST: '127.0.0.1',
      MINGCHU_SIM_RTSP_PORT: '0',
      MINGCHU_SIM_CONTROL_PORT: '0',
      MINGCHU_SIM_SITES: '1',
      MINGCHU_SIM_CAMERAS: '1',
      MINGCHU_SIM_BROKEN_CAMERAS: '0',
      MINGCHU_PARENT_PIPE: '1',
    },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const ready = await readyLine(child);
  const { cameras } = await (await fetch(`${ready.controlUrl}/registry.json`)).json();
  const { streams, username, password } = cameras[0];
  return {
    address: streams.main.url.replace('rtsp://', `${username}:${encodeURIComponent(password)}@`),
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<{ controlUrl: string }>}
 */
function readyLine(child) {
  return new Promise((resolve, reject) => {
    // Its lines are read to the end: what nobody reads would fill the pipe.
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('simulator ready')) resolve(JSON.parse(line));
    });
    child.once('exit', () => reject(new Error('The simulated camera did not start.')));
  });
}
