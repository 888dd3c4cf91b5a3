/** How long the second press is not taken after the first one, which a hand that shakes or is impatient repeats. Milliseconds. */
export const settlingMs = 600;

/** Whether a key that removes asks for its second press; while it settles it takes none. */
export type Asking = 'no' | 'settling' | 'ready';

/** What a press does. `clicks`: how many clicks the pointer has made in a row, 0 by the keyboard; the second one of a double click is no press. */
export function afterPress(asking: Asking, clicks: number): { asking: Asking; removes: boolean } {
  if (clicks > 1 || asking === 'settling') return { asking, removes: false };
  return asking === 'ready' ? { asking: 'no', removes: true } : { asking: 'settling', removes: false };
}
