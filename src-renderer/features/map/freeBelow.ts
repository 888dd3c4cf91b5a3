/** A place on a sheet over the map. Pixels of the page. */
export interface SheetBox {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** Moves a box down until it touches none of those that stand already, `gap` pixels below the last one that was in its way. */
export function freeBelow(wanted: SheetBox, taken: readonly SheetBox[], gap: number): SheetBox {
  let box = wanted;
  // From top to bottom, one pass is enough: a box that was passed is never reached again by moving down.
  for (const other of taken.toSorted((one, two) => one.top - two.top)) {
    const isApart =
      box.right <= other.left ||
      box.left >= other.right ||
      box.bottom <= other.top ||
      box.top >= other.bottom;
    if (isApart) continue;
    const top = other.bottom + gap;
    box = { ...box, top, bottom: top + wanted.bottom - wanted.top };
  }
  return box;
}
