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
  const address = (secret: string) => `https://hub:${secret}@audit.example/heads/${secret}?key=${secret}`;
  const bare = (secret: string) => `wss://audit.example/${secret}`;
  await start({ auditWebhook: address('one'), addresses: [bare('one'), 'plain'] });
  await start({ auditWebhook: address('two'), addresses: [bare('two'), 'plain'] });
  const shown = 'https://audit.example';
  const several = 'wss://audit.example, plain';
  expect(await lines()).toEqual([
    line({
      auditWebhook: `${shown} → ${shown} (changed)`,
      addresses: `${several} → ${several} (changed)`,
    }),
  ]);
  const kept = await store.selectFrom('settings').selectAll().execute();
  expect(JSON.stringify(kept)).not.toMatch(/one|two/);
  // What an earlier release kept with its path is shown without it.
  const ofBefore = { auditWebhook: { shown: `${shown}/heads/one`, sha256: 'a' } };
  await createSettingsRepository(store).keep('hub.settingsOfStart', ofBefore, []);
  await start({ auditWebhook: 'https://other.example/three' });
  expect((await lines())[0]).toEqual(line({ auditWebhook: `${shown} → https://other.example` }));
});
