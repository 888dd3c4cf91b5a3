import { expect, test } from 'vitest';
import { createAuditRepository } from '../../../../src-sfu/storage/audit.sql.ts';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { createTalkRepository } from '../../../../src-sfu/storage/talk.sql.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

test('a talk that a stop of the hub cut off has its end in the audit log, by who spoke', async () => {
  const store = await openStore(temporaryFolder('mingchu-talks-'));
  const talks = createTalkRepository(store);
  const ann = { kind: 'phone', accountId: 'ann', name: 'Ann', role: 'squad_member' } as const;
  const principal = { ...ann, sessionId: 's', device: '', address: '10.0.0.9' };
  const talk = { talkId: 7, groupId: 'all', priority: 'normal', startedAtMs: 5 } as const;
  await talks.begin({ ...talk, talker: { kind: 'member', name: 'Ann', memberId: 'ann' } }, 3, principal);
  await talks.load();
  await talks.load();
  const { lines } = await createAuditRepository(store).search({ kinds: ['talk'] }, 10);
  expect(lines).toMatchObject([
    { action: 'talk:endFloor', actor: 'ann', detail: { talkId: 7, cutOff: true }, principal: ann },
    { action: 'talk:grantFloor', principal: ann },
  ]);
  await store.destroy();
});
