import type { Logger } from 'pino';
import type { TalkToggleKey } from '../settings/shellSettings.ts';
import type { ElectronModule } from './electronModule.ts';

/** The key of the whole machine that switches the talk key of a desk on and off. Electron hears no release, so that it cannot be held. */
export interface TalkToggle {
  /** Takes the key that is chosen now, and gives back another one; undefined: no key. */
  use(key: TalkToggleKey | undefined): void;
}

/** No key is taken before `use`. `onPress` is called at each press, whichever program is in front. */
export function createTalkToggle(
  { globalShortcut }: Pick<ElectronModule, 'globalShortcut'>,
  { onPress, logger }: { onPress(): void; logger: Pick<Logger, 'warn'> },
): TalkToggle {
  let used: TalkToggleKey | undefined;
  return {
    use(key) {
      if (key === used) return;
      if (used !== undefined) globalShortcut.unregister(used);
      used = key !== undefined && globalShortcut.register(key, onPress) ? key : undefined;
      if (key !== undefined && used === undefined)
        logger.warn({ key }, 'another program has the key that was chosen to switch talk on and off');
    },
  };
}
