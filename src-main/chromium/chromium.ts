import { accessSync, constants, existsSync, mkdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Rectangle } from '../displays/displays.ts';
import type { PlacementMode } from '../displays/placement.ts';
import { originToTrust } from '../hub/hubAddress.ts';

/** The names under which Chromium and its kin are installed, the best first. */
const browserNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
];

/** What to do on a machine without a browser that can show the surfaces. */
export const noBrowserMessage =
  'No Chromium to show the surfaces in was found. Install it with "apt-get install chromium" (or google-chrome), or name one with --browser PATH or MINGCHU_BROWSER.';

/** The path of the system's Chromium, or undefined where there is none. */
export function findBrowser(environment: NodeJS.ProcessEnv, isExecutable = canExecute): string | undefined {
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const name of browserNames) {
    const found = folders.map((folder) => join(folder, name)).find(isExecutable);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether there is a program at a path that may be run. */
export function canExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The flags of one surface's browser: an own window without Chromium's frame, and none of its errands to the outside. */
export function browserArguments(options: {
  /** Page to open; without a ticket, for everybody on the machine can read a command line. */
  url: string;
  profileDir: string;
  mode: PlacementMode;
  /** Left out where the displays are not known: then a window is as large as it can be. */
  bounds?: Rectangle | undefined;
  /** Digest of the key of the hub whose authority was compared; left out: what the browser trusts itself. */
  keyDigest?: string | undefined;
  /** Flags that somebody adds; they come last, so that they win. */
  extraFlags: readonly string[];
}): string[] {
  const trusted = originToTrust(new URL(options.url).origin);
  return [
    `--app=${options.url}`,
    `--user-data-dir=${options.profileDir}`,
    // The shell holds the other end: it sees crashes, and the browser ends when the shell is gone, however it ended.
    '--remote-debugging-pipe',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-quic',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--autoplay-policy=no-user-gesture-required',
    '--noerrdialogs',
    '--disable-session-crashed-bubble',
    // A wall behind another window must still be live when it comes to the front.
    '--disable-backgrounding-occluded-windows',
    '--password-store=basic',
    ...placementArguments(options.mode, options.bounds),
    ...(trusted === undefined ? [] : [`--unsafely-treat-insecure-origin-as-secure=${trusted}`]),
    // Of the one server that proved to have this key; no other certificate is believed for it.
    ...(options.keyDigest === undefined
      ? []
      : [`--ignore-certificate-errors-spki-list=${options.keyDigest}`]),
    // Hides the bar with which Chromium warns of either, across the surface.
    ...(trusted === undefined && options.keyDigest === undefined ? [] : ['--test-type']),
    ...options.extraFlags,
  ];
}

/** The window comes up where it belongs; what a window manager makes of it is mended over the DevTools protocol. */
function placementArguments(mode: PlacementMode, bounds: Rectangle | undefined): string[] {
  const place =
    bounds === undefined
      ? []
      : [`--window-position=${bounds.x},${bounds.y}`, `--window-size=${bounds.width},${bounds.height}`];
  if (mode === 'kiosk') return [...place, '--kiosk'];
  if (mode === 'fullscreen') return [...place, '--start-fullscreen'];
  return bounds === undefined ? ['--start-maximized'] : place;
}

/**
 * Makes the profile that a surface's browser runs in. Its first settings turn off the offer to translate, which no flag
 * does any more and which would lie over the wall; later ones are the browser's own.
 */
export function prepareProfile(profileDir: string): void {
  const settings = join(profileDir, 'Default', 'Preferences');
  if (existsSync(settings)) return;
  mkdirSync(join(profileDir, 'Default'), { recursive: true, mode: 0o700 });
  writeFileSync(settings, JSON.stringify({ translate: { enabled: false } }), { mode: 0o600 });
}

/**
 * Takes away the lock that a browser left in a profile under another name of this machine: Chromium would ask about it
 * in a dialog that nobody at a wall can answer. A lock under the present name it clears by itself.
 */
export function removeForeignLock(profileDir: string, hostName: string): void {
  const lock = join(profileDir, 'SingletonLock');
  let owner: string;
  try {
    owner = readlinkSync(lock);
  } catch {
    return;
  }
  if (owner.slice(0, owner.lastIndexOf('-')) !== hostName) rmSync(lock, { force: true });
}
