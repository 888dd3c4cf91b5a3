import { setTimeout as delay } from 'node:timers/promises';
import { isOnvifFailure, type OnvifError } from '../../../base/onvifError.ts';
import type { DeviceEvent } from '../../../features/onvif/onvif.ports.ts';
import { readHttpAddress } from './deviceAddress.ts';
import type { DeviceClient } from './deviceClient.ts';
import { DeviceEvents } from './deviceEvents.ts';
import { escapeXml } from '../../../base/escapeXml.ts';
import { descend, textAt, type XmlElement } from './xmlReader.ts';

/** A subscription ends by itself after this term unless it is renewed, at half of it. */
const termS = 60;
/** How long the device may hold an answer back while nothing happens. Seconds. */
const pullS = 10;
/** What the answer may take beside that. Milliseconds. */
const graceMs = 6_000;
const messageLimit = 100;
/** A device that is gone forgets the subscription by itself. Milliseconds. */
const unsubscribeMs = 2_000;
/** After a fault the next subscription is made after this time, twice as long after each that brought nothing. Milliseconds. */
const firstPauseMs = 1_000;
const longestPauseMs = 120_000;
/** A subscription that lasted so long did work. Milliseconds. */
const workedMs = 5_000;

const subscriptionManager = 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager';
const pullPointManager = 'http://www.onvif.org/ver10/events/wsdl/PullPointSubscription';

/** The events of one device. */
export interface PullPoint {
  /** The device may have another client, or answer again: what waits is tried now, and what is open with an old client is made again. */
  wake(): void;
  close(): void;
}

/** What events need of the world; times are those of the hub. */
export interface PullPointOptions {
  /** The device as it is now: it may get another password or address. Undefined while it must not be asked. */
  client(): DeviceClient | undefined;
  onEvent(event: DeviceEvent): void;
  /** A subscription was made (true), or one ended by a fault. */
  onChanged(isOpen: boolean): void;
  /** The device failed. */
  onFailed(error: OnvifError): void;
  /** What is no failure of the device. */
  onFault(error: unknown): void;
  nowMs(): number;
  pause?(ms: number, signal: AbortSignal): Promise<void>;
}

/** Listens to a device by a pull point, which is made again after whatever ends it, until it is closed. */
export function openPullPoint(options: PullPointOptions): PullPoint {
  const { nowMs, onChanged, pause = wait } = options;
  const ending = new AbortController();
  const { signal } = ending;
  const events = new DeviceEvents();
  let used: DeviceClient | undefined;
  let isWaiting = false;
  let turn = new AbortController();
  const run = async (): Promise<void> => {
    let pauseMs = firstPauseMs;
    while (!signal.aborted) {
      const startedAtMs = nowMs();
      let isOpen = false;
      turn = new AbortController();
      const ended = AbortSignal.any([signal, turn.signal]);
      used = options.client();
      try {
        if (used !== undefined)
          await listen(used, {
            ...options,
            events,
            signal: ended,
            onOpen() {
              isOpen = true;
              onChanged(true);
            },
          });
      } catch (error) {
        if (!ended.aborted) {
          if (isOnvifFailure(error)) options.onFailed(error);
          else options.onFault(error);
        }
      }
      if (isOpen) onChanged(false);
      const hasWorked = isOpen && nowMs() - startedAtMs >= workedMs;
      if (hasWorked) pauseMs = firstPauseMs;
      else if (used !== undefined) pauseMs = Math.min(longestPauseMs, 2 * pauseMs);
      isWaiting = true;
      await pause(pauseMs, ended);
      isWaiting = false;
      if (turn.signal.aborted) pauseMs = firstPauseMs;
    }
  };
  void run();
  return {
    wake() {
      if (isWaiting || options.client() !== used) turn.abort();
    },
    close: () => ending.abort(),
  };
}

/** One subscription, until something ends it: always by a rejection. */
async function listen(
  client: DeviceClient,
  {
    events,
    signal,
    nowMs,
    onEvent,
    onOpen,
  }: Pick<PullPointOptions, 'nowMs' | 'onEvent'> & {
    events: DeviceEvents;
    signal: AbortSignal;
    onOpen(): void;
  },
): Promise<never> {
  const created = await client.call('events', {
    operation: 'CreatePullPointSubscription',
    action: 'http://www.onvif.org/ver10/events/wsdl/EventPortType/CreatePullPointSubscriptionRequest',
    body: `<tev:CreatePullPointSubscription><tev:InitialTerminationTime>PT${termS}S</tev:InitialTerminationTime></tev:CreatePullPointSubscription>`,
    signal,
  });
  const reference = descend(created, 'SubscriptionReference');
  const written = readHttpAddress(textAt(reference, 'Address') ?? '');
  const header = (action: string): string =>
    `<a:Action>${action}</a:Action><a:To>${escapeXml(textAt(reference, 'Address') ?? '')}</a:To>${parametersOf(reference)}`;
  // The host is the one that we reached; only the path is theirs.
  const path = written?.path ?? '/onvif/event_service';
  let renewedAtMs = nowMs();
  onOpen();
  try {
    for (;;) {
      if (nowMs() - renewedAtMs >= (termS / 2) * 1_000) {
        const action = `${subscriptionManager}/RenewRequest`;
        await client.call('events', {
          operation: 'Renew',
          action,
          header: header(action),
          body: `<wsnt:Renew><wsnt:TerminationTime>PT${termS}S</wsnt:TerminationTime></wsnt:Renew>`,
          path,
          signal,
        });
        renewedAtMs = nowMs();
      }
      const action = `${pullPointManager}/PullMessagesRequest`;
      const askedAtMs = nowMs();
      const answer = await client.call('events', {
        operation: 'PullMessages',
        action,
        header: header(action),
        body: `<tev:PullMessages><tev:Timeout>PT${pullS}S</tev:Timeout><tev:MessageLimit>${messageLimit}</tev:MessageLimit></tev:PullMessages>`,
        path,
        timeoutMs: pullS * 1_000 + graceMs,
        signal,
      });
      const began = events.read(answer);
      for (const event of began) onEvent(event);
      // Some devices answer at once, whether or not something happened.
      if (nowMs() - askedAtMs < 500) await wait(500, signal);
      if (signal.aborted) throw signal.reason;
    }
  } finally {
    // A device has room for few of them, and keeps each until its term is over.
    const action = `${subscriptionManager}/UnsubscribeRequest`;
    await client
      .call('events', {
        operation: 'Unsubscribe',
        action,
        header: header(action),
        body: '<wsnt:Unsubscribe/>',
        path,
        timeoutMs: unsubscribeMs,
      })
      .catch(() => undefined);
  }
}

/** What the device wants to find in the header again, such as the number of the subscription; it is written again from what was read. */
function parametersOf(reference: XmlElement | undefined): string {
  const parameters = descend(reference, 'ReferenceParameters')?.children ?? [];
  return parameters
    .slice(0, 8)
    .filter(({ name }) => /^[\w-]{1,64}$/.test(name))
    .map(({ name, namespace, text }) => {
      const tag = namespace === '' ? name : `p:${name}`;
      const declared = namespace === '' ? '' : ` xmlns:p="${escapeXml(namespace.slice(0, 300))}"`;
      return `<${tag}${declared} a:IsReferenceParameter="true">${escapeXml(text.slice(0, 500))}</${tag}>`;
    })
    .join('');
}

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
