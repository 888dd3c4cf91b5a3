import { comparePadButtons, readPadButtons, type Pad, type PadButtons } from './padButtons.ts';

/** A press is heard within this time, which is not felt as late; a pad has no events of its own. Milliseconds. */
const readMs = 20;

/** Reads foot switches and gamepads for as long as one is plugged in, and says which buttons went down and up. */
export function watchPads(
  page: {
    window: Pick<EventTarget, 'addEventListener'>;
    pads(): readonly (Pad | null)[];
  },
  actions: { down(buttonId: string): void; up(buttonId: string): void },
): void {
  let known: PadButtons = new Map();
  let timer: ReturnType<typeof setInterval> | undefined;

  const read = (): void => {
    const now = readPadButtons(page.pads());
    const { down, up } = comparePadButtons(known, now);
    known = now;
    // What was let go comes first: one foot switch may be swapped for another.
    for (const buttonId of up) actions.up(buttonId);
    for (const buttonId of down) actions.down(buttonId);
    if (now.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
  page.window.addEventListener('gamepadconnected', () => {
    timer ??= setInterval(read, readMs);
    read();
  });
  page.window.addEventListener('gamepaddisconnected', read);
}
