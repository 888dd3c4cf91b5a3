import type { FloorEvent } from '../../../src-shared/talk/floorState.ts';
import { watchSilence, type Timer } from '../../base/timers.ts';
import type { Group } from './floorMessages.ts';

/** A talker without a packet for this long counts as lost. Opus with DTX sends at least one packet every 400 ms. Milliseconds. */
const silentMs = 1_500;
const watchEveryMs = 250;

/** Ends the talk of everybody whose voice does not arrive any more. A standstill of this process is not counted as silence. */
export function watchTalkers(options: {
  groups(): Iterable<Group>;
  /** When the last packet of a talker came; undefined for none since the floor was granted. Unix milliseconds. */
  lastPacketAtMs(speakerId: string): number | undefined;
  happen(group: Group, event: FloorEvent): void;
  nowMs(): number;
}): Timer {
  const { groups, lastPacketAtMs, happen, nowMs } = options;
  return watchSilence(watchEveryMs, (stoodStillMs) => {
    for (const group of groups()) {
      if (stoodStillMs !== 0) happen(group, { type: 'stoodStill', forMs: stoodStillMs });
      const { holder } = group.floor;
      if (holder?.keyUpByMs !== undefined || holder === undefined) continue;
      const startedAtMs = Math.max(holder.grantedAtMs, group.keyedAtMs ?? 0);
      const heardAtMs = Math.max(startedAtMs, lastPacketAtMs(holder.participantId) ?? 0);
      const stall = group.stall !== undefined && heardAtMs < group.stall.endedAtMs ? group.stall : undefined;
      const stalledMs = (stall?.forMs ?? 0) + stoodStillMs;
      // Packets of the talker that arrived during the standstill are read before the next check.
      if (stoodStillMs !== 0) group.stall = { forMs: stalledMs, endedAtMs: nowMs() };
      else if (nowMs() - heardAtMs - stalledMs >= silentMs) {
        happen(group, { type: 'lost', epoch: holder.epoch });
      }
    }
  });
}
