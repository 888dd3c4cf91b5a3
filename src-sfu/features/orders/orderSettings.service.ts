import { isDeepStrictEqual } from 'node:util';
import { createListeners } from '../../../src-shared/listeners.ts';
import { acknowledgeTimesFor, type AcknowledgeTimes } from '../../../src-shared/alerts/acknowledgeTimes.ts';
import type { AlertClass } from '../../../src-shared/alerts/alertKinds.ts';
import { defaultOrderSettings } from '../../../src-shared/orders/orderDefaults.ts';
import {
  orderSettingsSchema,
  orderTimesFor,
  type OrderSettings,
} from '../../../src-shared/orders/orderSettings.ts';
import {
  savedOrderSettingsSchema,
  type Order,
  type SavedOrderSettings,
} from '../../../src-shared/orders/orders.protocol.ts';
import type { OrderTimes } from '../../../src-shared/orders/order.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { createSequence } from '../../base/sequence.ts';
import type { Logger } from '../../logger.ts';

/** Where the settings of orders are kept. What resolved is durable, with its line in the audit log. */
export interface OrderSettingsRepository {
  read(): Promise<unknown>;
  save(saved: SavedOrderSettings, actor: string, atMs: number, changed: readonly string[]): Promise<void>;
}

/** Templates, times and who asks the next squad, as an administrator saved them. */
export interface OrderSettingsService {
  load(): Promise<void>;
  read(): SavedOrderSettings;
  timesOf(order: Pick<Order, 'kind' | 'priority' | 'alertKindId'>): OrderTimes;
  /** How long such an alert may wait for an acknowledgement; undefined: for as long as it is open. */
  acknowledgeTimes(alert: { class: AlertClass; kindId: string }): AcknowledgeTimes | undefined;
  save(wanted: SavedOrderSettings, actor: string): Promise<Ack<SavedOrderSettings>>;
  onChanged(listener: (saved: SavedOrderSettings) => void): void;
}

export function createOrderSettings({
  repository,
  logger,
  nowMs,
}: {
  repository: OrderSettingsRepository;
  logger: Logger;
  nowMs(): number;
}): OrderSettingsService {
  let saved: SavedOrderSettings = { revision: 0, settings: defaultOrderSettings };
  const changed = createListeners<[saved: SavedOrderSettings]>();
  const { exclusive } = createSequence();
  return {
    async load() {
      const stored = await repository.read();
      if (stored === undefined) return;
      const parsed = savedOrderSettingsSchema.safeParse(stored);
      if (parsed.success) saved = parsed.data;
      else
        logger.error(
          { err: parsed.error },
          'the settings of orders cannot be read; the defaults are used until an administrator saves them again',
        );
    },
    read: () => saved,
    timesOf: (order) => orderTimesFor(saved.settings, order),
    acknowledgeTimes: (alert) => acknowledgeTimesFor(saved.settings.acknowledge, alert),
    save: (wanted, actor) =>
      exclusive(async () => {
        // The same again after the answer was lost.
        if (
          wanted.revision === saved.revision - 1 &&
          isDeepStrictEqual(orderSettingsSchema.parse(wanted.settings), saved.settings)
        ) {
          return ok(saved);
        }
        if (wanted.revision !== saved.revision) {
          return refuse(
            'conflict',
            'Somebody else saved these settings meanwhile. Look at them and save again.',
            {
              reason: 'orders.settings_changed_meanwhile',
            },
          );
        }
        const next = { revision: saved.revision + 1, settings: orderSettingsSchema.parse(wanted.settings) };
        await repository.save(next, actor, nowMs(), changedNames(saved.settings, next.settings));
        saved = next;
        changed.notify(saved);
        return ok(saved);
      }),
    onChanged: (listener) => void changed.add(listener),
  };
}

function changedNames(before: OrderSettings, after: OrderSettings): string[] {
  const names = Object.keys(after) as (keyof OrderSettings)[];
  return names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}
