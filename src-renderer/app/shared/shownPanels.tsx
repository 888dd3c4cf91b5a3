import { Fragment, useCallback, useSyncExternalStore, type ComponentType } from 'react';
import type { StoreApi } from 'zustand/vanilla';

/** A panel that is drawn only at times. */
export interface ShownPanel {
  /** The stores that `isShown` reads; the surface is drawn again when one of them changes. */
  reads: readonly Pick<StoreApi<unknown>, 'subscribe'>[];
  isShown(): boolean;
  Panel: ComponentType;
}

/** The first of the panels that is to be shown now; undefined where none is. */
export function useShownPanel(panels: readonly ShownPanel[]): ComponentType | undefined {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const stores = new Set(panels.flatMap(({ reads }) => reads));
      const ends = [...stores].map((store) => store.subscribe(onChange));
      return () => {
        for (const end of ends) end();
      };
    },
    [panels],
  );
  const shown = (): ComponentType | undefined => panels.find((panel) => panel.isShown())?.Panel;
  return useSyncExternalStore(subscribe, shown, shown);
}

/** The panels that there are: not every feature has one at each place. */
export function panelsAt<Panel>(panels: readonly (Panel | undefined)[]): Panel[] {
  return panels.flatMap((panel) => (panel === undefined ? [] : [panel]));
}

/** Draws panels one after the other. A panel's place in the list identifies it; another component there is mounted again. */
export function drawPanels(panels: readonly ComponentType[]) {
  return panels.map((Panel, index) => (
    <Fragment key={index}>
      <Panel />
    </Fragment>
  ));
}
