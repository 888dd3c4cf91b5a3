import { ok, refuse } from '../../../src-shared/protocol/define.ts';
import { deskName } from '../../base/deskName.ts';
import type { RequestHandlers } from '../../signaling/handlers.ts';
import type { CitizensService } from './citizens.service.ts';

/** Requests of desks about reports of citizens. */
export function createCitizenHandlers(
  citizens: Pick<CitizensService, 'ofAlert' | 'answer'>,
): RequestHandlers<Extract<keyof RequestHandlers, `citizens:${string}`>> {
  return {
    'citizens:readReports': async (_context, { alertId }) => ok({ reports: await citizens.ofAlert(alertId) }),
    'citizens:answer': (context, { reportIds, text }) =>
      citizens.answer(reportIds, text, deskName(context)).catch((error: unknown) =>
        refuse('unavailable', `The answer could not be stored: ${(error as Error).message}`, {
          reason: 'citizens.not_stored',
        }),
      ),
  };
}
