import type { Rectangle } from '../displays/displays.ts';

/** A display as a surface sees it. */
export interface BridgeDisplay {
  /** 1 is the leftmost, as in `--surfaces wall:main@2`. */
  number: number;
  label: string;
  bounds: Rectangle;
  isPrimary: boolean;
}

/** All that a surface gets from the desktop application, as `window.mingchuShell`. */
export interface ShellBridge {
  appVersion: string;
  /** Which surface this window is: `desk`, `wall:main`. */
  surfaceId: string;
  readDisplays(): Promise<BridgeDisplay[]>;
  /** Calls back at each press of the key of the whole machine that switches the talk key of a desk on and off. */
  onTalkToggle(callback: () => void): void;
}

/** The name of the bridge in a surface's window. */
export const bridgeName = 'mingchuShell';
/** The channels between a surface and the application: a question, and what a desk is notified of. */
export const readDisplaysChannel = 'mingchu:readDisplays';
export const talkToggleChannel = 'mingchu:talkToggle';

const versionFlag = '--mingchu-app-version=';
const surfaceFlag = '--mingchu-surface-id=';

/** What the main process passes to a window's process at its start. A sandboxed preload script can read nothing else without a request. */
export function bridgeArguments(appVersion: string, surfaceId: string): string[] {
  return [`${versionFlag}${appVersion}`, `${surfaceFlag}${surfaceId}`];
}

/** Reads back what `bridgeArguments` wrote. */
export function parseBridgeArguments(args: readonly string[]): { appVersion: string; surfaceId: string } {
  const valueOf = (flag: string): string =>
    args.find((arg) => arg.startsWith(flag))?.slice(flag.length) ?? '';
  return { appVersion: valueOf(versionFlag), surfaceId: valueOf(surfaceFlag) };
}
