import type { Order, OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
import { may, type Principal } from '../../../src-shared/session/principal.ts';
import { orderResource } from './orderScope.ts';

/** Everybody who has an order or had it, by its history. */
export function membersOfSteps(steps: readonly Pick<OrderStep, 'memberId' | 'memberIds'>[]): Set<string> {
  return new Set(steps.flatMap(({ memberId, memberIds = [] }) => [...memberIds, memberId ?? '']));
}

/**
 * Who may add photographs and notes to an order, and see them: desks of its district or squad, and phones of those who have it or had
 * it. What somebody photographed for an order belongs to it, also where the order was given to others meanwhile, or has ended.
 */
export function createOrderAttachmentRules(orders: {
  find(orderId: string): Promise<Order | undefined>;
  steps(orderId: string): Promise<OrderStep[]>;
}): {
  resourceOf(orderId: string): Promise<ReturnType<typeof orderResource> | undefined>;
  membersOf(orderId: string): Promise<readonly string[]>;
  beganAtMs(orderId: string): Promise<number | undefined>;
  may(principal: Principal, what: 'add' | 'see', orderId: string): Promise<boolean>;
} {
  return {
    async resourceOf(orderId) {
      const order = await orders.find(orderId);
      return order === undefined ? undefined : orderResource(order);
    },
    membersOf: async (orderId) => (await orders.find(orderId))?.memberIds ?? [],
    beganAtMs: async (orderId) => (await orders.find(orderId))?.createdAtMs,
    async may(principal, what, orderId) {
      const capability = what === 'add' ? 'attachments:add' : 'attachments:view';
      if (!may(principal, capability)) return false;
      const order = await orders.find(orderId);
      if (order === undefined) return false;
      if (principal.kind !== 'phone') return may(principal, capability, orderResource(order));
      const memberId = principal.accountId;
      if (order.memberIds.includes(memberId)) return true;
      return membersOfSteps(await orders.steps(orderId)).has(memberId);
    },
  };
}
