import type { TFunction } from 'i18next';
import { createContext } from 'react';
import type { PaletteEntry } from '../../features/cameras/paletteEntries.ts';
import { digitOf, type KeyFacts } from '../../ui/keys.ts';
import type { KeyGroup } from '../../ui/desk/KeyHelp.tsx';
import type { AnyDeskFeature, DeskView } from './deskFeature.ts';

/** Ten digits without Shift, and ten with it. */
const mostViews = 20;

/** The views of the features in the order of the list. Throws where two have one name, or where one would have no key. */
export function viewsOf(features: readonly AnyDeskFeature[]): DeskView[] {
  const views = features.flatMap(({ view }) => (view === undefined ? [] : [view]));
  const names = new Set(views.map(({ name }) => name));
  if (names.size < views.length) throw new Error('Two views of the desk have the same name.');
  if (views.length > mostViews) {
    throw new Error(`The desk has ${views.length} views, but number keys for only ${mostViews}.`);
  }
  return views;
}

/** The view that a key with Alt turns to: 1 to 9 and 0 are the first ten views, with Shift the next ten. */
export function viewOfKey(event: KeyFacts, views: readonly DeskView[]): DeskView | undefined {
  if (!event.altKey || event.ctrlKey) return undefined;
  const digit = digitOf(event);
  if (digit === undefined) return undefined;
  const index = (digit + 9) % 10;
  // Some keyboards have their digits behind Shift: where there is no eleventh view, Shift changes nothing.
  return (event.shiftKey ? views[index + 10] : undefined) ?? views[index];
}

/** How the key of the view at `index` is written, such as `Alt 1`. */
function keyWord(index: number): string {
  const digit = (index + 1) % 10;
  return index < 10 ? `Alt ${digit}` : `Alt Shift ${digit}`;
}

/** One line for each view. */
export function viewHelp(views: readonly DeskView[], t: TFunction): KeyGroup {
  return {
    title: t('keys.views'),
    keys: views.map((view, index) => ({ keys: [keyWord(index)], text: view.title(t) })),
  };
}

/** What the palette opens beside cameras: every view. */
export function viewEntries(views: readonly DeskView[], t: TFunction): PaletteEntry[] {
  return views.map((view, index) => ({ name: view.name, title: view.title(t), keys: keyWord(index) }));
}

/** The views of the desk, for what is drawn by a feature and lists all views: the palette. */
export const DeskViews = createContext<readonly DeskView[]>([]);
