/** A place in the window, in its pixels. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Wider than the ring around what is pointed at. */
const gap = 20;

/**
 * Where the card stands so that it does not cover what it points at: right of it, else left, above or below; in a corner where there is no
 * room at all, or nothing to point at.
 */
export function placeCard(
  target: Box | undefined,
  card: { width: number; height: number },
  view: { width: number; height: number },
): { left: number; top: number } {
  const corner = { left: view.width - card.width - gap, top: gap * 5 };
  if (target === undefined) return corner;
  // What it points at may reach out of the window.
  const right = Math.max(gap, target.left + target.width + gap);
  const left = target.left - gap - card.width;
  const above = target.top - gap - card.height;
  const below = Math.max(gap, target.top + target.height + gap);
  const along = (at: number, size: number, room: number): number =>
    Math.max(gap, Math.min(at, room - size - gap));
  const top = along(target.top, card.height, view.height);
  if (right + card.width + gap <= view.width) return { left: right, top };
  if (left >= gap) return { left, top };
  const across = along(target.left, card.width, view.width);
  if (above >= gap) return { left: across, top: above };
  if (below + card.height + gap <= view.height) return { left: across, top: below };
  return corner;
}
