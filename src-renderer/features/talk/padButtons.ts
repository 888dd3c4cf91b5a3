/** A foot switch or gamepad as the browser describes it; only what is read of it. */
export interface Pad {
  index: number;
  id: string;
  buttons: readonly { readonly pressed: boolean }[];
}

/** The buttons of all pads by their ids, and whether each is down. */
export type PadButtons = ReadonlyMap<string, boolean>;

/** Reads the pads that are plugged in; the browser leaves a gap where one was unplugged. */
export function readPadButtons(pads: readonly (Pad | null)[]): PadButtons {
  return new Map(
    pads.flatMap((pad) =>
      pad === null
        ? []
        : pad.buttons.map(({ pressed }, button) => [`${pad.index} ${pad.id} ${button}`, pressed] as const),
    ),
  );
}

/**
 * What went down and what went up between two readings. A button that is down when its pad is seen for the first time went down
 * unseen: it counts as nothing until it was up. A button whose pad is gone went up.
 */
export function comparePadButtons(
  before: PadButtons,
  now: PadButtons,
): { down: readonly string[]; up: readonly string[] } {
  return {
    down: [...now].filter(([id, isDown]) => isDown && before.get(id) === false).map(([id]) => id),
    up: [...before].filter(([id, wasDown]) => wasDown && now.get(id) !== true).map(([id]) => id),
  };
}
