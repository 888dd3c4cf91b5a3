import { sql } from 'kysely';
import { z } from 'zod';
import { mediaWays, subStreamWords, type LearnedHabits } from '../features/recorders/recorders.ports.ts';
import type { RecordersRepository } from '../features/recorders/recorders.repository.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';
import type { SecretBox } from './secretBox.ts';

const learnedForm = z.object({
  way: z.enum(mediaWays).optional(),
  subStream: z.enum([...subStreamWords, 'none']).optional(),
  edition: z.enum(['2016', '2022']).optional(),
  voice: z.enum(['broadcast', 'talk', 'none']).optional(),
  asksSha256: z.boolean().optional(),
  alertsOnMotion: z.boolean().optional(),
});

type RecorderTables = {
  recorders: {
    id: string;
    name: string;
    password_sealed: string;
    created_at_ms: number;
    address: string | null;
    port: number | null;
    protocol: string | null;
    sets_clock: number;
  };
  recorder_channels: {
    recorder_id: string;
    channel_id: string;
    name: string;
    is_on: number | null;
    is_gone: number;
  };
  recorder_habits: { recorder_id: string; document: string };
  recorder_calls: {
    call_id: string;
    recorder_id: string;
    channel_id: string;
    local_tag: string;
    remote: string;
    remote_uri: string;
  };
};

/** Recorders in the store; their passwords are sealed, each for its recorder. */
export function createRecordersRepository(store: Store, secrets: SecretBox): RecordersRepository {
  const tables = store.withTables<RecorderTables>();
  const binding = (recorderId: string): string => `recorder ${recorderId}`;
  const opened = (recorderId: string, sealed: string): string | undefined => {
    try {
      return secrets.open(sealed, binding(recorderId));
    } catch {
      return undefined;
    }
  };
  /** Stores these habits of a recorder, and leaves its others as they are. */
  const addHabits = async (
    within: typeof tables,
    recorderId: string,
    habits: LearnedHabits,
  ): Promise<void> => {
    const document = JSON.stringify(habits);
    const merged = sql<string>`case when json_valid(recorder_habits.document) then json_patch(recorder_habits.document, ${document}) else ${document} end`;
    await within
      .insertInto('recorder_habits')
      .values({ recorder_id: recorderId, document })
      .onConflict((conflict) => conflict.column('recorder_id').doUpdateSet({ document: merged }))
      .execute();
  };
  return {
    async list() {
      const rows = await tables.selectFrom('recorders').selectAll().orderBy('id').execute();
      const habits = await tables.selectFrom('recorder_habits').selectAll().execute();
      const learned = new Map(habits.map(({ recorder_id, document }) => [recorder_id, document]));
      return rows.map(({ id, name, password_sealed, address, port, protocol, sets_clock }) => ({
        recorderId: id,
        name,
        password: opened(id, password_sealed),
        learned: learnedOf(learned.get(id)),
        setsClock: Number(sets_clock) === 1,
        place:
          address === null || port === null
            ? undefined
            : { address, port: Number(port), protocol: protocol === 'tcp' ? 'tcp' : 'udp' },
      }));
    },
    async channels() {
      const rows = await tables.selectFrom('recorder_channels').selectAll().orderBy('channel_id').execute();
      return rows.map(({ recorder_id, channel_id, name, is_on, is_gone }) => ({
        recorderId: recorder_id,
        channelId: channel_id,
        name,
        isOn: is_on === null ? undefined : Number(is_on) === 1,
        isGone: Number(is_gone) === 1,
      }));
    },
    async calls() {
      const rows = await tables.selectFrom('recorder_calls').selectAll().execute();
      return rows.map((row) => ({
        callId: row.call_id,
        recorderId: row.recorder_id,
        channelId: row.channel_id,
        localTag: row.local_tag,
        remote: row.remote,
        remoteUri: row.remote_uri,
      }));
    },
    async add({ recorderId, name, password, createdAtMs }, actor) {
      const kept = { name, password_sealed: secrets.seal(password, binding(recorderId)) };
      await store.transaction().execute(async (transaction) => {
        const before = await transaction
          .withTables<RecorderTables>()
          .selectFrom('recorders')
          .select('name')
          .where('id', '=', recorderId)
          .executeTakeFirst();
        await transaction
          .withTables<RecorderTables>()
          .insertInto('recorders')
          .values({
            id: recorderId,
            ...kept,
            created_at_ms: createdAtMs,
            address: null,
            port: null,
            protocol: null,
            sets_clock: 1,
          })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(kept))
          .execute();
        const line = {
          atMs: createdAtMs,
          actor,
          action: before === undefined ? 'recorders:add' : 'recorders:change',
          subject: recorderId,
          detail: { name },
        };
        await appendAudit(transaction, line);
      });
    },
    async setClock(recorderId, setsClock, actor, atMs) {
      await store.transaction().execute(async (transaction) => {
        await transaction
          .withTables<RecorderTables>()
          .updateTable('recorders')
          .set({ sets_clock: Number(setsClock) })
          .where('id', '=', recorderId)
          .execute();
        const line = { atMs, actor, action: 'recorders:change', subject: recorderId, detail: { setsClock } };
        await appendAudit(transaction, line);
      });
    },
    async setHabit(recorderId, habit, actor, atMs) {
      await store.transaction().execute(async (transaction) => {
        await addHabits(transaction.withTables<RecorderTables>(), recorderId, habit);
        const line = { atMs, actor, action: 'recorders:change', subject: recorderId, detail: { ...habit } };
        await appendAudit(transaction, line);
      });
    },
    async remove(recorderId, actor, atMs) {
      await store.transaction().execute(async (transaction) => {
        const within = transaction.withTables<RecorderTables>();
        await within.deleteFrom('recorders').where('id', '=', recorderId).execute();
        await within.deleteFrom('recorder_channels').where('recorder_id', '=', recorderId).execute();
        await within.deleteFrom('recorder_habits').where('recorder_id', '=', recorderId).execute();
        const line = { atMs, actor, action: 'recorders:remove', subject: recorderId, detail: {} };
        await appendAudit(transaction, line);
      });
    },
    async savePlaces(places) {
      await store.transaction().execute(async (transaction) => {
        const within = transaction.withTables<RecorderTables>();
        for (const [recorderId, place] of places) {
          const { address = null, port = null, protocol = null } = place ?? {};
          const kept = { address, port, protocol };
          await within.updateTable('recorders').set(kept).where('id', '=', recorderId).execute();
        }
      });
    },
    async saveChannels(channels) {
      await store.transaction().execute(async (transaction) => {
        const within = transaction.withTables<RecorderTables>();
        for (const { recorderId, channelId, name, isOn, isGone } of channels) {
          const kept = { name, is_on: isOn === undefined ? null : Number(isOn), is_gone: Number(isGone) };
          await within
            .insertInto('recorder_channels')
            .values({ recorder_id: recorderId, channel_id: channelId, ...kept })
            .onConflict((conflict) => conflict.columns(['recorder_id', 'channel_id']).doUpdateSet(kept))
            .execute();
        }
      });
    },
    async saveLearned(learned) {
      await store.transaction().execute(async (transaction) => {
        const within = transaction.withTables<RecorderTables>();
        for (const [recorderId, habits] of learned) {
          // What a person has set is stored by itself: what waits may be older.
          const { asksSha256: _asks, alertsOnMotion: _alerts, ...found } = habits;
          await addHabits(within, recorderId, found);
        }
      });
    },
    async addCall(call) {
      await tables
        .insertInto('recorder_calls')
        .values({
          call_id: call.callId,
          recorder_id: call.recorderId,
          channel_id: call.channelId,
          local_tag: call.localTag,
          remote: call.remote,
          remote_uri: call.remoteUri,
        })
        .execute();
    },
    async removeCall(callId) {
      await tables.deleteFrom('recorder_calls').where('call_id', '=', callId).execute();
    },
  };
}

/** What an earlier version stored and this one does not know is found out again. */
function learnedOf(document: string | undefined): LearnedHabits {
  try {
    return learnedForm.parse(JSON.parse(document ?? '{}'));
  } catch {
    return {};
  }
}
