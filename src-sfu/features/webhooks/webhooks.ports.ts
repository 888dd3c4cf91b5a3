import type { WebhookProblem } from '../../../src-shared/webhooks/webhooks.protocol.ts';
import type { WebhookMessage } from './webhookMessage.ts';

/** Where a webhook goes, and whether it may go there without encryption. */
export interface WebhookTarget {
  url: string;
  allowsPlain: boolean;
}

/** What became of one attempt; without a problem the receiver took it. `status` is there where it answered. */
export interface WebhookOutcome {
  status?: number;
  problem?: WebhookProblem;
}

/** Sends over the network. Nothing that a receiver does can hold it longer than its time-out, or make it read much. */
export interface WebhookSender {
  /** Never rejects. */
  send(target: WebhookTarget, message: WebhookMessage, signal: AbortSignal): Promise<WebhookOutcome>;
  /** Whether the hub would send there now. A name that is not found may be found later, and is no problem here. */
  check(target: WebhookTarget): Promise<WebhookProblem | undefined>;
}
