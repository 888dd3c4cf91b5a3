import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findingStepActions } from '../../../src-shared/findings/findingStepActions.ts';
import { findingSchema, findingStepSchema } from '../../../src-shared/findings/findings.protocol.ts';
import { orderSchema, orderStepActions, orderStepSchema } from '../../../src-shared/orders/orderContent.ts';

const page = readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8');

it.each<[string, readonly string[]]>([
  ['order actions', orderStepActions],
  ['order steps', Object.keys(orderStepSchema.shape)],
  ['orders', Object.keys(orderSchema.shape)],
  ['finding actions', findingStepActions],
  ['finding steps', Object.keys(findingStepSchema.shape)],
  ['findings', Object.keys(findingSchema.shape)],
])('the page about webhooks names the %s that are sent, and no other', (name, expected) => {
  const row = page.split('\n').find((line) => line.startsWith(`- ${name}: `)) ?? '';
  const named = [...row.matchAll(/`(\w+)`/g)].map(([, word]) => word);
  expect(named.toSorted()).toEqual([...expected].toSorted());
});
