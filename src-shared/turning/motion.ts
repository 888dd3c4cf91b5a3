import { z } from 'zod';

const speed = z.number().min(-1).max(1);

/** How a camera moves: each part from −1 to 1, where 1 is as fast as it can. Positive: right, up, closer, far focus. */
export const motionSchema = z.object({ pan: speed, tilt: speed, zoom: speed, focus: speed });
export type Motion = z.output<typeof motionSchema>;

export const atRest: Motion = { pan: 0, tilt: 0, zoom: 0, focus: 0 };

export function isAtRest({ pan, tilt, zoom, focus }: Motion): boolean {
  return pan === 0 && tilt === 0 && zoom === 0 && focus === 0;
}

/** Whether the camera shows another part of the room after it; its focus alone changes nothing of that. */
export function changesView({ pan, tilt, zoom }: Motion): boolean {
  return pan !== 0 || tilt !== 0 || zoom !== 0;
}
