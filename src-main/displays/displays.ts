/** A rectangle on the desktop, in pixels that the display's scale has been taken off (device-independent). */
export interface Rectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A display as the system describes it; only what the placing needs. */
export interface DisplayArea {
  /** Electron's number, or the name of the connector under X11. */
  id: number | string;
  /** What a person reads, such as `HDMI-1`; left out: its id. */
  label?: string;
  bounds: Rectangle;
  /** The part not covered by panels and docks. */
  workArea: Rectangle;
}

/** The displays of a machine at one moment. */
export interface DisplaySet {
  displays: readonly DisplayArea[];
  primaryId: DisplayArea['id'];
}

/** Where the shell learns which displays there are. */
export interface DisplaySource {
  read(): Promise<DisplaySet>;
  /** Calls back after displays were plugged, unplugged, rotated or scaled; several times in a row for one change. */
  onChange(callback: () => void): void;
  close(): void;
}

/** Displays in the order a person counts them: from the left, and from the top where two stand above each other. */
export function orderDisplays<Display extends DisplayArea>(displays: readonly Display[]): Display[] {
  return displays.toSorted(
    (one, other) =>
      one.bounds.x - other.bounds.x ||
      one.bounds.y - other.bounds.y ||
      (String(one.id) < String(other.id) ? -1 : 1),
  );
}

/**
 * The name under which a display is remembered: the same after it was unplugged, rotated or given another resolution. Two
 * displays of one make have the same label, so that the id is part of it.
 */
export function displayName({ id, label }: DisplayArea): string {
  return label === undefined || label === String(id) ? String(id) : `${label} (${id})`;
}

/** A set of displays by the names of its members, in an order that does not depend on where they stand. */
export function setOfDisplays(displays: readonly DisplayArea[]): string[] {
  return displays.map(displayName).toSorted();
}
