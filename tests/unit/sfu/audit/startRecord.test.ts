import { afterEach, beforeEach, expect, it } from 'vitest';
import { recordStart } from '../../../../src-sfu/features/audit/startRecord.ts';
import { createAuditRepository } from '../../../../src-sfu/storage/audit.sql.ts';
import { openStore, type Store } from '../../../../src-sfu/storage/database.ts';
import { createSettingsRepository } from '../../../../src-sfu/storage/settings.sql.ts';

const nowMs = (): number => 1_790_000_000_000;
let store: Store;
beforeEach(async () => {
  store = await openStore(':memory:');
});
afterEach(() => store.destroy());

const start = (settings: object): Promise<void> =>
  recordStart({ store: createSettingsRepository(store), settings, nowMs });
const lines = async () =>
  (await createAuditRepository(store).search({}, 10)).lines.map(({ action, subject, actor, detail }) => ({
    action,
    subject,
    actor,
    detail,
  }));
const line = (detail: object) => ({ action: 'settings:start', subject: 'hub', actor: 'hub', detail });

it('writes which settings differ from those of the start before, and nothing at a first or an equal start', async () => {
  await start({ keepAuditDays: 0, proxies: '', hosts: ['a', 'b'] });
  await start({ keepAuditDays: 0, proxies: '', hosts: ['a', 'b'] });
  expect(await lines()).toEqual([]);
  await start({ keepAuditDays: 30, proxies: '192.0.2.1', hosts: ['a', 'b'], demoAccounts: true });
  const changed = { keepAuditDays: '0 → 30', proxies: ' → 192.0.2.1', demoAccounts: ' → true' };
  expect(await lines()).toEqual([line(changed)]);
  await start({ keepAuditDays: 30, proxies: '192.0.2.1', hosts: ['a', 'b'], demoAccounts: undefined });
  expect((await lines())[0]).toEqual(line({ demoAccounts: 'true → ' }));
});

it('notices a change of what it does not show', async () => {
  const address = (secret: string) => `https://hub:${secret}@audit.example/heads?key=${secret}`;
  await start({ auditWebhook: address('one') });
  await start({ auditWebhook: address('two') });
  const shown = 'https://audit.example/heads';
  expect(await lines()).toEqual([line({ auditWebhook: `${shown} → ${shown}` })]);
  const kept = await store.selectFrom('settings').selectAll().execute();
  expect(JSON.stringify(kept)).not.toMatch(/one|two/);
});
