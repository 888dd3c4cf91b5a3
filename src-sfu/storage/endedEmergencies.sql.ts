import { sql } from 'kysely';
import { endedEmergencySchema, type EndedEmergency } from '../../src-shared/squads/squads.protocol.ts';
import type { EndedEmergenciesQuestion } from '../features/squads/squads.handlers.ts';
import type { Store } from './database.ts';

/** SOS that ended, the newest first. */
export async function readEndedEmergencies(
  store: Store,
  { fromMs, squads, limit }: EndedEmergenciesQuestion,
): Promise<EndedEmergency[]> {
  let query = store
    .selectFrom('emergencies')
    .select('document')
    .where('state', 'in', ['resolved', 'false'])
    .where('raised_at_ms', '>=', fromMs)
    .orderBy('raised_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  if (squads !== 'all')
    query = query.where(sql<string>`json_extract(document, '$.squadId')`, 'in', [...squads]);
  return (await query.execute()).map(({ document }) => endedEmergencySchema.parse(JSON.parse(document)));
}
