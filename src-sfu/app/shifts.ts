import { randomUUID } from 'node:crypto';
import { readShifts, shiftAt } from '../../src-shared/session/shifts.ts';
import { minuteOfDay } from '../../src-shared/time/minuteOfDay.ts';
import { createShiftHandlers } from '../features/shifts/shifts.handlers.ts';
import { createShiftsService } from '../features/shifts/shifts.service.ts';
import { createExportLog } from '../http/exportLog.ts';
import { createShiftRoutes } from '../http/shifts/shiftRoutes.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';
import { createAuditRepository } from '../storage/audit.sql.ts';
import { createShiftsRepository } from '../storage/shifts.sql.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import { openShiftItems, type ShiftItemSources } from './shiftItems.ts';

/** Composes shifts and loads those that have not ended. A duty officer's begins when they take a desk. */
export async function createShiftsFeature(
  { config, store, clock, logger, nowMs }: Drivers,
  sources: ShiftItemSources,
): Promise<HubFeature<Extract<keyof RequestHandlers, `shifts:${string}`>>> {
  const shifts = createShiftsService({
    repository: createShiftsRepository(store),
    openItems: () => openShiftItems(sources),
    newId: randomUUID,
    onFault: (error) =>
      logger.error(
        { err: error },
        'a shift could not be begun; it is begun when the officer opens the desk again',
      ),
    nowMs,
  });
  await shifts.load();
  const names = readShifts(config.shifts) ?? [];
  return {
    handlers: createShiftHandlers(shifts),
    joined({ identity }) {
      const principal = identity?.principal;
      if (identity?.surface !== 'desk' || principal?.kind !== 'person') return;
      if (principal.role === 'duty_officer' && principal.standing === undefined)
        void shifts.deskTaken(principal);
    },
    routes: (admit) => [
      createShiftRoutes({
        shifts,
        nowMs,
        shiftName: (atMs) => shiftAt(names, minuteOfDay(clock.toShownMs(atMs)))?.name,
        time: (atMs) => new Date(clock.toShownMs(atMs)).toLocaleString('sv-SE'),
        admit,
        recordExport: createExportLog(createAuditRepository(store), nowMs),
      }),
    ],
    announceTo(surfaces) {
      shifts.onChanged((shiftId) => surfaces.broadcast('shifts:changed', { shiftId }));
    },
  };
}
