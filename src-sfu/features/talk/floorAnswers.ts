import { refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { FloorHolder, FloorState } from '../../../src-shared/talk/floorState.ts';
import type { FloorAnswer } from '../../../src-shared/talk/talk.protocol.ts';

/** Whether somebody talks or waits in a group. */
export function isBusy({ holder, queue }: Pick<FloorState, 'holder' | 'queue'>, speakerId: string): boolean {
  return (
    holder?.participantId === speakerId || queue.some(({ participantId }) => participantId === speakerId)
  );
}

/** How it stands with a press of somebody in a group. */
export function answerOf(
  { holder, queue }: Pick<FloorState, 'holder' | 'queue'>,
  speakerId: string,
  press: number,
): FloorAnswer {
  if (holder?.participantId === speakerId && holder.press === press) return granted(holder);
  const index = queue.findIndex((one) => one.participantId === speakerId && one.press === press);
  if (index === -1) return { state: 'denied', cause: 'old_press' };
  return { state: 'queued', position: index + 1, size: queue.length };
}

function granted({ epoch, grantedAtMs, endsAtMs }: FloorHolder): FloorAnswer {
  return { state: 'granted', epoch, grantedAtMs, endsAtMs };
}

/** The speaker does not belong to the group. */
export function notYours(groupId: string): Ack<never> {
  return refuse('forbidden', `You are not in the talk group ${groupId}. Choose one of yours.`, {
    reason: 'talk.not_in_group',
  });
}

/** The talk that is meant has ended. */
export function oldEpoch(): Ack<never> {
  return refuse('conflict', 'That talk is over: the floor has another epoch now.', {
    reason: 'talk.is_over',
  });
}
