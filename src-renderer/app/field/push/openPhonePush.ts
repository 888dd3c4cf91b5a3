import i18next from 'i18next';
import { createPushStore, type PushStore } from '../../../features/field/push/pushStore.ts';
import type { HubLink } from '../../../server/hubLink.ts';
import { createPhonePush, type PhonePush } from './phonePush.ts';
import { serviceWorkers } from '../../../server/serviceWorkers.ts';

/** Push of this browser. */
export function openPhonePush(link: Pick<HubLink, 'request'>): PhonePush & { store: PushStore } {
  const store = createPushStore();
  const push = createPhonePush({
    store,
    request: link.request,
    notifications: 'Notification' in window ? window.Notification : undefined,
    async pushManager() {
      if (!('serviceWorker' in navigator) || !('PushManager' in window)) return undefined;
      return (await serviceWorkers()?.getRegistration())?.pushManager;
    },
    // Where the browser's storage is blocked, reading this throws.
    caches: () => ('caches' in window ? window.caches : undefined),
    words: () => ({
      language: i18next.language,
      title: i18next.t('field.push.notice.title', { number: '{{number}}', place: '{{place}}' }),
      again: i18next.t('field.push.notice.again', { number: '{{number}}', place: '{{place}}' }),
      checked: i18next.t('field.push.notice.checked'),
    }),
  });
  return { store, ...push };
}
