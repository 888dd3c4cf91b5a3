import { join } from 'node:path';
import {
  hubParts,
  hubTroubleKinds,
  worstLevel,
  type HubPart,
} from '../../src-shared/diagnostics/hubTroubles.ts';
import type { HubTrouble } from '../../src-shared/diagnostics/diagnostics.protocol.ts';
import { may } from '../../src-shared/session/principal.ts';
import { startTimer, type Timer } from '../base/timers.ts';
import { createClockWatch } from '../features/diagnostics/clockWatch.service.ts';
import { lookAtDisk } from '../features/diagnostics/diskWatch.service.ts';
import { createIntegrity } from '../features/diagnostics/integrity.service.ts';
import { createStoreWatch } from '../features/diagnostics/storeWatch.service.ts';
import { createTroubleBoard } from '../features/diagnostics/troubleBoard.ts';
import { createWorkersWatch } from '../features/diagnostics/workersWatch.service.ts';
import { databaseFileName } from '../storage/database.ts';
import { readDiskState } from '../storage/diskState.ts';
import { startIntegrityCheck } from '../storage/integrityCheck.ts';
import { troubleOf } from '../storage/storeErrors.ts';
import type { AuditFeature } from './audit.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';

/** How often the disk is checked, and how often a write to the database is tried. Milliseconds. */
const diskEveryMs = 5_000;
const storeEveryMs = 10_000;
/** The whole database is read when walls and phones of a hub that starts are back. Milliseconds. */
const integrityAfterMs = 10_000;

/** What is wrong with the hub itself: found by watches, said in the log, in `/healthz` and at every desk. */
export interface DiagnosticsFeature extends HubFeature {
  /** What is wrong now. */
  troubles(): HubTrouble[];
}

export function createDiagnosticsFeature(
  drivers: Drivers,
  { audit }: { audit: Pick<AuditFeature, 'onBroken'> },
): DiagnosticsFeature {
  const { config, database, spool, pool, clock, nowMs, logger } = drivers;
  const isInMemory = config.dataDir === ':memory:';
  const board = createTroubleBoard({ kinds: hubTroubleKinds, logger, nowMs });
  const integrity = createIntegrity({
    board,
    start: () => startIntegrityCheck(join(config.dataDir, databaseFileName)),
    logger,
    startTimer,
  });
  const store = createStoreWatch({
    store: {
      onOutcome: (listener) => database.thread.onOutcome(listener),
      troubleOf,
      probe: (reopens) => database.alone(() => database.thread.probe(reopens)),
    },
    board,
    checkIntegrity: () => integrity.check(),
    nowMs: () => performance.now(),
    startTimer,
  });
  const steps = createClockWatch({ board, startTimer });
  steps.stepped(clock.stepBeforeStartMs);
  clock.onStepped((stepMs) => steps.stepped(stepMs));
  const workers = createWorkersWatch({
    board,
    wanted: config.mediaWorkers,
    running: () => pool.list().length,
    startTimer,
  });
  pool.onWorkerDied(() => workers.changed());
  pool.onWorkerReplaced(() => workers.changed());

  audit.onBroken((kind) => board.put(kind === 'missing' ? 'audit_cut_off' : 'audit_changed'));
  spool.onWritable(() => {
    if (spool.isWritable()) board.remove('spool_unwritable');
    else board.put('spool_unwritable');
  });

  const timers = new Set<Timer>();
  /** Each round begins after the one before has ended. */
  const repeat = (work: () => Promise<void>, everyMs: number): void => {
    const timer = startTimer(() => {
      timers.delete(timer);
      void work().finally(() => {
        if (!isClosed) repeat(work, everyMs);
      });
    }, everyMs);
    timers.add(timer);
  };
  let isClosed = false;

  const partOf = (part: HubPart): { level: string; troubles: string[] } => ({
    level: board.levelOf(part),
    troubles: board
      .list()
      .map(({ kind }) => kind)
      .filter((kind) => kind.startsWith(`${part}_`)),
  });

  return {
    troubles: board.list,
    handlers: {},
    snapshotFor: ({ identity }) =>
      identity !== undefined && may(identity.principal, 'hub:viewTroubles')
        ? { hubTroubles: board.list() }
        : {},
    announceTo(surfaces) {
      board.onChanged(() => surfaces.broadcast('diagnostics:troublesChanged', { troubles: board.list() }));
    },
    healthz() {
      return {
        level: worstLevel(hubParts.map((part) => board.levelOf(part))),
        detail: {
          database: { ...partOf('database'), integrity: integrity.state() },
          disk: partOf('disk'),
          clock: partOf('clock'),
          spool: partOf('spool'),
          workers: { ...partOf('workers'), running: pool.list().length, wanted: config.mediaWorkers },
        },
      };
    },
    start() {
      if (isInMemory) return;
      const lookAtFolder = (): Promise<void> => lookAtDisk(board, () => readDiskState(config.dataDir));
      void lookAtFolder();
      repeat(lookAtFolder, diskEveryMs);
      void spool.reserve();
      repeat(() => store.look().then(() => spool.reserve()), storeEveryMs);
      timers.add(startTimer(() => integrity.check(), integrityAfterMs));
    },
    close() {
      isClosed = true;
      for (const timer of timers) timer.cancel();
      for (const one of [store, steps, workers, integrity]) one.close();
    },
  };
}
