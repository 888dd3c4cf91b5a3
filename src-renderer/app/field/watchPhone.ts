import type { InputOf } from '../../../src-shared/protocol/index.ts';
import type { FieldStore } from '../../features/field/fieldStore.ts';
import type { HubLink } from '../../server/hubLink.ts';

type PhoneState = InputOf<'squads:reportPhone'>['phoneState'];

/** Parts of a browser that not every one has. */
interface PhoneBrowser {
  getBattery?(): Promise<EventTarget & { level: number; charging: boolean }>;
  connection?: EventTarget & { effectiveType?: string; type?: string };
}

const reportMs = 15_000;

/** Reports battery and network to the hub, and connects again as soon as the network is back or is another one. */
export function watchPhone(link: HubLink, store: FieldStore, onNetworkChanged: () => void): void {
  const browser = navigator as PhoneBrowser;
  const battery = browser.getBattery?.().catch(() => undefined);

  const report = async (): Promise<void> => {
    if (store.getState().self === undefined) return;
    const charge = await battery;
    const network = browser.connection?.type ?? browser.connection?.effectiveType;
    const { roundTripMs } = store.getState();
    const phoneState: PhoneState = {
      ...(charge === undefined ? {} : { batteryLevel: charge.level, isCharging: charge.charging }),
      ...(roundTripMs === undefined ? {} : { roundTripMs }),
      ...(network === undefined ? {} : { network: network.slice(0, 20) }),
    };
    const askedAtMs = performance.now();
    const answer = await link.request('squads:reportPhone', { phoneState });
    store.setState({ roundTripMs: answer.ok ? Math.round(performance.now() - askedAtMs) : undefined });
  };

  setInterval(() => void report(), reportMs);
  // The first answer of a connection gives the round trip, which the next report carries.
  store.subscribe(({ self }, before) => {
    if (self !== before.self && self !== undefined) void report();
  });
  window.addEventListener('online', () => link.reconnect());
  browser.connection?.addEventListener('change', () => {
    if (!navigator.onLine) return;
    onNetworkChanged();
    void report();
  });
}
