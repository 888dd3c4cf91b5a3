import type { Logger } from 'pino';
import type { TalkToggleKey } from '../settings/shellSettings.ts';
import type { ElectronModule } from './electronModule.ts';

/** The key of the whole machine that switches the talk key of a desk on and off. Electron hears no release, so that it cannot be held. */
export interface TalkToggle {
  /** Takes the key that is chosen now, and gives back another one; undefined: no key. */
  use(key: TalkToggleKey | undefined): void;
  /** Whether another program has the key that is chosen now. */
  isTaken(): boolean;
}

/** A key that is held comes again and again, the first time after up to 660 ms (X11). No person presses twice so fast to mean two presses. */
const heldMs = 700;

/**
 * No key is taken before `use`. `onPress` is called at each press, whichever program is in front, and once for a key that is held.
 * `nowMs`: of a clock that nobody sets.
 */
export function createTalkToggle(
  { globalShortcut }: Pick<ElectronModule, 'globalShortcut'>,
  {
    onPress,
    logger,
    nowMs = () => performance.now(),
  }: { onPress(): void; logger: Pick<Logger, 'warn'>; nowMs?: () => number },
): TalkToggle {
  let used: TalkToggleKey | undefined;
  let isTaken = false;
  let cameAtMs = Number.NEGATIVE_INFINITY;
  const came = (): void => {
    const now = nowMs();
    const isHeld = now - cameAtMs < heldMs;
    cameAtMs = now;
    if (!isHeld) onPress();
  };
  return {
    use(key) {
      if (key === used) return;
      if (used !== undefined) globalShortcut.unregister(used);
      used = key !== undefined && globalShortcut.register(key, came) ? key : undefined;
      isTaken = key !== undefined && used === undefined;
      if (isTaken)
        logger.warn({ key }, 'another program has the key that was chosen to switch talk on and off');
    },
    isTaken: () => isTaken,
  };
}
