import { createHash } from 'node:crypto';
import { chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The user without rights that set-up makes for the browser, because Chromium's sandbox refuses to run as root. */
export const browserUserName = 'mingchu-browser';

/** As whom the browser runs. */
export interface BrowserUser {
  uid: number;
  gid: number;
  /** Its home folder. */
  home: string;
}

/** What a browser is started with, besides its arguments. */
export interface BrowserStart {
  environment: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
  /** The folder that it starts in. */
  folder?: string;
}

/** What to do where the shell runs as root and there is no such user. */
export const noBrowserUserMessage = `The browser does not run as root. Run "npm run setup" once as root, which makes the user ${browserUserName} for it, or start the shell as another user.`;

/** The user for the browser in a list as `/etc/passwd` is; undefined where it is not in it. */
export function findBrowserUser(read = () => readFileSync('/etc/passwd', 'utf8')): BrowserUser | undefined {
  let lines: string[];
  try {
    lines = read().split('\n');
  } catch {
    return undefined;
  }
  const [, , uid, gid, , home] =
    lines.find((line) => line.startsWith(`${browserUserName}:`))?.split(':') ?? [];
  // A user with the number of root would be root.
  if (!isNumber(uid) || !isNumber(gid) || uid === '0' || !home?.startsWith('/')) return undefined;
  return { uid: Number(uid), gid: Number(gid), home };
}

function isNumber(text: string | undefined): text is string {
  return text !== undefined && /^\d+$/.test(text);
}

/** The folder for profiles of one data folder in the user's home: the data folder itself is closed to it. */
export function profilesOf(user: BrowserUser, profilesDir: string): string {
  const name = createHash('sha256').update(profilesDir).digest('hex').slice(0, 16);
  return join(user.home, 'profiles', name);
}

/** Gives a folder in the user's home, and everything in it, to the user. */
export function giveTo(user: BrowserUser, folder: string): void {
  const inside = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  for (const path of [...foldersBetween(user.home, folder), ...inside]) {
    // Links of the browser's own, such as its lock, are not followed.
    if (existsSync(path)) chownSync(path, user.uid, user.gid);
  }
}

function foldersBetween(home: string, folder: string): string[] {
  const names = folder.slice(home.length + 1).split('/');
  return names.map((_, index) => join(home, ...names.slice(0, index + 1)));
}

/**
 * Lets the user show windows on the display of this session: it gets a copy of the display's cookie. Returns what the browser is
 * started with: nothing of this product's settings, and none of this session's folders, which are closed to it.
 */
export function prepareUser(user: BrowserUser, environment: NodeJS.ProcessEnv): BrowserStart {
  const kept = Object.entries(environment).filter(
    ([name]) => !name.startsWith('MINGCHU_') && !name.startsWith('XDG_') && !ofSession.has(name),
  );
  const cookie = environment.XAUTHORITY || join(environment.HOME || '/root', '.Xauthority');
  const copy = join(user.home, '.Xauthority');
  mkdirSync(user.home, { recursive: true, mode: 0o700 });
  rmSync(copy, { force: true });
  const hasCookie = Boolean(environment.DISPLAY) && existsSync(cookie);
  if (hasCookie) {
    copyFileSync(cookie, copy);
    chownSync(copy, user.uid, user.gid);
  }
  return {
    environment: {
      ...Object.fromEntries(kept),
      HOME: user.home,
      USER: browserUserName,
      LOGNAME: browserUserName,
      ...(hasCookie ? { XAUTHORITY: copy } : {}),
    },
    uid: user.uid,
    gid: user.gid,
    folder: user.home,
  };
}

const ofSession = new Set([
  'XAUTHORITY',
  'WAYLAND_DISPLAY',
  'DBUS_SESSION_BUS_ADDRESS',
  'TMPDIR',
  'PWD',
  'OLDPWD',
]);

/** Whether a browser's last words say that its sandbox cannot run here; another start would end the same way. */
export function isWithoutSandbox(lastWords: string): boolean {
  return /No usable sandbox|setuid sandbox|Failed to move to new namespace|Running as root without --no-sandbox/i.test(
    lastWords,
  );
}
