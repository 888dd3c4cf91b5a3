import type { PrincipalStore } from '../../../features/accounts/principalStore.ts';
import { OverduePanel } from '../../../features/overdue/OverduePanel.tsx';
import type { DeskOverdue, LateWork } from '../../../features/overdue/overdueStore.ts';
import type { DeskFeature } from '../deskFeature.ts';
import type { DeskStore } from '../DeskState.ts';
import type { DeskFindings } from '../findings/DeskFindings.ts';
import type { DeskOrders } from '../orders/DeskOrders.ts';

export interface OverdueFeatureParts {
  desk: DeskStore;
  accounts: { principal: PrincipalStore };
  orders: DeskOrders;
  findings: DeskFindings;
  overdue: DeskOverdue;
}

/** Late orders and findings at the desk of who may step in: below the other panels until they were seen. */
export function createOverdueFeature(parts: OverdueFeatureParts): DeskFeature {
  const { desk, accounts, orders, findings, overdue } = parts;
  const follow = (): void =>
    overdue.changed(orders.store.getState().orders.values(), findings.store.getState().findings.values());
  orders.store.subscribe((state, before) => {
    if (state.orders !== before.orders) follow();
  });
  findings.store.subscribe((state, before) => {
    if (state.findings !== before.findings) follow();
  });
  accounts.principal.subscribe(({ capabilities, desk: sitting }) =>
    overdue.sitting(capabilities.has('orders:override') ? sitting?.accountId : undefined),
  );
  const open = (work: LateWork): void => {
    if (work.type === 'order') {
      orders.actions.choose(work.order.orderId);
      desk.show('orders');
    } else {
      findings.actions.choose(work.finding.findingId);
      desk.show('findings');
    }
  };
  return { panels: { leftFoot: () => <OverduePanel overdue={overdue} onOpen={open} /> } };
}
