import type { InputOf } from '../../../src-shared/protocol/index.ts';
import type { MemberPosition } from '../../../src-shared/squads/squads.protocol.ts';
import { createSequence } from '../../base/sequence.ts';
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
  const writing = createSequence();

  const write = (): Promise<void> =>
    writing.exclusive(async () => {
      const rows = [...unwritten]
        .map((memberId) => ({ memberId, position: roster.member(memberId)?.position }))
        .filter((row): row is { memberId: string; position: MemberPosition } => row.position !== undefined);
      unwritten.clear();
      if (rows.length === 0) return;
      try {
        await repository.savePositions(rows);
      } catch (error) {
        // The next write has them, each as it is then.
        for (const { memberId } of rows) unwritten.add(memberId);
        logger.error({ err: error }, 'positions of members could not be stored');
      }
    });
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
      // After a write that may be running.
      await writing.exclusive(() => repository.removePosition(memberId));
    },
    async close() {
      clearInterval(timer);
      await write();
    },
  };
}
