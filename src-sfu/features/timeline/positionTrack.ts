import { distanceM } from '../../../src-shared/orders/straightLine.ts';
import type { MemberPosition } from '../../../src-shared/squads/squads.protocol.ts';
import type { PositionSample, TimelineWriting } from './timeline.ports.ts';
import { createSequence } from '../../base/sequence.ts';

/** Keeps where members were while they worked: written in batches, off the path of media and of messages. */
export interface PositionTrack {
  /** A position of a member, in any order; what came late too. */
  reported(memberId: string, squadId: string, position: MemberPosition): void;
  /** Writes what is not written yet. */
  close(): Promise<void>;
}

/** At most one sample of a member in this time, and only after this movement. */
export const sampleEveryMs = 10_000;
export const sampleAfterM = 10;
/** Samples are written together. Milliseconds. */
const writeEveryMs = 5_000;
/** Samples that wait while the database cannot be written; beyond them the oldest are lost. */
const maxWaiting = 10_000;
/** Samples of one member that are remembered, so that a late one finds its place: an hour and a half. */
const maxRemembered = 540;

export function createPositionTrack(options: {
  worked(memberId: string, squadId: string, atMs: number): boolean;
  writing: Pick<TimelineWriting, 'addPositions'>;
  onFault(error: unknown): void;
  nowMs(): number;
}): PositionTrack {
  const { worked, writing, nowMs } = options;
  /** By member, in the order of time. */
  const kept = new Map<string, PositionSample[]>();
  let waiting: PositionSample[] = [];
  const running = createSequence();
  let isFaulty = false;

  const write = (): Promise<void> =>
    running.exclusive(async () => {
      const batch = waiting;
      if (batch.length === 0) return;
      waiting = [];
      try {
        await writing.addPositions(batch);
        isFaulty = false;
      } catch (error) {
        if (!isFaulty) options.onFault(error);
        isFaulty = true;
        waiting = [...batch, ...waiting].slice(-maxWaiting);
      }
    });
  const timer = setInterval(() => {
    if (waiting.length > 0) void write();
  }, writeEveryMs);
  timer.unref();

  return {
    reported(memberId, squadId, { latitude, longitude, atMs }) {
      if (!worked(memberId, squadId, atMs)) return;
      const samples = kept.get(memberId) ?? [];
      const next = samples.findIndex((sample) => sample.atMs > atMs);
      const index = next < 0 ? samples.length : next;
      for (const neighbour of [samples[index - 1], samples[index]]) {
        if (neighbour === undefined) continue;
        if (Math.abs(neighbour.atMs - atMs) < sampleEveryMs) return;
        if (distanceM(neighbour, { latitude, longitude }) < sampleAfterM) return;
      }
      const sample = { memberId, squadId, atMs, receivedAtMs: nowMs(), latitude, longitude };
      samples.splice(index, 0, sample);
      kept.set(memberId, samples.slice(-maxRemembered));
      waiting.push(sample);
    },
    async close() {
      clearInterval(timer);
      await write();
    },
  };
}
