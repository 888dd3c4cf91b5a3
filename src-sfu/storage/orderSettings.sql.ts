import type { OrderSettingsRepository } from '../features/orders/orderSettings.service.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';
import { createSettingsRepository } from './settings.sql.ts';

const settingName = 'orders';

/** The settings of orders in the store. */
export function createOrderSettingsRepository(store: Store): OrderSettingsRepository {
  return {
    read: () => createSettingsRepository(store).read(settingName),
    async save(saved, actor, atMs, changed) {
      await store.transaction().execute(async (transaction) => {
        await createSettingsRepository(transaction).keep(settingName, saved);
        await appendAudit(transaction, {
          atMs,
          actor,
          action: 'orders:saveSettings',
          subject: settingName,
          detail: {
            revision: saved.revision,
            changed,
            times: saved.settings.times,
            acknowledge: saved.settings.acknowledge,
            asksNextSquadItself: saved.settings.asksNextSquadItself,
          },
        });
      });
    },
  };
}
