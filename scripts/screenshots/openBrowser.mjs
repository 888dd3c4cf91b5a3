import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';

import { SetupError } from '../setup/setupError.mjs';

const startsWithinMs = 30_000;

/**
 * Starts the system's Chromium without a window, with its sandbox: as root as the user without rights that set-up makes for it, as the
 * shell does. Throws SetupError where there is no such user, or no Chromium.
 * @param {string[]} args
 * @returns {Promise<{ browser: import('playwright').Browser, close(): Promise<void> }>}
 */
export async function openBrowser(args) {
  const names = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const executable = process.env.MINGCHU_BROWSER || names.find(existsSync);
  if (executable === undefined) throw new SetupError('There is no Chromium.', 'install it: npm run setup');
  const { findBrowserUser, noBrowserUserMessage, prepareUser } =
    await import('../../src-main/chromium/browserUser.ts');
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? findBrowserUser() : undefined;
  if (isRoot && user === undefined) throw new SetupError('There is no user for it.', noBrowserUserMessage);
  const { environment, uid, gid, folder } =
    user === undefined ? { environment: process.env } : prepareUser(user, process.env);
  const profile = mkdtempSync(join(user?.home ?? tmpdir(), 'pictures-'));
  if (user !== undefined) chownSync(profile, user.uid, user.gid);
  const child = spawn(
    executable,
    ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, '--no-first-run', ...args],
    { env: environment, uid, gid, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = once(child, 'exit').catch(() => undefined);
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const browser = await chromium.connectOverCDP(await addressOf(child));
    return {
      browser,
      async close() {
        await browser.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Where the browser listens for commands, as it says when it has started.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<string>}
 */
function addressOf(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    const give = () => reject(new SetupError('Chromium did not start.', said.trim().slice(-1_000)));
    const timer = setTimeout(give, startsWithinMs);
    child.once('error', give);
    child.once('exit', give);
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      said = (said + text).slice(-100_000);
      const address = /DevTools listening on (ws:\/\/\S+)/.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
  });
}
