import type { PushStore } from '../../../features/field/push/pushStore.ts';
import type { HubLink } from '../../../server/hubLink.ts';
import { pushWordsCache, pushWordsPath, type PushWords } from './pushWords.ts';

/** What the browser offers for it; stand-ins serve in tests. */
export interface PhonePushPorts {
  store: PushStore;
  request: HubLink['request'];
  /** Undefined where the browser has none. */
  notifications: Pick<typeof Notification, 'permission' | 'requestPermission'> | undefined;
  /** Undefined where there is no service worker or no push. */
  pushManager(): Promise<PushManager | undefined>;
  /** May throw. */
  caches(): Pick<CacheStorage, 'open'> | undefined;
  words(): PushWords;
}

/** Subscribes this phone to the push service of its browser, once the member allows it. */
export interface PhonePush {
  /** The hub answers: everything is looked up again. */
  joined(): Promise<void>;
  /** Asks the member; in a gesture only. */
  allow(): Promise<void>;
  signedOut(): Promise<void>;
}

export function createPhonePush(ports: PhonePushPorts): PhonePush {
  const { store, notifications } = ports;

  const joined = async (): Promise<void> => {
    const manager = await ports.pushManager().catch(() => undefined);
    if (manager === undefined || notifications === undefined) {
      return store.setState({ standing: 'unsupported' });
    }
    const answer = await ports.request('push:readKey', {});
    // Without an answer it is asked again with the next connection.
    if (!answer.ok) return;
    const { publicKey } = answer.data;
    if (publicKey === undefined) return store.setState({ standing: 'not_set_up' });
    if (notifications.permission === 'denied') return store.setState({ standing: 'denied' });
    if (notifications.permission !== 'granted') return store.setState({ standing: 'ask' });
    await keepWords(ports);
    const keys = await subscribed(manager, publicKey).catch(() => undefined);
    if (keys === undefined) return store.setState({ standing: 'unreachable' });
    const kept = await ports.request('push:subscribe', keys);
    if (!kept.ok) return;
    const { outcome } = kept.data;
    // One that has ended would be found again by the browser: the next time it makes another one.
    if (outcome === 'gone' || outcome === 'refused') await unsubscribe(manager);
    store.setState({ standing: outcome === 'sent' ? 'on' : 'unreachable' });
  };

  return {
    joined,
    async allow() {
      await notifications?.requestPermission();
      await joined();
    },
    async signedOut() {
      store.setState({ standing: 'unknown' });
      const manager = await ports.pushManager().catch(() => undefined);
      if (manager !== undefined) await unsubscribe(manager);
    },
  };
}

/** The subscription of this browser with the hub's present key, as the hub takes it. Throws where the push service does not answer. */
async function subscribed(manager: PushManager, publicKey: string) {
  const known = await manager.getSubscription();
  const isOfKey = known !== null && textOf(known.options.applicationServerKey) === publicKey;
  if (known !== null && !isOfKey) await known.unsubscribe();
  const subscription =
    known !== null && isOfKey
      ? known
      : await manager.subscribe({ userVisibleOnly: true, applicationServerKey: publicKey });
  const { endpoint, keys = {} } = subscription.toJSON();
  return { endpoint: endpoint ?? '', p256dh: keys.p256dh ?? '', auth: keys.auth ?? '' };
}

async function unsubscribe(manager: PushManager): Promise<void> {
  try {
    await (await manager.getSubscription())?.unsubscribe();
  } catch {
    // The push service does not answer; the hub sends nothing there any more all the same.
  }
}

async function keepWords({ caches, words }: PhonePushPorts): Promise<void> {
  try {
    const cache = await caches()?.open(pushWordsCache);
    await cache?.put(pushWordsPath, Response.json(words()));
  } catch {
    // The worker says the number and the place alone.
  }
}

/** Base64url without padding. */
function textOf(bytes: ArrayBuffer | null): string {
  const text = String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0)));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
