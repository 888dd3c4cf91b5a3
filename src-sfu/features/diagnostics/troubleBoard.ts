import type { HubTrouble } from '../../../src-shared/diagnostics/diagnostics.protocol.ts';
import {
  levelOfTrouble,
  partOfTrouble,
  worstLevel,
  type HubLevel,
  type HubPart,
  type HubTroubleKind,
} from '../../../src-shared/diagnostics/hubTroubles.ts';
import { createListeners } from '../../../src-shared/listeners.ts';
import type { Logger } from '../../logger.ts';

/** Figures of a trouble, such as how many workers run. */
export type TroubleFigures = Omit<HubTrouble, 'kind' | 'sinceMs'>;

/** What is wrong with the hub at this moment. Each watch puts up what it finds, and takes it down when the cause is gone. */
export interface TroubleBoard {
  /** A trouble that is up already keeps its beginning and gets the new figures. */
  put(kind: HubTroubleKind, figures?: TroubleFigures): void;
  /** Does nothing where it is not up. */
  remove(kind: HubTroubleKind): void;
  has(kind: HubTroubleKind): boolean;
  /** In the order of `hubTroubleKinds`, which is that of the parts. */
  list(): HubTrouble[];
  levelOf(part: HubPart): HubLevel;
  onChanged(listener: () => void): void;
}

export function createTroubleBoard({
  kinds,
  logger,
  nowMs,
}: {
  kinds: readonly HubTroubleKind[];
  logger: Pick<Logger, 'error' | 'warn' | 'info'>;
  nowMs(): number;
}): TroubleBoard {
  const up = new Map<HubTroubleKind, HubTrouble>();
  const changed = createListeners();
  const list = (): HubTrouble[] => kinds.flatMap((kind) => up.get(kind) ?? []);
  return {
    put(kind, figures = {}) {
      const before = up.get(kind);
      const after = { kind, sinceMs: before?.sinceMs ?? nowMs(), ...figures };
      if (before !== undefined && JSON.stringify(before) === JSON.stringify(after)) return;
      up.set(kind, after);
      if (before === undefined) {
        const say = levelOfTrouble(kind) === 'failing' ? logger.error : logger.warn;
        say.call(logger, { trouble: kind, ...figures }, 'something is wrong with the hub');
      }
      changed.notify();
    },
    remove(kind) {
      const before = up.get(kind);
      if (before === undefined) return;
      up.delete(kind);
      const seconds = Math.round((nowMs() - before.sinceMs) / 1_000);
      logger.info({ trouble: kind, seconds }, 'what was wrong with the hub is over');
      changed.notify();
    },
    has: (kind) => up.has(kind),
    list,
    levelOf: (part) =>
      worstLevel(
        list()
          .filter(({ kind }) => partOfTrouble(kind) === part)
          .map(({ kind }) => levelOfTrouble(kind)),
      ),
    onChanged: (listener) => void changed.add(listener),
  };
}
