import { expect, it } from 'vitest';
import { createCascadeFeature } from '../../../../../src-renderer/app/desk/cascade/cascadeFeature.tsx';
import type { DeskParts } from '../../../../../src-renderer/app/desk/deskParts.ts';
import { createOnvifFeature } from '../../../../../src-renderer/app/desk/onvif/onvifFeature.ts';
import { createRecordersFeature } from '../../../../../src-renderer/app/desk/recorders/recordersFeature.tsx';
import { createWebhooksFeature } from '../../../../../src-renderer/app/desk/webhooks/webhooksFeature.tsx';
import type { SnapshotArrival } from '../../../../../src-renderer/server/hubLink.ts';

/** A store of the desk that was read; it writes down what is asked of it. */
function readStore() {
  const calls: string[] = [];
  const call = (name: string) => () => void calls.push(name);
  const known = { webhooks: [], list: {}, platforms: [] };
  return {
    calls,
    store: { getState: () => known },
    forget: call('forget'),
    read: call('read'),
    changed: call('changed'),
  };
}
const of = (accountId: string) =>
  ({ snapshot: { desk: { accountId }, stoppedWebhooks: [] } }) as unknown as SnapshotArrival;

it.each([
  ['webhooks', createWebhooksFeature, ['forget', 'changed', 'read']],
  ['recorders', createRecordersFeature, ['forget', 'read']],
  ['onvif', createOnvifFeature, ['forget', 'changed']],
  ['cascade', createCascadeFeature, ['forget', 'read']],
] as const)('%s: what one administrator saw and chose is not the next one’s', (name, create, ofNext) => {
  const store = readStore();
  const rights = { standing: () => 'may' };
  const feature = create({ [name]: store, rights } as unknown as DeskParts);
  feature.takeSnapshot?.(of('wang'));
  feature.takeSnapshot?.(of('wang'));
  expect(store.calls).toEqual(['changed', 'changed']);
  store.calls.length = 0;
  feature.takeSnapshot?.(of('li'));
  expect(store.calls).toEqual(ofNext);
  store.calls.length = 0;
  feature.takeSnapshot?.(of('li'));
  expect(store.calls).toEqual(['changed']);
});
