import type { InputOf } from '../../../src-shared/protocol/index.ts';
import type { MemberPosition } from '../../../src-shared/squads/squads.protocol.ts';
import type { Logger } from '../../logger.ts';
import type { Roster } from './roster.ts';
import type { SquadsRepository } from './squads.repository.ts';

/** Positions of members: announced at once, written to the store at intervals. */
export interface Positions {
  report(memberId: string, positions: InputOf<'squads:reportPositions'>['positions']): void;
  stopSharing(memberId: string): Promise<void>;
  /** Stores the positions that are not stored yet. */
  close(): Promise<void>;
}

export interface PositionsOptions {
  repository: SquadsRepository;
  roster: Roster;
  logger: Logger;
  nowMs(): number;
}

/** How often the last position of each member is stored: after a crash the map is at most this much older. Milliseconds. */
const writeEveryMs = 2_000;

export function createPositions({ repository, roster, logger, nowMs }: PositionsOptions): Positions {
  const unwritten = new Set<string>();
  let writing: Promise<void> = Promise.resolve();

  const write = (): Promise<void> => {
    writing = writing.then(async () => {
      const rows = [...unwritten]
        .map((memberId) => ({ memberId, position: roster.member(memberId)?.position }))
        .filter((row): row is { memberId: string; position: MemberPosition } => row.position !== undefined);
      unwritten.clear();
      if (rows.length === 0) return;
      await repository.savePositions(rows).catch((error: unknown) => {
        logger.error({ err: error }, 'positions of members could not be stored');
      });
    });
    return writing;
  };
  const timer = setInterval(() => {
    if (unwritten.size > 0) void write();
  }, writeEveryMs);
  timer.unref();

  return {
    report(memberId, reported) {
      const now = nowMs();
      const positions = reported
        .map(({ ageMs, ...place }) => ({ ...place, atMs: now - ageMs }))
        .sort((left, right) => left.atMs - right.atMs);
      roster.putPosition(memberId, positions);
      unwritten.add(memberId);
    },
    async stopSharing(memberId) {
      unwritten.delete(memberId);
      roster.dropPosition(memberId);
      // Waits for a write that may be running.
      await writing;
      await repository.removePosition(memberId);
    },
    async close() {
      clearInterval(timer);
      await write();
    },
  };
}
