import {
  sharedSetSchema,
  upperSettingsSchema,
  type SharedSet,
} from '../../src-shared/cascade/cascade.protocol.ts';
import { viewHoursSchema, type ViewHours } from '../../src-shared/cascade/viewHours.ts';
import type { CascadeDeed, CascadeRepository, UpperRecord } from '../features/cascade/cascade.repository.ts';
import { appendAudit } from './audit.sql.ts';
import type { Store } from './database.ts';
import type { SecretBox } from './secretBox.ts';

type CascadeTables = {
  upper_platforms: {
    id: string;
    settings: string;
    password_sealed: string;
    shared: string;
    created_at_ms: number;
  };
  cascade_ids: { kind: string; subject: string; gb_id: string };
  cascade_places: { recorder_id: string; address: string };
  cascade_limits: { camera_id: string; is_shut: number; hours: string | null };
};

const noSet: SharedSet = { districts: [], cameraIds: [] };

/** Upper platforms in the store; the password for each is sealed for it. */
export function createCascadeRepository(store: Store, secrets: SecretBox): CascadeRepository {
  const tables = store.withTables<CascadeTables>();
  const binding = (upperId: string): string => `upper platform ${upperId}`;
  const opened = (upperId: string, sealed: string): string | undefined => {
    try {
      return secrets.open(sealed, binding(upperId));
    } catch {
      return undefined;
    }
  };
  const within = (
    deed: CascadeDeed,
    subject: string,
    work: (tables: ReturnType<typeof store.withTables<CascadeTables>>) => Promise<unknown>,
  ): Promise<void> =>
    store.transaction().execute(async (transaction) => {
      await work(transaction.withTables<CascadeTables>());
      await appendAudit(transaction, { ...deed, subject });
    });
  return {
    async platforms() {
      const rows = await tables.selectFrom('upper_platforms').selectAll().orderBy('created_at_ms').execute();
      return rows.flatMap(({ id, settings, password_sealed, shared }): UpperRecord[] => {
        const known = upperSettingsSchema.safeParse(jsonOf(settings));
        if (!known.success) return [];
        const set = sharedSetSchema.safeParse(jsonOf(shared));
        const password = opened(id, password_sealed);
        return [{ upperId: id, settings: known.data, password, shared: set.success ? set.data : noSet }];
      });
    },
    async ids() {
      const rows = await tables.selectFrom('cascade_ids').selectAll().execute();
      return rows.map(({ kind, subject, gb_id }) => ({
        kind: kind === 'district' ? 'district' : 'camera',
        subject,
        gbId: gb_id,
      }));
    },
    async limits() {
      const rows = await tables.selectFrom('cascade_limits').selectAll().execute();
      return rows.map(({ camera_id, is_shut, hours }) => ({
        cameraId: camera_id,
        // Hours that are not understood let nobody watch.
        isShut: Number(is_shut) === 1 || hoursOf(hours) === undefined,
        hours: hoursOf(hours) ?? null,
      }));
    },
    save: ({ upperId, settings, password, shared }, deed) =>
      within(deed, upperId, (inside) => {
        const kept = {
          settings: JSON.stringify(settings),
          shared: JSON.stringify(shared),
          password_sealed: secrets.seal(password, binding(upperId)),
        };
        return inside
          .insertInto('upper_platforms')
          .values({ id: upperId, ...kept, created_at_ms: deed.atMs })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(kept))
          .execute();
      }),
    change: ({ upperId, settings, shared }, deed) =>
      within(deed, upperId, (inside) =>
        inside
          .updateTable('upper_platforms')
          .set({ settings: JSON.stringify(settings), shared: JSON.stringify(shared) })
          .where('id', '=', upperId)
          .execute(),
      ),
    remove: (upperId, deed) =>
      within(deed, upperId, (inside) =>
        inside.deleteFrom('upper_platforms').where('id', '=', upperId).execute(),
      ),
    async seenPlaces() {
      const rows = await tables.selectFrom('cascade_places').selectAll().execute();
      return rows.map(({ recorder_id, address }) => ({ recorderId: recorder_id, address }));
    },
    async addSeenPlace({ recorderId, address }) {
      await tables
        .insertInto('cascade_places')
        .values({ recorder_id: recorderId, address })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
    async addIds(ids) {
      await store.transaction().execute(async (transaction) => {
        const inside = transaction.withTables<CascadeTables>();
        for (const { kind, subject, gbId } of ids)
          await inside.insertInto('cascade_ids').values({ kind, subject, gb_id: gbId }).execute();
      });
    },
    limit: (cameraId, { isShut, hours }, deed) =>
      within(deed, cameraId, (inside) => {
        const kept = { is_shut: Number(isShut), hours: hours === null ? null : JSON.stringify(hours) };
        return inside
          .insertInto('cascade_limits')
          .values({ camera_id: cameraId, ...kept })
          .onConflict((conflict) => conflict.column('camera_id').doUpdateSet(kept))
          .execute();
      }),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Undefined: what stands there is not understood. */
function hoursOf(text: string | null): ViewHours | null | undefined {
  if (text === null) return null;
  const read = viewHoursSchema.safeParse(jsonOf(text));
  return read.success ? read.data : undefined;
}
