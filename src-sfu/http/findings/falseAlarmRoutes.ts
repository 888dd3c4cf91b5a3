import type { FastifyPluginCallback } from 'fastify';
import { z } from 'zod';
import {
  appealRate,
  falseAlarmRate,
  type FalseAlarmRates,
} from '../../../src-shared/findings/falseAlarms.ts';
import { nowhere, type Scope } from '../../../src-shared/session/principal.ts';
import type { MessageDates } from '../../base/messageDates.ts';
import type { Admit } from '../httpServer.ts';

const querySchema = z.strictObject({
  days: z.enum(['7', '30']).default('7'),
  platform: z.string().min(1).max(64).optional(),
});

/**
 * `GET /api/v1/false-alarms[?days=7|30][&platform=KEYID]`: how often alerts were false, by kind, camera and platform, in the districts of
 * who asks; with `platform` only of the alerts that were sent with this key. For the platform that sent them (a key of `records`) and for
 * people.
 */
export function createFalseAlarmRoutes({
  rates,
  dates,
  admit,
}: {
  rates(asked: { days: 7 | 30; platform: string | undefined }, scope: Scope): Promise<FalseAlarmRates>;
  dates: MessageDates;
  admit: Admit;
}): FastifyPluginCallback {
  return (http, _options, done) => {
    http.get('/api/v1/false-alarms', { onRequest: admit('alerts:viewDetails') }, async (request, reply) => {
      const parsed = querySchema.safeParse(request.query);
      reply.header('cache-control', 'no-store');
      if (!parsed.success) {
        const message = 'days must be 7 or 30, platform the id of a key; there is nothing else to ask.';
        return reply.code(400).send({ error: { code: 'malformed_query', message } });
      }
      const days = parsed.data.days === '30' ? 30 : 7;
      const { platform } = parsed.data;
      const found = await rates({ days, platform }, request.principal?.scope ?? nowhere);
      const withRate = <Counts extends Parameters<typeof falseAlarmRate>[0]>(counts: Counts) => ({
        ...counts,
        rate: falseAlarmRate(counts) ?? null,
        appealRate: appealRate(counts) ?? null,
      });
      return dates.shown({
        ...found,
        perKind: found.perKind.map(withRate),
        perCamera: found.perCamera.map(withRate),
        perPlatform: found.perPlatform.map(withRate),
      });
    });
    done();
  };
}
