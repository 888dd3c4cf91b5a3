import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ok } from '../../src-shared/protocol/define.ts';
import { startTimer, type Timer } from '../base/timers.ts';
import type { Config } from '../config.ts';
import { createRetention, type KeptDays } from '../features/retention/retention.service.ts';
import { createAuditArchiver } from '../storage/auditArchive.ts';
import { auditArchiveFolder } from '../storage/auditReading.ts';
import { databaseFileName } from '../storage/database.ts';
import { readGrowth } from '../storage/growth.sql.ts';
import { createRetentionRepository } from '../storage/retention.sql.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';

/** The first round begins when walls and phones of a hub that starts are back. Milliseconds. */
const firstRoundMs = 5 * 60_000;
const roundEveryMs = 60 * 60_000;

/** For how many days each kind of record is kept, as the settings say. */
export function keptDaysOf(config: Config): KeptDays {
  return {
    alerts: config.keepAlertsDays,
    snapshots: config.keepSnapshotsDays,
    status: config.keepStatusDays,
    talk: config.keepTalkDays,
    orders: config.keepOrdersDays,
    findings: config.keepFindingsDays,
    shifts: config.keepShiftsDays,
    citizens: config.keepCitizensDays,
    attachments: config.keepAttachmentsDays,
    positions: config.keepPositionsDays,
    sessions: config.keepSessionsDays,
    audit: config.keepAuditDays,
  };
}

/** Removes old records while the hub runs, and moves old lines of the audit log into files. */
export function createRetentionFeature({
  config,
  store,
  clock,
  nowMs,
  logger,
}: Drivers): HubFeature<'retention:readGrowth'> {
  const archiver = createAuditArchiver(store, join(config.dataDir, auditArchiveFolder));
  const repository = createRetentionRepository(store, archiver, nowMs);
  const kept = keptDaysOf(config);
  const retention = createRetention({
    repository,
    kept,
    nowMs,
    pause: (ms) => delay(ms, undefined, { ref: false }),
    logger,
  });
  retention.dateSet(clock.stepBeforeStartMs);
  clock.onStepped((stepMs) => retention.dateSet(stepMs));
  let timer: Timer | undefined;
  let running: Promise<unknown> = Promise.resolve();
  const round = (): void => {
    running = retention.round().finally(() => (timer = startTimer(round, roundEveryMs)));
  };
  return {
    handlers: {
      async 'retention:readGrowth'() {
        return ok(await readGrowth({ store, repository, kept, dataDir: config.dataDir, nowMs: nowMs() }));
      },
    },
    metrics: [
      {
        name: 'mingchu_database_bytes',
        help: 'Size of the database file',
        read: () => statSync(join(config.dataDir, databaseFileName), { throwIfNoEntry: false })?.size ?? 0,
      },
    ],
    start: () => void (timer = startTimer(round, firstRoundMs)),
    async close() {
      retention.close();
      await running;
      timer?.cancel();
    },
  };
}
