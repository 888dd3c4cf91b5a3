import type { ComponentType } from 'react';
import { panelsAt, type ShownPanel } from '../shared/shownPanels.tsx';
import type { AnyDeskFeature, DeskPanels } from './deskFeature.ts';

/** The panels of all features by their place, in the order in which they are drawn or asked whether they are shown. */
export interface PanelsByPlace {
  over: readonly ComponentType[];
  left: readonly ComponentType[];
  leftFoot: readonly ComponentType[];
  bottom: readonly ComponentType[];
  windows: readonly ComponentType[];
  main: readonly ShownPanel[];
  right: readonly ShownPanel[];
}

/** Collects the panels: those of the last feature in the list come first. */
export function panelsOf(features: readonly AnyDeskFeature[]): PanelsByPlace {
  const collect = <Place extends keyof DeskPanels>(place: Place): NonNullable<DeskPanels[Place]>[] =>
    panelsAt(features.toReversed().map(({ panels }) => panels?.[place] as NonNullable<DeskPanels[Place]>));
  return {
    over: collect('over'),
    left: collect('left'),
    leftFoot: collect('leftFoot'),
    bottom: collect('bottom'),
    windows: collect('windows'),
    main: collect('main'),
    right: collect('right'),
  };
}
