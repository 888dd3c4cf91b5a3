import type { KitchenTalkState } from './deskKitchenTalk.ts';

/** A kitchen that is spoken into now, for the talk bar. */
export interface KitchenChip {
  siteId: string;
  isOwn: boolean;
  /** The seat that speaks, as the hub names it; empty for this desk while the hub has not answered. */
  by: string;
  /** The camera is still being asked, or the tone sounds. */
  isWaiting: boolean;
  /** The stored sentence that is played. */
  sentence?: string;
}

/** The kitchens that are spoken into, with this desk's own first. */
export function kitchenChips({
  speaking,
  speakerId,
  own,
  target,
}: Pick<KitchenTalkState, 'speaking' | 'speakerId' | 'own' | 'target'>): KitchenChip[] {
  const chips = [...speaking.values()].map(({ siteId, speaker, phase, sentence }) => ({
    siteId,
    isOwn: speaker.speakerId === speakerId,
    by: speaker.name,
    isWaiting: phase !== 'speaking',
    ...(sentence === undefined ? {} : { sentence }),
  }));
  const isPressed = own !== undefined && target?.cameraId === own.cameraId;
  if (isPressed && !chips.some((chip) => chip.isOwn && chip.siteId === target.siteId))
    chips.push({ siteId: target.siteId, isOwn: true, by: '', isWaiting: true });
  return chips.toSorted((one, other) => Number(other.isOwn) - Number(one.isOwn));
}
