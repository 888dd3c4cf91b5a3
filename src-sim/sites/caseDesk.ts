import type { Alert } from '../../src-shared/alerts/alertView.ts';
import type { Finding } from '../../src-shared/findings/findings.protocol.ts';
import { createListeners } from '../../src-shared/listeners.ts';
import type { Order } from '../../src-shared/orders/orders.protocol.ts';
import type { Ack } from '../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf, RequestName } from '../../src-shared/protocol/index.ts';
import type { WallSnapshot } from '../../src-shared/wall/wall.protocol.ts';
import { connectHubClient, type Notice } from '../squads/hubClient.ts';
import { signInWith } from './cookies.ts';

/** A desk as far as a case needs it: what it shows, and what is done at it. */
export interface CaseDesk {
  alerts(): Alert[];
  order(orderId: string): Order | undefined;
  finding(findingId: string): Finding | undefined;
  /** The screens of the wall. */
  screens(): WallSnapshot[];
  request<Name extends RequestName>(name: Name, input: InputOf<Name>): Promise<Ack<OutputOf<Name>>>;
  /** Resolves with what `find` returns, as soon as that is something; rejects after `limitMs`, or when it is stopped. */
  until<T>(what: string, find: () => T | undefined, limitMs: number): Promise<T>;
  close(): void;
}

/** The password of every account that is only for the demo. */
const demoPassword = 'demo';

/** Signs in at a desk with an account of the demo; a hub without them refuses it. */
export async function openCaseDesk(
  hubUrl: string,
  signInName: string,
  signal: AbortSignal,
): Promise<CaseDesk> {
  const cookie = await signInWith(hubUrl, '/api/v1/session', { signInName, password: demoPassword });
  const alerts = new Map<string, Alert>();
  const orders = new Map<string, Order>();
  const findings = new Map<string, Finding>();
  const screens = new Map<string, WallSnapshot>();
  const changed = createListeners();
  const takeAlerts = (some: readonly Alert[]): void => {
    for (const alert of some) alerts.set(alert.alertId, alert);
  };
  const takeOrders = (some: readonly Order[]): void => {
    for (const order of some) orders.set(order.orderId, order);
  };
  const takeFindings = (some: readonly Finding[]): void => {
    for (const finding of some) findings.set(finding.findingId, finding);
  };
  const noticed = (notice: Notice): void => {
    if (notice.name === 'alerts:arrived' || notice.name === 'alerts:changed') {
      takeAlerts(notice.payload.alerts);
    } else if (notice.name === 'orders:changed') takeOrders(notice.payload.orders);
    else if (notice.name === 'findings:changed') takeFindings(notice.payload.findings);
    else if (notice.name === 'wall:screenChanged')
      screens.set(notice.payload.wall.screenId, notice.payload.wall);
    else return;
    changed.notify();
  };
  const { promise: joined, resolve, reject } = Promise.withResolvers<void>();
  const join = async (): Promise<void> => {
    const answer = await client.request('session:join', { surface: 'desk' });
    if (!answer.ok) return reject(new Error(answer.message));
    const { snapshot } = answer.data;
    alerts.clear();
    takeAlerts(snapshot.alerts?.open ?? []);
    takeOrders(snapshot.orders ?? []);
    takeFindings(snapshot.findings ?? []);
    for (const screen of snapshot.screens ?? []) screens.set(screen.screenId, screen);
    resolve();
    changed.notify();
  };
  const client = connectHubClient({
    hubUrl,
    who: {},
    headers: { cookie },
    onNotice: noticed,
    onRefused: ({ message }) => reject(new Error(message)),
    onConnected: () => void join(),
  });
  const stop = (): void => {
    reject(new Error('stopped'));
    client.close();
  };
  signal.addEventListener('abort', stop, { once: true });
  await joined;
  return {
    alerts: () => [...alerts.values()],
    order: (orderId) => orders.get(orderId),
    finding: (findingId) => findings.get(findingId),
    screens: () => [...screens.values()],
    request: client.request,
    until: (what, find, limitMs) =>
      new Promise((found, failed) => {
        const end = (): void => {
          unwatch();
          clearTimeout(limit);
          signal.removeEventListener('abort', abort);
        };
        const abort = (): void => {
          end();
          failed(new Error('stopped'));
        };
        const look = (): void => {
          const one = find();
          if (one === undefined) return;
          end();
          found(one);
        };
        const limit = setTimeout(() => {
          end();
          failed(new Error(`${what} did not come within ${limitMs} ms`));
        }, limitMs);
        const unwatch = changed.add(look);
        signal.addEventListener('abort', abort, { once: true });
        if (signal.aborted) abort();
        else look();
      }),
    close() {
      signal.removeEventListener('abort', stop);
      client.close();
    },
  };
}
