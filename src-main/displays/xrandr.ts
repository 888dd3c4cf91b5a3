import { execFile } from 'node:child_process';
import { createListeners } from '../../src-shared/listeners.ts';
import type { DisplayArea, DisplaySet, DisplaySource } from './displays.ts';

/** How often X11 is asked which displays there are: RandR notifies only those who speak the protocol of X11. */
const askEveryMs = 1_000;
/** A server that takes longer is about to end. */
const answerTimeoutMs = 2_000;

/**
 * Reads what `xrandr --listmonitors` prints: ` 1: +*HDMI-1 1920/598x1080/336+1920+0  HDMI-1` is one display, `*` marks the primary
 * one. A rotated display has its sides changed. Lines that say something else are left out, and so is a display of no size.
 */
export function parseMonitors(text: string): DisplaySet {
  const displays: DisplayArea[] = [];
  let primaryId = '';
  for (const line of text.split('\n')) {
    const match = /^\s*\d+:\s+\+?(\*?)(\S+)\s+(\d+)\/\d+x(\d+)\/\d+([+-]\d+)([+-]\d+)/.exec(line);
    if (!match) continue;
    const [, primary, id = '', ...numbers] = match;
    const [width = 0, height = 0, x = 0, y = 0] = numbers.map(Number);
    if (width === 0 || height === 0 || displays.some((display) => display.id === id)) continue;
    const bounds = { x, y, width, height };
    displays.push({ id, bounds, workArea: bounds });
    if (primary === '*') primaryId = id;
  }
  return { displays, primaryId: primaryId || (displays[0]?.id ?? '') };
}

/** What the whole desktop is taken for where nobody says which displays there are. */
const unknownDisplays: DisplaySet = {
  displays: [
    {
      id: 'desktop',
      bounds: { x: 0, y: 0, width: 1920, height: 1080 },
      workArea: { x: 0, y: 0, width: 1920, height: 1080 },
    },
  ],
  primaryId: 'desktop',
};

/**
 * The displays of an X11 server by the program `xrandr`; one display where it is missing, and under Wayland. A server that does not answer
 * yet, as while the machine starts, is asked again.
 */
export function createXrandrSource(
  environment: NodeJS.ProcessEnv,
  everyMs = askEveryMs,
): DisplaySource & { isKnown(): boolean } {
  const changed = createListeners();
  let known = '';
  let isKnown = false;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let isMissing = !environment.DISPLAY;

  const ask = (): Promise<string> =>
    new Promise((resolve) => {
      if (isMissing) return resolve('');
      execFile(
        'xrandr',
        ['--listmonitors'],
        { env: environment, timeout: answerTimeoutMs },
        (error, stdout) => {
          if (error?.code === 'ENOENT') isMissing = true;
          resolve(error === null ? stdout : '');
        },
      );
    });
  const watch = async (): Promise<void> => {
    const text = await ask();
    if (isClosed || isMissing) return;
    // A server that is about to end, or that changes its mode, may give no answer once.
    if (text !== '' && text !== known) {
      known = text;
      changed.notify();
    }
    timer = setTimeout(() => void watch(), everyMs);
  };

  return {
    async read() {
      const text = await ask();
      if (text !== '') known = text;
      const found = parseMonitors(known);
      isKnown = found.displays.length > 0;
      return known === '' ? unknownDisplays : found;
    },
    onChange(callback) {
      changed.add(callback);
      if (timer === undefined && !isMissing) timer = setTimeout(() => void watch(), everyMs);
    },
    isKnown: () => isKnown,
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}
