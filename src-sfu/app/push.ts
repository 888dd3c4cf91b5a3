import { ok, refuse } from '../../src-shared/protocol/define.ts';
import { may } from '../../src-shared/session/principal.ts';
import { createPushService } from '../features/push/push.service.ts';
import { createWebPushSender } from '../push/webPushSender.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';
import { createPushRepository } from '../storage/push.sql.ts';
import { readOrMakePushKeys } from '../storage/pushKeys.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import type { OrdersFeature } from './orders.ts';
import type { SquadsFeature } from './squads.ts';

export type PushFeature = HubFeature<Extract<keyof RequestHandlers, `push:${string}`>>;

/** Rings locked phones for orders through their push services, where these can be reached. */
export async function createPushFeature(
  { config, store, logger, nowMs }: Drivers,
  {
    orders,
    squads,
  }: {
    orders: Pick<OrdersFeature, 'openOrder' | 'openOrders' | 'onOrderChanged'>;
    squads: Pick<SquadsFeature, 'phones'>;
  },
): Promise<PushFeature> {
  const { pushContact: contact, pushHosts: hosts } = config;
  const lacksContact = config.push && contact === undefined;
  if (lacksContact) {
    logger.info(
      'locked phones do not ring for orders: set MINGCHU_PUSH_CONTACT to a mailto: or https: address, or MINGCHU_PUSH=false',
    );
  }
  const keys = config.push && contact !== undefined ? readOrMakePushKeys(config.dataDir) : undefined;
  const push =
    keys === undefined || contact === undefined
      ? undefined
      : createPushService({
          repository: createPushRepository(store),
          sender: createWebPushSender({ keys, contact, hosts, fetch }),
          openOrder: orders.openOrder,
          afterMs: config.pushAfterMs,
          logger,
          nowMs,
        });
  await push?.load();
  if (push !== undefined) {
    orders.onOrderChanged(push.orderChanged);
    squads.phones.onSignedOut((memberId) => {
      push
        .signedOut(memberId)
        .catch((error: unknown) =>
          logger.error({ err: error }, 'the push subscription of a signed-out phone could not be removed'),
        );
    });
  }
  return {
    handlers: {
      'push:readKey': () => Promise.resolve(ok(keys === undefined ? {} : { publicKey: keys.publicKey })),
      'push:subscribe': async ({ identity }, subscription) => {
        const memberId = identity?.member?.memberId;
        if (memberId === undefined) {
          return refuse('not_joined', 'This phone is not signed in. Sign in with a code of the desk.', {
            reason: 'squads.not_signed_in',
          });
        }
        return ok({ outcome: (await push?.subscribe(memberId, subscription)) ?? 'unreachable' });
      },
    },
    snapshotFor: ({ identity }) =>
      lacksContact && identity !== undefined && may(identity.principal, 'squads:manage')
        ? { lacksPushContact: true }
        : {},
    start() {
      for (const order of orders.openOrders()) push?.orderChanged(order);
    },
    close: () => push?.close(),
  };
}
