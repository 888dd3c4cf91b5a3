import { readdirSync } from 'node:fs';
import type { Migration } from 'kysely/migration';

const folder = new URL('./migrations/', import.meta.url);
const fileName = /^(\d{4}_\w+)\.[jt]s$/;

/**
 * The steps from an empty file to today's tables, by name: every file `migrations/NNNN_name.ts`, in the order of its number,
 * with one export `migration`. A step that was released is never changed, and its file is never renamed.
 */
export async function readMigrations(): Promise<Record<string, Migration>> {
  const migrations: Record<string, Migration> = {};
  for (const file of readdirSync(folder).sort()) {
    const name = fileName.exec(file)?.[1];
    if (name === undefined) continue;
    const module = (await import(new URL(file, folder).href)) as { migration: Migration };
    migrations[name] = module.migration;
  }
  return migrations;
}
