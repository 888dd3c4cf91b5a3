import { StoppedWebhooks } from '../../../features/webhooks/WebhooksPanel.tsx';
import type { DeskFeature } from '../deskFeature.ts';
import type { DeskParts } from '../deskParts.ts';
import { createPersonWatch } from '../nextPerson.ts';

/** Webhooks that were stopped are listed at the desk of an administrator; the list itself is a part of the registry's view. */
export function createWebhooksFeature({
  webhooks,
}: Pick<DeskParts, 'webhooks'>): DeskFeature<'webhooks:changed'> {
  const isOfAnother = createPersonWatch();
  return {
    panels: { leftFoot: () => <StoppedWebhooks actions={webhooks} /> },
    takeSnapshot({ snapshot }) {
      const { stoppedWebhooks } = snapshot;
      // What an administrator saw is not the next person's.
      const wasRead = webhooks.store.getState().webhooks !== undefined;
      const isNext = isOfAnother(snapshot);
      if (isNext || stoppedWebhooks === undefined) webhooks.forget();
      webhooks.changed(stoppedWebhooks ?? []);
      if (isNext && wasRead && stoppedWebhooks !== undefined) void webhooks.read();
    },
    takeNotice: { 'webhooks:changed': ({ stopped }) => webhooks.changed(stopped) },
  };
}
