import type { ComponentType } from 'react';
import type { AnyDeskFeature, DeskPanel, DeskPanels } from './deskFeature.ts';

/** The panels of all features by their place, in the order in which they are drawn or asked whether they are shown. */
export interface PanelsByPlace {
  over: readonly ComponentType[];
  left: readonly ComponentType[];
  leftFoot: readonly ComponentType[];
  bottom: readonly ComponentType[];
  windows: readonly ComponentType[];
  centre: readonly DeskPanel[];
  right: readonly DeskPanel[];
}

/** Collects the panels: those of the last feature in the list come first. */
export function panelsOf(features: readonly AnyDeskFeature[]): PanelsByPlace {
  const collect = <Place extends keyof DeskPanels>(place: Place): NonNullable<DeskPanels[Place]>[] =>
    features.toReversed().flatMap(({ panels }) => {
      const panel = panels?.[place];
      return panel === undefined ? [] : [panel];
    });
  return {
    over: collect('over'),
    left: collect('left'),
    leftFoot: collect('leftFoot'),
    bottom: collect('bottom'),
    windows: collect('windows'),
    centre: collect('centre'),
    right: collect('right'),
  };
}
