import { expect, test } from 'vitest';
import { createOrderHandlers } from '../../../../src-sfu/features/orders/orders.handlers.ts';
import type { SurfaceContext } from '../../../../src-sfu/signaling/handlers.ts';
import { wholeCity } from '../../../../src-shared/session/principal.ts';
import { county, principalOf } from '../authorityStage.ts';
import { content, crew, stageOrders } from './ordersStage.ts';

const elsewhere = { ...content, alertId: 'a2', place: { ...content.place, district: '赤壁市' as const } };

async function stage() {
  const { orders, repository } = await stageOrders();
  const handlers = createOrderHandlers({ orders, repository, settings: {} as never });
  const create = (scope: typeof county, input: object) => {
    const principal = principalOf('duty_officer', scope);
    const context = { connectionId: 'k', identity: { principal, role: principal.role } };
    return handlers['orders:create'](context as unknown as SurfaceContext, input as never);
  };
  const rank = (scope: typeof county, orderId: string) => {
    const principal = principalOf('duty_officer', scope);
    const context = { connectionId: 'k', identity: { principal, role: principal.role } };
    return handlers['orders:rank'](context as unknown as SurfaceContext, { orderId });
  };
  return { create, rank };
}

test('the id of an order of another part of the city tells nothing about that order', async () => {
  const { create } = await stage();
  expect(await create(wholeCity, { orderId: 'far', content: elsewhere })).toMatchObject({ ok: true });
  expect(await create(county, { orderId: 'far', content: { ...content, alertId: 'a3' } })).toMatchObject({
    ok: false,
    code: 'forbidden',
    reason: 'session.outside_scope',
  });
});

test('the way to an order of another part of the city is not told, as it is not to one that is not there', async () => {
  const { create, rank } = await stage();
  await create(wholeCity, { orderId: 'far', content: elsewhere });
  expect(await rank(county, 'far')).toEqual(await rank(county, 'nowhere'));
});

test('a repeat of an own order is answered the same', async () => {
  const { create } = await stage();
  const first = await create(county, { orderId: 'near', content, crew });
  expect(first).toMatchObject({ ok: true, data: { order: { orderId: 'near' } } });
  expect(await create(county, { orderId: 'near', content, crew })).toEqual(first);
});
