import { sql } from 'kysely';
import { endedEmergencySchema, type EndedEmergency } from '../../src-shared/squads/squads.protocol.ts';
import type { EndedEmergenciesQuestion } from '../features/squads/squads.handlers.ts';
import type { Logger } from '../logger.ts';
import type { Store } from './database.ts';

/** SOS that ended, the newest first; a row that is damaged is left out and logged. */
export async function readEndedEmergencies(
  store: Store,
  { fromMs, squads, limit }: EndedEmergenciesQuestion,
  logger: Pick<Logger, 'warn'>,
): Promise<EndedEmergency[]> {
  let query = store
    .selectFrom('emergencies')
    .select(['id', 'document'])
    .where('state', 'in', ['resolved', 'false'])
    .where('raised_at_ms', '>=', fromMs)
    .orderBy('raised_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (squads !== 'all')
    query = query.where(sql<string>`json_extract(document, '$.squadId')`, 'in', [...squads]);
  return (await query.execute()).flatMap(({ id, document }) => {
    const emergency = parseEnded(document);
    if (emergency !== undefined) return [emergency];
    logger.warn({ emergencyId: id }, 'a stored SOS cannot be read and is left out of the list');
    return [];
  });
}

function parseEnded(document: string): EndedEmergency | undefined {
  try {
    return endedEmergencySchema.safeParse(JSON.parse(document)).data;
  } catch {
    return undefined;
  }
}
