import { readdirSync } from 'node:fs';
import type { Migration } from 'kysely/migration';

const folder = new URL('./migrations/', import.meta.url);
const fileName = /^(\d{4}_\w+)\.[jt]s$/;

/**
 * The steps from an empty file to today's tables, by name: every file `migrations/NNNN_name.ts`, in the order of its number,
 * with one export `migration`. A step that was released is never changed, and its file is never renamed.
 */
export function readMigrations(): Promise<Record<string, Migration>> {
  const migrations: Record<string, Migration> = {};
  for (const file of readdirSync(folder).sort()) {
    const name = fileName.exec(file)?.[1];
    if (name === undefined) continue;
    // Loaded when it is to be run: a database that is up to date needs only the names.
    migrations[name] = {
      async up(store) {
        const module = (await import(new URL(file, folder).href)) as { migration: Migration };
        await module.migration.up(store);
      },
    };
  }
  return Promise.resolve(migrations);
}
