import type {
  PushMessage,
  PushOutcome,
  PushSubscriptionKeys,
} from '../../../src-shared/push/push.protocol.ts';

/** The subscription of a member's phone. */
export interface MemberSubscription {
  memberId: string;
  subscription: PushSubscriptionKeys;
  atMs: number;
}

/** Subscriptions in the store: one for each member. */
export interface PushRepository {
  load(): Promise<MemberSubscription[]>;
  save(one: MemberSubscription): Promise<void>;
  remove(memberId: string): Promise<void>;
}

/** Sends a message to a push service. It never throws. */
export interface PushSender {
  send(subscription: PushSubscriptionKeys, message: PushMessage): Promise<PushOutcome>;
}
