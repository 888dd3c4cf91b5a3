import { PushRow } from '../../../features/field/push/PushRow.tsx';
import type { PushStore } from '../../../features/field/push/pushStore.ts';
import type { FieldFeature } from '../fieldFeature.ts';
import type { PhonePush } from './phonePush.ts';

/** Whether this phone rings for orders while it is locked. */
export function createPushFeature({ push }: { push: PhonePush & { store: PushStore } }): FieldFeature {
  return {
    panels: { row: () => <PushRow store={push.store} onAllow={() => void push.allow()} /> },
    takeSnapshot: () => void push.joined(),
    signedOut: () => void push.signedOut(),
  };
}
