import { expect, test } from 'vitest';
import { createRecordersService } from '../../../../src-sfu/features/recorders/recorders.service.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { createRecordersRepository } from '../../../../src-sfu/storage/recorders.sql.ts';
import { createSecretBox } from '../../../../src-sfu/storage/secretBox.ts';
import { silentLogger } from '../../../support/ingestAttempt.ts';

const recorderId = '42120000001180000001';
const atMs = 1_795_400_000_000;

test('what a person set of a recorder is kept whatever is learned of it before and after, with one line of the audit log each', async () => {
  const store = await openStore(':memory:');
  const repository = createRecordersRepository(store, createSecretBox(Buffer.alloc(32, 5)));
  await repository.add({ recorderId, name: '学校', password: 'kitchen-7', createdAtMs: atMs }, '王芳');
  await repository.saveLearned(new Map([[recorderId, { way: 'udp' }]]));
  await repository.setHabit(recorderId, { alertsOnMotion: true }, '王芳', atMs);
  await repository.setHabit(recorderId, { asksSha256: true }, '王芳', atMs);
  // What was gathered before the choice is stored after it.
  await repository.saveLearned(
    new Map([[recorderId, { way: 'tcpPassive', asksSha256: false, alertsOnMotion: false }]]),
  );
  const learned = { way: 'tcpPassive', alertsOnMotion: true, asksSha256: true };
  expect((await repository.list())[0]?.learned).toEqual(learned);
  const service = await createRecordersService({ repository, logger: silentLogger, nowMs: () => atMs });
  await service.setMotionAlerts(recorderId, false, '王芳');
  await service.setMotionAlerts('42120000001180000009', true, '王芳');
  await service.close();
  expect((await repository.list())[0]?.learned).toEqual({ ...learned, alertsOnMotion: false });
  const lines = await store.selectFrom('audit_log').select(['action', 'detail']).orderBy('id').execute();
  expect(lines.map(({ action, detail }) => [action, JSON.parse(detail) as object])).toEqual([
    ['recorders:add', { name: '学校' }],
    ['recorders:change', { alertsOnMotion: true }],
    ['recorders:change', { asksSha256: true }],
    ['recorders:change', { alertsOnMotion: false }],
  ]);
  await store.destroy();
});
