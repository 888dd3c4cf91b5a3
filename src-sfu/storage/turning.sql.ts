import { changesView, motionSchema } from '../../src-shared/turning/motion.ts';
import type { Preset } from '../../src-shared/turning/turning.protocol.ts';
import type { TurningRepository } from '../features/turning/turning.repository.ts';
import { appendAudit, type AuditEntry } from './audit.sql.ts';
import { parseObject } from './auditSearch.sql.ts';
import type { Store } from './database.ts';

type TurningTables = {
  camera_presets: {
    camera_id: string;
    number: number;
    name: string;
    url: string | null;
    origin: 'taken_up' | 'hidden' | null;
  };
  camera_holds: {
    camera_id: string;
    url: string;
    held_by: string;
    principal: string | null;
    moving_since_ms: number | null;
    motion: string | null;
  };
  camera_turns: { camera_id: string; started_at_ms: number; ended_at_ms: number };
};

/** Findings are open for at most a year, and their pictures are compared for as long. Milliseconds. */
const turnsKeptMs = 400 * 86_400_000;

/**
 * A camera that is sent to a preset counts as turning for so long, because no recorder says when it arrives: a dome of 20° a second makes half
 * a turn in 9 s. Milliseconds.
 */
export const presetTravelMs = 10_000;

/** Presets and held cameras in the store; every move that ended is one entry of the audit log. */
export function createTurningRepository(store: Store): TurningRepository {
  const tables = store.withTables<TurningTables>();
  const recorded = (
    entry: AuditEntry,
    change: (within: typeof tables) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<void> =>
    store.transaction().execute(async (transaction) => {
      await change(transaction.withTables<TurningTables>());
      await appendAudit(transaction, entry);
    });
  const turned = async (
    within: typeof tables,
    cameraId: string,
    startedAtMs: number,
    endedAtMs: number,
  ): Promise<void> => {
    await within
      .deleteFrom('camera_turns')
      .where('camera_id', '=', cameraId)
      .where('ended_at_ms', '<', endedAtMs - turnsKeptMs)
      .execute();
    await within
      .insertInto('camera_turns')
      .values({ camera_id: cameraId, started_at_ms: startedAtMs, ended_at_ms: endedAtMs })
      .execute();
  };
  const savePreset = (
    cameraId: string,
    { number, name }: Preset,
    who: Pick<AuditEntry, 'action' | 'actor' | 'atMs'>,
    kept: Pick<TurningTables['camera_presets'], 'url' | 'origin'>,
  ): Promise<void> =>
    recorded({ ...who, subject: cameraId, detail: { number, name } }, (within) =>
      within
        .insertInto('camera_presets')
        .values({ camera_id: cameraId, number, name, ...kept })
        .onConflict((conflict) => conflict.columns(['camera_id', 'number']).doUpdateSet({ name, ...kept }))
        .execute(),
    );
  const setOrigin = (
    cameraId: string,
    { number }: Preset,
    origin: 'taken_up' | 'hidden',
    who: Pick<AuditEntry, 'action' | 'actor' | 'atMs' | 'detail'>,
  ): Promise<void> =>
    recorded({ ...who, subject: cameraId }, (within) =>
      within
        .updateTable('camera_presets')
        .set({ origin })
        .where('camera_id', '=', cameraId)
        .where('number', '=', number)
        .execute(),
    );
  const deletePreset = (
    cameraId: string,
    preset: Preset,
    who: Pick<AuditEntry, 'action' | 'actor' | 'atMs'>,
  ): Promise<void> =>
    recorded({ ...who, subject: cameraId, detail: numberAndName(preset) }, (within) =>
      within
        .deleteFrom('camera_presets')
        .where('camera_id', '=', cameraId)
        .where('number', '=', preset.number)
        .execute(),
    );
  return {
    async presets() {
      const rows = await tables.selectFrom('camera_presets').selectAll().execute();
      return rows.map(({ camera_id, number, name, url, origin }) => ({
        cameraId: camera_id,
        number: Number(number),
        name,
        ...(url === null ? {} : { url }),
        ...(origin === null ? {} : { origin }),
      }));
    },
    savePreset: (cameraId, preset, actor, atMs, url = '') =>
      savePreset(
        cameraId,
        preset,
        { action: 'turning:savePreset', actor, atMs },
        { url: url || null, origin: null },
      ),
    takeUpPreset: (cameraId, preset, atMs, url = '') =>
      savePreset(
        cameraId,
        preset,
        { action: 'turning:takeUpPreset', actor: 'hub', atMs },
        { url: url || null, origin: 'taken_up' },
      ),
    hidePreset: (cameraId, preset, actor, atMs) =>
      setOrigin(cameraId, preset, 'hidden', {
        ...{ action: 'turning:deletePreset', actor, atMs },
        detail: { ...numberAndName(preset), isKeptByCamera: true },
      }),
    relistPreset: (cameraId, preset, actor, atMs) =>
      setOrigin(cameraId, preset, 'taken_up', {
        ...{ action: 'turning:relistPreset', actor, atMs },
        detail: numberAndName(preset),
      }),
    dropPreset: (cameraId, preset, atMs) =>
      deletePreset(cameraId, preset, { action: 'turning:dropPreset', actor: 'hub', atMs }),
    deletePreset: (cameraId, preset, actor, atMs) =>
      deletePreset(cameraId, preset, { action: 'turning:deletePreset', actor, atMs }),
    async holds() {
      const rows = await tables.selectFrom('camera_holds').selectAll().execute();
      return rows.map((row) => ({
        cameraId: row.camera_id,
        url: row.url,
        heldBy: row.held_by,
        principal: row.principal === null ? null : (parseObject(row.principal) ?? null),
        movingSinceMs: row.moving_since_ms === null ? undefined : Number(row.moving_since_ms),
        motion: row.motion === null ? undefined : parseObject(row.motion),
      }));
    },
    async hold({ cameraId, url, heldBy, principal }) {
      const kept = {
        url,
        held_by: heldBy,
        principal: principal === null ? null : JSON.stringify(principal),
        moving_since_ms: null,
        motion: null,
      };
      await tables
        .insertInto('camera_holds')
        .values({ camera_id: cameraId, ...kept })
        .onConflict((conflict) => conflict.column('camera_id').doUpdateSet(kept))
        .execute();
    },
    async moves(cameraId, movingSinceMs, motion) {
      await tables
        .updateTable('camera_holds')
        .set({ moving_since_ms: movingSinceMs, motion: JSON.stringify(motion) })
        .where('camera_id', '=', cameraId)
        .execute();
    },
    moved: (cameraId, { holder, motion, startedAtMs, endedAtMs, end }, principal) =>
      recorded(
        {
          atMs: startedAtMs,
          actor: holder.name,
          action: 'turning:move',
          subject: cameraId,
          detail: { lengthMs: Math.round(endedAtMs - startedAtMs), end, ...motion },
          principal,
        },
        async (within) => {
          await within
            .updateTable('camera_holds')
            .set({ moving_since_ms: null, motion: null })
            .where('camera_id', '=', cameraId)
            .where('moving_since_ms', '<=', startedAtMs)
            .execute();
          if (changesView(motion)) await turned(within, cameraId, startedAtMs, endedAtMs);
        },
      ),
    wentTo: (cameraId, { number, name }, { actor, principal }, atMs) =>
      recorded(
        {
          atMs,
          actor,
          action: 'turning:goToPreset',
          subject: cameraId,
          detail: { number, name },
          principal,
        },
        (within) => turned(within, cameraId, atMs, atMs + presetTravelMs),
      ),
    async turnedBetween(cameraId, fromMs, toMs) {
      const [ended, moving] = await Promise.all([
        tables
          .selectFrom('camera_turns')
          .select('camera_id')
          .where('camera_id', '=', cameraId)
          .where('ended_at_ms', '>', fromMs)
          .where('started_at_ms', '<', toMs)
          .limit(1)
          .execute(),
        tables
          .selectFrom('camera_holds')
          .select('motion')
          .where('camera_id', '=', cameraId)
          .where('moving_since_ms', '<', toMs)
          .execute(),
      ]);
      const present = moving.map(({ motion }) => motionSchema.safeParse(parseObject(motion ?? '')));
      return ended.length > 0 || present.some(({ success, data }) => success && changesView(data));
    },
    async free(cameraId) {
      await tables.deleteFrom('camera_holds').where('camera_id', '=', cameraId).execute();
    },
    tookOver: (cameraId, from, actor, atMs) =>
      recorded({ atMs, actor, action: 'turning:takeOver', subject: cameraId, detail: { from } }),
  };
}

function numberAndName({ number, name }: Preset): Preset {
  return { number, name };
}
