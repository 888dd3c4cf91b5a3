import { createSequence } from '../../base/sequence.ts';
import type { Member } from '../../../src-shared/squads/squads.protocol.ts';
import type { TimelineWriting } from './timeline.ports.ts';

/** Keeps when body-worn cameras sent their picture. */
export interface BodyCamTimes {
  /** Members as they are now. */
  membersChanged(members: readonly Pick<Member, 'memberId' | 'squadId' | 'bodyCam'>[]): void;
  /** Members that are gone. */
  membersRemoved(memberIds: readonly string[]): void;
  /** Those that are live end with the hub. Resolves when everything is written. */
  close(): Promise<void>;
}

export function createBodyCamTimes(options: {
  writing: Pick<TimelineWriting, 'beginBodyCam' | 'endBodyCam'>;
  newId(): string;
  onFault(error: unknown): void;
  nowMs(): number;
}): BodyCamTimes {
  const { writing, newId, nowMs } = options;
  const live = new Map<string, string>();
  const running = createSequence();
  const then = (work: () => Promise<void>): void => {
    running.exclusive(work).catch(options.onFault);
  };
  const end = (memberId: string, atMs: number): void => {
    const id = live.get(memberId);
    if (id === undefined) return;
    live.delete(memberId);
    then(() => writing.endBodyCam(id, atMs));
  };
  return {
    membersChanged(members) {
      for (const { memberId, squadId, bodyCam } of members) {
        if (bodyCam.state !== 'live') end(memberId, bodyCam.sinceMs);
        else if (!live.has(memberId)) {
          const time = {
            id: newId(),
            memberId,
            squadId,
            sender: bodyCam.sender,
            startedAtMs: bodyCam.sinceMs,
          };
          live.set(memberId, time.id);
          then(() => writing.beginBodyCam(time));
        }
      }
    },
    membersRemoved(memberIds) {
      for (const memberId of memberIds) end(memberId, nowMs());
    },
    async close() {
      for (const memberId of [...live.keys()]) end(memberId, nowMs());
      await running.exclusive(() => Promise.resolve());
    },
  };
}
