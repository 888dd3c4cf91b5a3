import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultHubOrigin, parseHubAddress, type HubAddress, type WantedSurface } from '../hub/hubAddress.ts';

/** A setting of the shell could not be read. The message names it and says what it takes. */
export class ShellOptionsError extends Error {
  override name = 'ShellOptionsError';
}

/** What the shell was asked to do. */
export interface ShellOptions {
  hub: HubAddress;
  /** Whether somebody named the hub. Then it is theirs to run, and the shell only waits for it. */
  hubIsNamed: boolean;
  /** Empty when nobody chose: then the displays decide. */
  surfaces: WantedSurface[];
  /** Walls without any way out but ending the program. */
  kiosk: boolean;
  /** Whether a lone display shows the desk beside the wall, which the demo asks for. */
  hasDeskToo: boolean;
  /** The data folder of a hub on this machine. */
  dataDir: string;
  /** Whether the settings still have an access link, which has no effect any more. */
  hasOutdatedLink: boolean;
  /** Folder of the browser's profiles. */
  profilesDir: string;
  /** Program to use as the browser, where it is not found by its name. */
  browserPath?: string;
  /** Everything after `--`: flags handed on to the browser as they are. */
  browserFlags: string[];
}

const usage =
  'Usage: [--hub URL] [--surface wall|desk] [--screen ID] [--surfaces wall:main@2,desk@1] [--kiosk] [--browser PATH]';

/**
 * Reads the shell's settings from its arguments and the environment; arguments win. Flags of Chromium's own, such as
 * `--no-sandbox`, pass unread. Throws ShellOptionsError.
 */
export function readShellOptions(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  dataHome: string = environment.XDG_DATA_HOME || join(homedir(), '.local', 'share'),
): ShellOptions {
  const end = args.indexOf('--');
  const { values } = parseArgs({
    args: end < 0 ? [...args] : args.slice(0, end),
    // Strictness would refuse the flags that are meant for Chromium.
    strict: false,
    options: {
      hub: { type: 'string' },
      surface: { type: 'string' },
      surfaces: { type: 'string' },
      screen: { type: 'string' },
      browser: { type: 'string' },
      kiosk: { type: 'boolean' },
    },
  });
  const setting = (argument: string, variable: string): string | undefined => {
    const value = values[argument];
    if (value === true) throw new ShellOptionsError(`--${argument} needs a value. ${usage}`);
    return value || environment[variable] || undefined;
  };

  const named = setting('hub', 'MINGCHU_HUB_URL');
  const hub = parseHubAddress(named ?? defaultHubOrigin);
  if (!hub) {
    throw new ShellOptionsError(
      `"${named}" is not the address of a hub. It looks like http://192.0.2.7:7400; so does a page of it.`,
    );
  }
  const dataDir = environment.MINGCHU_DATA_DIR || join(dataHome, 'mingchu');
  const hasAccessLink = new URL(named ?? hub.origin).searchParams.has('access');
  const browserPath = setting('browser', 'MINGCHU_BROWSER');
  return {
    hub,
    hubIsNamed: named !== undefined,
    surfaces: readSurfaces(
      setting('surfaces', 'MINGCHU_SURFACES'),
      setting('surface', 'MINGCHU_SURFACE'),
      setting('screen', 'MINGCHU_SCREEN'),
    ),
    kiosk: values.kiosk === true || environment.MINGCHU_KIOSK === '1' || environment.MINGCHU_KIOSK === 'true',
    hasDeskToo: environment.MINGCHU_DESK_TOO === 'true',
    dataDir,
    profilesDir: join(dataDir, 'shell'),
    hasOutdatedLink: hasAccessLink || Boolean(environment.MINGCHU_ACCESS_LINK),
    ...(browserPath === undefined ? {} : { browserPath }),
    browserFlags: end < 0 ? [] : args.slice(end + 1),
  };
}

/** The options with the hub that was chosen on this machine, unless the command line or the environment names one. */
export function withRememberedHub(
  options: ShellOptions,
  { hub }: { hub?: string | undefined },
): ShellOptions {
  const remembered = hub === undefined || options.hubIsNamed ? undefined : parseHubAddress(hub);
  return remembered === undefined ? options : { ...options, hub: remembered, hubIsNamed: true };
}

function readSurfaces(
  list: string | undefined,
  surface: string | undefined,
  screenId: string | undefined,
): WantedSurface[] {
  if (list === undefined) {
    if (surface === undefined && screenId === undefined) return [];
    return [parseSurface(screenId === undefined ? (surface ?? 'wall') : `${surface ?? 'wall'}:${screenId}`)];
  }
  if (surface !== undefined || screenId !== undefined) {
    throw new ShellOptionsError(`Give either --surfaces, or --surface with --screen. ${usage}`);
  }
  const surfaces = list.split(',').map((entry) => parseSurface(entry.trim()));
  const keys = surfaces.map(surfaceKey);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) throw new ShellOptionsError(`"${twice}" is asked for twice. ${usage}`);
  return surfaces;
}

/** Screen ids are the wire's: letters, digits, dot, dash and underscore, 64 at most. */
function parseSurface(entry: string): WantedSurface {
  const match = /^(wall|desk|showcase)(?::([\w.-]{1,64}))?(?:@([1-9]\d?))?$/.exec(entry);
  const surface = match?.[1] as WantedSurface['surface'] | undefined;
  if (!match || surface === undefined || (surface !== 'wall' && match[2] !== undefined)) {
    throw new ShellOptionsError(
      `"${entry}" is not a surface. Write "desk", "showcase", "wall", or a screen of the wall "wall:SCREEN"; "@2" behind it means the second display from the left. ${usage}`,
    );
  }
  return {
    surface,
    ...(surface === 'wall' ? { screenId: match[2] ?? 'main' } : {}),
    ...(match[3] === undefined ? {} : { displayNumber: Number(match[3]) }),
  };
}

/** The name of a surface among those of one shell: `desk`, `wall:main`. */
export function surfaceKey(surface: WantedSurface): string {
  return surface.screenId === undefined ? surface.surface : `${surface.surface}:${surface.screenId}`;
}

/** What to do now instead of an access link. */
export const outdatedLinkMessage =
  'The access link (MINGCHU_ACCESS_LINK, ?access=…) has no effect any more. Remove it from the settings. A screen is let in by the code that it shows, confirmed at a desk or by "npm run accounts -- confirm"; people sign in.';
