import { foldText } from '../../../src-shared/cameras/searchText.ts';

/** Something beside cameras that the palette opens, such as a view of the desk. */
export interface PaletteEntry {
  /** Identifies the entry; typed in full, it finds the entry in every language. Example: `map`. */
  name: string;
  title: string;
  /** The keys that do the same, such as `Alt 5`. */
  keys: string;
}

/** Typed first, it lists all entries, as palettes of editors do. */
const listSign = '>';

/**
 * The entries that a query finds. The officer who types a part of a camera's name and presses Enter wants the camera, so an
 * entry comes before cameras only where its whole name is typed; a part of the name finds it where no camera is found.
 */
export function findEntries(
  entries: readonly PaletteEntry[],
  query: string,
  foundCameras: number,
): PaletteEntry[] {
  const typed = foldText(query.trim());
  const isList = typed.startsWith(listSign);
  const words = isList ? typed.slice(listSign.length).trim() : typed;
  if (words === '' && !isList) return [];
  const isPart = isList || foundCameras === 0;
  return entries.filter(({ name, title }) =>
    [name, title].some((known) => {
      const folded = foldText(known);
      return folded === words || (isPart && folded.includes(words));
    }),
  );
}
