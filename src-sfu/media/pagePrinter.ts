import { spawn } from 'node:child_process';
import { accessSync, chownSync, constants, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createSequence } from '../base/sequence.ts';
import { withSearchableLetters } from './pdfLetters.ts';

/** Makes PDFs of pages by the Chromium of this machine. */
export interface PagePrinter {
  print(
    html: string,
  ): Promise<
    { ok: true; pdf: Uint8Array } | { ok: false; reason: 'no_browser' | 'busy' | 'failed'; message: string }
  >;
}

/** As `browserNames` of src-main/chromium/chromium.ts. */
const browserNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
];
/** As in src-main/chromium/browserUser.ts: Chromium's sandbox refuses to run as root. */
const browserUserName = 'mingchu-browser';
/** A page of 20,000 rows takes some 40 s on one slow core. */
const usualTimeLimitMs = 120_000;
/** Pages that wait behind the one that is printed. */
const maxWaiting = 2;
const keptWords = 2_000;

/**
 * One page at a time, in a process and a profile of its own, with Chromium's sandbox, without a network and with a time limit.
 * Nothing of the hub's settings is in its environment.
 */
export function createPagePrinter(options: {
  /** The program; left out: one found in PATH. */
  browserPath?: string | undefined;
  environment: NodeJS.ProcessEnv;
  onFault(sentence: string): void;
  timeLimitMs?: number;
  /** The user of this process; Windows has none. */
  userId?: number | undefined;
  readUsers?(): string;
}): PagePrinter {
  const { environment, userId = process.getuid?.() } = options;
  const { exclusive } = createSequence();
  let waiting = 0;

  async function printNow(browser: string, user: { uid: number; gid: number } | undefined, html: string) {
    const folder = await mkdtemp(join(tmpdir(), 'mingchu-print-'));
    try {
      const [page, pdf] = [join(folder, 'page.html'), join(folder, 'page.pdf')];
      await writeFile(page, html, { mode: 0o600 });
      if (user !== undefined) for (const path of [folder, page]) chownSync(path, user.uid, user.gid);
      const ended = await run(browser, argumentsFor(folder, page, pdf), {
        cwd: folder,
        environment: cleanEnvironment(environment, folder),
        user,
        timeLimitMs: options.timeLimitMs ?? usualTimeLimitMs,
      });
      const bytes = await readFile(pdf).catch(() => undefined);
      if (ended.code === 0 && bytes?.subarray(0, 5).toString('latin1') === '%PDF-') {
        return { ok: true as const, pdf: withSearchableLetters(bytes) };
      }
      options.onFault(`a page could not be printed: Chromium ${ended.how}: ${ended.lastWords}`);
      return {
        ok: false as const,
        reason: 'failed' as const,
        message: `Chromium ${ended.how}. See the log of the hub.`,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  return {
    async print(html) {
      const browser = options.browserPath ?? findInPath(environment);
      if (browser === undefined || !canRun(browser)) {
        return {
          ok: false,
          reason: 'no_browser',
          message:
            'This machine has no Chromium. Install it with "apt-get install chromium", or export HTML.',
        };
      }
      const user = userId === 0 ? findUser(options.readUsers) : undefined;
      if (userId === 0 && user === undefined) {
        return {
          ok: false,
          reason: 'no_browser',
          message: `Chromium does not run as root. Run "npm run setup" once as root, which makes the user ${browserUserName} for it, or export HTML.`,
        };
      }
      if (waiting > maxWaiting) {
        return {
          ok: false,
          reason: 'busy',
          message: 'Other pages are being printed. Try again in a moment.',
        };
      }
      waiting += 1;
      try {
        return await exclusive(() => printNow(browser, user, html));
      } finally {
        waiting -= 1;
      }
    },
  };
}

function argumentsFor(folder: string, page: string, pdf: string): string[] {
  return [
    '--headless',
    `--print-to-pdf=${pdf}`,
    '--no-pdf-header-footer',
    `--user-data-dir=${join(folder, 'profile')}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-gpu',
    '--disable-extensions',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
    '--password-store=basic',
    // No name is found, and what is asked for by an address goes to a proxy that is not there.
    '--host-resolver-rules=MAP * ~NOTFOUND',
    '--proxy-server=127.0.0.1:9',
    '--proxy-bypass-list=<-loopback>',
    pathToFileURL(page).href,
  ];
}

/** What Chromium needs of the environment, and nothing of this product or of this session. */
function cleanEnvironment(environment: NodeJS.ProcessEnv, folder: string): NodeJS.ProcessEnv {
  const kept = ['PATH', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'FONTCONFIG_PATH', 'FONTCONFIG_FILE'];
  const entries = Object.entries(environment).filter(([name]) => kept.includes(name));
  return { LC_ALL: 'C.UTF-8', ...Object.fromEntries(entries), HOME: folder, TMPDIR: folder };
}

function run(
  command: string,
  args: readonly string[],
  {
    cwd,
    environment,
    user,
    timeLimitMs,
  }: {
    cwd: string;
    environment: NodeJS.ProcessEnv;
    user: { uid: number; gid: number } | undefined;
    timeLimitMs: number;
  },
): Promise<{ code: number | null; how: string; lastWords: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: environment,
      ...user,
      stdio: ['ignore', 'ignore', 'pipe'],
      // A group of its own, so that all of Chromium's processes end together.
      detached: true,
    });
    let lastWords = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      lastWords = (lastWords + text).slice(-keptWords);
    });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      endGroup(child.pid);
    }, timeLimitMs);
    const end = (code: number | null, how: string): void => {
      clearTimeout(timer);
      endGroup(child.pid);
      resolve({
        code,
        how: isLate ? `took longer than ${timeLimitMs / 1_000} s` : how,
        lastWords: lastWords.trim(),
      });
    };
    child.once('error', (error) => end(null, `did not start (${error.message})`));
    child.once('exit', (code, signal) =>
      end(code, signal === null ? `ended with code ${code}` : `was ended by ${signal}`),
    );
  });
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // All of it has ended already.
  }
}

function findInPath({ PATH = '' }: NodeJS.ProcessEnv): string | undefined {
  const folders = PATH.split(delimiter).filter((folder) => folder !== '');
  return browserNames.flatMap((name) => folders.map((folder) => join(folder, name))).find(canRun);
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The user that set-up makes for the browser. */
function findUser(
  read = () => readFileSync('/etc/passwd', 'utf8'),
): { uid: number; gid: number } | undefined {
  try {
    const line = read()
      .split('\n')
      .find((one) => one.startsWith(`${browserUserName}:`));
    const [, , uid, gid] = (line ?? '').split(':').map(Number);
    return uid === undefined || gid === undefined || !(uid > 0) || Number.isNaN(gid)
      ? undefined
      : { uid, gid };
  } catch {
    return undefined;
  }
}
