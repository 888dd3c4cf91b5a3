import type { TFunction } from 'i18next';
import type { ComponentType } from 'react';
import type { NoticeName } from '../../../src-shared/protocol/index.ts';
import type { KeyGroup } from '../../ui/desk/KeyHelp.tsx';
import type { ShownPanel } from '../shared/shownPanels.tsx';
import type { AnySurfaceFeature, SurfaceFeature } from '../shared/surfaceFeature.ts';

/** A view of the desk: it has a tab in the top bar, a number key and a line in the key help. */
export interface DeskView {
  /** Identifies the view, such as `wall`; unique on the desk. */
  name: string;
  title(t: TFunction): string;
  /** What the tab shows where it is more than the title. */
  Tab?: ComponentType;
  View: ComponentType;
}

/** What a feature draws around the views. Where several features have a panel of one kind, the later one in the list is above. */
export interface DeskPanels {
  /** Under the top bar, over everything else, such as an SOS. Also while the desk is locked: it shows what must be seen, and nothing of the registry. */
  over?: ComponentType;
  left?: ComponentType;
  /** Below all that is in the left column. */
  leftFoot?: ComponentType;
  /** In place of the view. */
  main?: ShownPanel;
  right?: ShownPanel;
  /** Along the lower edge: talk. Also while the desk is locked: a call goes on. */
  bottom?: ComponentType;
  /** Dialogs, the palette and messages, over the desk; also before the first connection. */
  windows?: ComponentType;
}

/**
 * Escape puts away one thing for each press, in this order: the camera that is carried, the question about an alert, the
 * focus of a field, the alert, the large picture, the chosen row of a list.
 */
export const escapeLayers = ['carried', 'question', 'field', 'alert', 'picture', 'selection'] as const;
export type EscapeLayer = (typeof escapeLayers)[number];

/** A key by its character (`keyOf`), with the event it came in. */
export interface PressedKey {
  key: string;
  event: KeyboardEvent;
}

/** The keys of a feature. Each function answers whether the key was its own; then no other feature gets it. */
export interface DeskFeatureKeys {
  /** Before all others, also while a field has the focus or a window is open. An input method that composes keeps its keys. */
  first?(event: KeyboardEvent): boolean;
  /** Whether `first` also works while the desk is locked. */
  whileLocked?: boolean;
  /** Also while a field has the focus or a window is open: a combination with Ctrl or Meta. */
  withControl?(pressed: PressedKey): boolean;
  /** Whether a window of this feature is open, which takes all keys. */
  isWindowOpen?(): boolean;
  /** Keys of something that is under way, also while a field has the focus: digits while a camera is carried. */
  underway?(pressed: PressedKey): boolean;
  /** Keys without Ctrl, Alt or Meta while no field has the focus. */
  plain?(key: string): boolean;
  /** What Escape puts away. */
  escape?: { [Layer in Exclude<EscapeLayer, 'field'>]?: () => boolean };
  /** Lines of the key help; groups with the same title become one. */
  help?(t: TFunction): KeyGroup[];
}

/**
 * One feature of the desk. `deskFeatures.ts` has the list of them; tabs, number keys, the key help and the routing of
 * notices follow from it. `Taken` are the names of the notices that the feature takes.
 */
export interface DeskFeature<Taken extends NoticeName = never> extends SurfaceFeature<Taken> {
  view?: DeskView;
  panels?: DeskPanels;
  keys?: DeskFeatureKeys;
}

/** A feature of any notices, where only what is common to all features counts. */
export type AnyDeskFeature = AnySurfaceFeature & Pick<DeskFeature, 'view' | 'panels' | 'keys'>;
