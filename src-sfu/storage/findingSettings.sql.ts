import type { FindingSettingsRepository } from '../features/findings/findingSettings.service.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';
import { createSettingsRepository } from './settings.sql.ts';

const settingName = 'findings';

/** The times of findings in the store. */
export function createFindingSettingsRepository(store: Store): FindingSettingsRepository {
  return {
    read: () => createSettingsRepository(store).read(settingName),
    async save(saved, { atMs, actor, before }) {
      await store.transaction().execute(async (transaction) => {
        await createSettingsRepository(transaction).keep(settingName, saved);
        const detail = { revision: saved.revision, before, times: saved.times };
        await appendAudit(transaction, {
          atMs,
          actor,
          action: 'findings:saveTimes',
          subject: settingName,
          detail,
        });
      });
    },
  };
}
