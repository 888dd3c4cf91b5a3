import { defaultAcknowledgeTimes } from '../../src-shared/alerts/acknowledgeTimes.ts';
import { maxBoardRows } from '../../src-shared/board/board.protocol.ts';
import type { OrderTimes } from '../../src-shared/orders/order.ts';
import { generalOrderTimes } from '../../src-shared/orders/orderSettings.ts';
import { createBoardHandlers } from '../features/board/board.handlers.ts';
import type { OrderTargets } from '../features/board/board.repository.ts';
import { createBoardService } from '../features/board/board.service.ts';
import { boardOffenders, siteCards } from '../features/board/siteCards.ts';
import { districtsOf } from '../features/findings/findings.handlers.ts';
import type { OrderSettingsService } from '../features/orders/orderSettings.service.ts';
import { createBoardRoutes } from '../http/board/boardRoutes.ts';
import { createExportLog } from '../http/exportLog.ts';
import { createAuditRepository } from '../storage/audit.sql.ts';
import { createBoardRepository } from '../storage/board.sql.ts';
import type { AlertsFeature } from './alerts.ts';
import type { HubFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';
import type { FindingsFeature } from './findings.ts';
import type { SquadsFeature } from './squads.ts';

/** In which time each step of an order is to be done. */
function targetsOf({ ringAgainMs, arriveMs, clearMs, closeMs }: OrderTimes): OrderTargets['targetsMs'] {
  return { accept: ringAgainMs, arrive: arriveMs, clear: clearMs, close: closeMs };
}

/** The board's figures for desks and walls, and their export. */
export function createBoardFeature(
  { store, clock, nowMs }: Drivers,
  parts: {
    squads: Pick<SquadsFeature, 'roster'>;
    alerts: Pick<AlertsFeature, 'kindNames'>;
    findings: Pick<FindingsFeature, 'openFindings' | 'offenders'>;
    orderSettings: Pick<OrderSettingsService, 'read' | 'acknowledgeTimes'>;
  },
): HubFeature<'board:readFigures'> {
  const board = createBoardService({
    repository: createBoardRepository(store),
    targets() {
      const { settings } = parts.orderSettings.read();
      const ofClass1 =
        parts.orderSettings.acknowledgeTimes({ class: 1, kindId: '' }) ?? defaultAcknowledgeTimes;
      return {
        generalMs: { acknowledge: ofClass1.supervisorMs, ...targetsOf(generalOrderTimes(settings)) },
        ofOrders: settings.times.map(({ kind, priority, alertKindId, times }) => ({
          kind,
          priority,
          alertKindId,
          targetsMs: targetsOf(times),
        })),
      };
    },
    offenders: async (scope) =>
      boardOffenders(await parts.findings.offenders(districtsOf(scope)), maxBoardRows),
    cards: (scope) => siteCards(parts.findings.openFindings(), scope, maxBoardRows),
    clock,
    nowMs,
  });
  return {
    handlers: createBoardHandlers(board),
    routes: (admit) => [
      createBoardRoutes({
        board,
        names: {
          squad(squadId, language) {
            const squad = parts.squads.roster.squads().find((one) => one.squadId === squadId);
            return language === 'en' ? (squad?.nameEn ?? squad?.name) : squad?.name;
          },
          alertKind: (kindId, language) => parts.alerts.kindNames(kindId)?.[language],
          time: (atMs) => new Date(clock.toShownMs(atMs)).toLocaleString('sv-SE'),
        },
        admit,
        recordExport: createExportLog(createAuditRepository(store), nowMs),
      }),
    ],
  };
}
