import { randomUUID } from 'node:crypto';
import type { OnvifAnswers, OnvifAsked } from './deviceAnswers.ts';
import { escaped, SoapFault, textOf } from './soapMessage.ts';
import { durationMs } from './turningService.ts';

const mostSubscriptions = 8;
const mostWaiting = 100;
const longestPullMs = 60_000;
const usualTermMs = 60_000;
const longestTermMs = 3_600_000;

/** What a camera can notice. */
export const onvifEventKinds = ['motion', 'tamper'] as const;
export type OnvifEventKind = (typeof onvifEventKinds)[number];

const topics = {
  motion: 'tns1:VideoSource/MotionAlarm',
  tamper: 'tns1:VideoSource/GlobalSceneChange/ImagingService',
} as const;

interface Subscription {
  waiting: string[];
  endsAtMs: number;
  bornAtMs: number;
  wake: (() => void) | undefined;
}

/** The event service (ONVIF Core, section 9): pull points, which hold what happened until it is fetched. */
export class PullPoints {
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get count(): number {
    return this.#subscriptions.size;
  }

  /** Something began or ended at a source. Times are the device's. */
  raise(kind: OnvifEventKind, sourceToken: string, state: boolean, deviceNowMs: number): void {
    const at = new Date(deviceNowMs).toISOString();
    const message =
      `<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">${topics[kind]}</wsnt:Topic>` +
      `<wsnt:Message><tt:Message UtcTime="${at}" PropertyOperation="Changed"><tt:Source><tt:SimpleItem Name="Source" Value="${escaped(sourceToken)}"/></tt:Source><tt:Data><tt:SimpleItem Name="State" Value="${state}"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`;
    for (const subscription of this.#subscriptions.values()) {
      subscription.waiting.push(message);
      if (subscription.waiting.length > mostWaiting) subscription.waiting.shift();
      subscription.wake?.();
    }
  }

  close(): void {
    for (const { wake } of this.#subscriptions.values()) wake?.();
    this.#subscriptions.clear();
  }

  readonly answers: OnvifAnswers = {
    GetServiceCapabilities: () =>
      `<tev:GetServiceCapabilitiesResponse><tev:Capabilities WSPullPointSupport="true" MaxPullPoints="${mostSubscriptions}"/></tev:GetServiceCapabilitiesResponse>`,
    GetEventProperties: () =>
      '<tev:GetEventPropertiesResponse><tev:TopicNamespaceLocation>http://www.onvif.org/onvif/ver10/topics/topicns.xml</tev:TopicNamespaceLocation><wsnt:FixedTopicSet>true</wsnt:FixedTopicSet><wstop:TopicSet><tns1:VideoSource><MotionAlarm wstop:topic="true"/><GlobalSceneChange><ImagingService wstop:topic="true"/></GlobalSceneChange></tns1:VideoSource></wstop:TopicSet></tev:GetEventPropertiesResponse>',
    CreatePullPointSubscription: ({ request, base, nowMs }) => {
      this.#forgetEnded();
      if (this.#subscriptions.size >= mostSubscriptions)
        throw new SoapFault('ter:MaxSubscriptionsReached', 'there are too many subscriptions', 500);
      const id = randomUUID();
      const now = this.#nowMs();
      const termMs = this.#termOf(textOf(request, 'InitialTerminationTime'));
      this.#subscriptions.set(id, { waiting: [], endsAtMs: now + termMs, bornAtMs: now, wake: undefined });
      return (
        `<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><a:Address>${base}/onvif/subscription/${id}</a:Address></tev:SubscriptionReference>` +
        `${times(nowMs(), termMs)}</tev:CreatePullPointSubscriptionResponse>`
      );
    },
  };

  /** Requests to one subscription, by the last part of its path. */
  answersOf(id: string): OnvifAnswers {
    return {
      PullMessages: async (asked) => {
        const subscription = this.#subscription(id, asked);
        const limit = Math.max(1, Math.min(mostWaiting, Number(textOf(asked.request, 'MessageLimit')) || 1));
        const waitMs = Math.min(longestPullMs, durationMs(textOf(asked.request, 'Timeout') || 'PT0S'));
        subscription.wake?.();
        if (subscription.waiting.length === 0 && waitMs > 0) {
          await new Promise<void>((resolve) => {
            const timer = setTimeout(resolve, waitMs);
            subscription.wake = () => {
              clearTimeout(timer);
              resolve();
            };
          });
          subscription.wake = undefined;
          this.#subscription(id, asked);
        }
        const messages = subscription.waiting.splice(0, limit);
        const { nowMs } = asked;
        return `<tev:PullMessagesResponse><tev:CurrentTime>${isoTime(nowMs())}</tev:CurrentTime><tev:TerminationTime>${isoTime(nowMs() + subscription.endsAtMs - this.#nowMs())}</tev:TerminationTime>${messages.join('')}</tev:PullMessagesResponse>`;
      },
      Renew: (asked) => {
        const subscription = this.#subscription(id, asked);
        const termMs = this.#termOf(textOf(asked.request, 'TerminationTime'));
        subscription.endsAtMs = this.#nowMs() + termMs;
        return `<wsnt:RenewResponse>${times(asked.nowMs(), termMs, 'TerminationTime')}</wsnt:RenewResponse>`;
      },
      Unsubscribe: (asked) => {
        this.#subscription(id, asked).wake?.();
        this.#subscriptions.delete(id);
        return '<wsnt:UnsubscribeResponse/>';
      },
      SetSynchronizationPoint: (asked) => {
        this.#subscription(id, asked);
        return '<tev:SetSynchronizationPointResponse/>';
      },
    };
  }

  #subscription(id: string, { habits }: OnvifAsked): Subscription {
    this.#forgetEnded(habits.pullPointDiesAfterMs);
    const subscription = this.#subscriptions.get(id);
    if (subscription === undefined)
      throw new SoapFault('ter:InvalidArgVal', 'there is no such subscription (any more)');
    return subscription;
  }

  #forgetEnded(lifeMs = Number.POSITIVE_INFINITY): void {
    const now = this.#nowMs();
    for (const [id, { endsAtMs, bornAtMs, wake }] of this.#subscriptions)
      if (endsAtMs <= now || bornAtMs + lifeMs <= now) {
        this.#subscriptions.delete(id);
        wake?.();
      }
  }

  /** A term is a duration here; a point in time is taken for the usual one. */
  #termOf(text: string): number {
    if (text === '' || !text.startsWith('P')) return usualTermMs;
    return Math.max(1_000, Math.min(longestTermMs, durationMs(text)));
  }
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

function times(
  nowMs: number,
  termMs: number,
  first: 'CurrentTime' | 'TerminationTime' = 'CurrentTime',
): string {
  const current = `<wsnt:CurrentTime>${isoTime(nowMs)}</wsnt:CurrentTime>`;
  const end = `<wsnt:TerminationTime>${isoTime(nowMs + termMs)}</wsnt:TerminationTime>`;
  return first === 'CurrentTime' ? current + end : end + current;
}
