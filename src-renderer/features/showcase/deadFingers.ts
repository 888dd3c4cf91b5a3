/** A finger that has been on the glass for so long is a fault of the glass: water, a scratch, a loose sensor. Milliseconds. */
export const deadAfterMs = 2_000;

/**
 * Browsers make a press of a single finger alone, so that one that never lifts would leave a glass on which nothing can be pressed. With
 * a dead finger on the glass, a touch that begins and ends on one control presses it; many fingers at the same time still press nothing.
 */
export function pressBesideDeadFingers({
  target,
  controlAt,
}: {
  target: Pick<EventTarget, 'addEventListener'>;
  /** The control at a place of the page, in CSS pixels. */
  controlAt(x: number, y: number): { click(): void } | undefined;
}): void {
  const down = new Map<number, { control: { click(): void } | undefined; sinceMs: number }>();
  const on = (name: string, listener: (event: PointerEvent) => void): void =>
    target.addEventListener(
      name,
      (event) => {
        if ((event as PointerEvent).pointerType === 'touch') listener(event as PointerEvent);
      },
      { capture: true },
    );
  on('pointerdown', ({ pointerId, clientX, clientY, timeStamp }) => {
    down.set(pointerId, { control: controlAt(clientX, clientY), sinceMs: timeStamp });
  });
  on('pointercancel', ({ pointerId }) => void down.delete(pointerId));
  on('pointerup', ({ pointerId, clientX, clientY, timeStamp }) => {
    const own = down.get(pointerId);
    down.delete(pointerId);
    if (own?.control === undefined || down.size === 0) return;
    const areDead = [...down.values()].every(({ sinceMs }) => timeStamp - sinceMs >= deadAfterMs);
    if (areDead && controlAt(clientX, clientY) === own.control) own.control.click();
  });
}
