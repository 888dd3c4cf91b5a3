import type { Logger } from 'pino';
import type { WantedSurface } from '../hub/hubAddress.ts';
import { setOfDisplays, type DisplaySource } from './displays.ts';
import {
  arrangementOf,
  nearestArrangement,
  planPlacements,
  type Arrangement,
  type Placement,
  type RememberedSurface,
} from './placement.ts';

/** A display that is switched on reports itself several times in a row. */
const displaysSettleMs = 500;

/** Keeps the windows where they belong while displays come, go, turn and change their size. */
export interface Arranger {
  /** Places the windows, and again after each change of the displays. */
  start(): Promise<void>;
  /** Places them now, as after other choices. */
  arrange(): Promise<void>;
  /** What stands on the displays now. */
  placed(): readonly RememberedSurface[];
  close(): void;
}

export function createArranger(options: {
  displays: DisplaySource;
  surfaces: readonly WantedSurface[];
  isKiosk(): boolean;
  /** Whether a lone display shows the desk beside the wall, as the demo does. */
  hasDeskToo?: boolean;
  remembered(): readonly Arrangement[];
  place(placements: readonly Placement[]): void;
  logger: Pick<Logger, 'info'>;
}): Arranger {
  const { displays: source, logger } = options;
  let settleTimer: NodeJS.Timeout | undefined;
  let isClosed = false;
  /** What nobody chose, so that a surface comes back to its display when that is plugged in again. */
  const ofThisRun: Arrangement[] = [];
  let placed: readonly RememberedSurface[] = [];

  const arrange = async (): Promise<void> => {
    const { displays, primaryId } = await source.read();
    // A matrix switch can take all displays away for a moment; the surfaces wait for them to return.
    if (displays.length === 0 || isClosed) return;
    const remembered = [...options.remembered(), ...ofThisRun];
    const isNew = nearestArrangement(remembered, setOfDisplays(displays)) === undefined;
    const placements = planPlacements(
      displays,
      primaryId,
      options.surfaces,
      options.isKiosk(),
      remembered,
      options.hasDeskToo,
    );
    const arrangement = arrangementOf(displays, placements);
    placed = arrangement.surfaces;
    if (isNew && options.surfaces.length === 0 && displays.length > 1) ofThisRun.push(arrangement);
    logger.info(
      { displays: displays.length, surfaces: placements.map(({ key, mode }) => `${key} ${mode}`) },
      'surfaces were placed on the displays',
    );
    options.place(placements);
  };

  return {
    async start() {
      await arrange();
      source.onChange(() => {
        clearTimeout(settleTimer);
        settleTimer = setTimeout(() => void arrange(), displaysSettleMs);
      });
    },
    arrange,
    placed: () => placed,
    close() {
      isClosed = true;
      clearTimeout(settleTimer);
      source.close();
    },
  };
}
