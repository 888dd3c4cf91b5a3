import type { Placement } from '../displays/placement.ts';
import type { HubAddress } from '../hub/hubAddress.ts';
import type { HubTrouble } from '../hub/troubles.ts';

/** The windows of a shell, one for each surface; Electron's, or those of the system's Chromium. */
export interface ShellWindows {
  /** Opens, moves and closes windows until they are as placed. */
  arrange(placements: readonly Placement[]): void;
  hubReady(hub: HubAddress): void;
  hubTrouble(trouble: HubTrouble): void;
  /** Brings the windows before those of other programs. */
  raise(): void;
  /** Resolves when all are closed. */
  closeAll(): Promise<void>;
}
