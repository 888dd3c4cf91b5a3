import { createStore, type StoreApi } from 'zustand/vanilla';
import type { CaseView } from '../../../../src-shared/wall/wallCase.ts';
import type { MapStore } from '../../../features/map/mapStore.ts';
import type { SquadsStore } from '../../../features/squads/squadsStore.ts';
import type { WallStore } from '../../../features/wall/wallStore.ts';
import { ordersOnMap } from '../../shared/ordersOnMap.ts';
import { roadKey } from '../../../../src-shared/orders/orderWay.ts';
import type { i18n } from 'i18next';

/** The order whose case this screen shows, as the hub sent it last. */
export type CaseStore = StoreApi<{ wallCase: CaseView | undefined }>;

export function createCaseStore(): CaseStore {
  return createStore(() => ({ wallCase: undefined }));
}

/** Draws the case's order on the screen's map while the case is shown. What looks the same is not drawn again. */
export function followCaseMap(parts: {
  cases: CaseStore;
  wallStore: WallStore;
  squads: SquadsStore;
  map: MapStore;
  i18n: Pick<i18n, 't'>;
}): void {
  const { cases, wallStore, squads, map, i18n } = parts;
  let drawn = '';
  const draw = (): void => {
    const { wallCase } = cases.getState();
    const isShown = wallStore.getState().wall?.caseOf === wallCase?.orderId;
    const { members, positions } = squads.getState();
    const roads = new Map((wallCase?.roads ?? []).map((road) => [roadKey(road), road]));
    const orders =
      wallCase === undefined || !isShown
        ? []
        : ordersOnMap({ orders: [wallCase], members, positions, roads, t: i18n.t });
    const text = JSON.stringify(orders);
    if (text === drawn) return;
    drawn = text;
    map.setState({ orders, focusedOrderId: orders[0]?.orderId });
  };
  cases.subscribe(draw);
  squads.subscribe((state, before) => {
    if (cases.getState().wallCase === undefined) return;
    if (state.positions !== before.positions || state.members !== before.members) draw();
  });
  wallStore.subscribe((state, before) => {
    if (state.wall?.caseOf !== before.wall?.caseOf) draw();
  });
}
