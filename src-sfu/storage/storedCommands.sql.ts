import { sql } from 'kysely';
import { chunks } from './chunks.ts';
import type { Store } from './database.ts';

/** A column of a table of commands, and how its value is read; a value that is NULL is left out of the command. */
interface Column<Value> {
  name: string;
  read(stored: unknown): Value;
}

/** A column of text. */
export function textColumn<Value extends string = string>(name: string): Column<Value> {
  return { name, read: (stored) => String(stored) as Value };
}

/** A column of numbers. */
export function numberColumn(name: string): Column<number> {
  return { name, read: Number };
}

/** The answered commands of one table. */
export interface StoredCommands<Command> {
  /** Stores one; `within` is the transaction of what it changed, so that a repeat finds both or neither, also after a kill. */
  save(within: Store, command: Command): Promise<void>;
  /** Those of these ids that were answered, in no order. */
  find(store: Store, ids: readonly string[]): Promise<Command[]>;
}

/**
 * Where a feature keeps which commands it has answered. Each table has the command's id in its column `id`, and what the feature needs
 * to answer a repeat the same. Example: `storedCommands('shift_commands', { commandId: textColumn('id'), … })`.
 */
export function storedCommands<Command extends object>(
  table: string,
  columns: { [Key in keyof Command]-?: Column<Exclude<Command[Key], undefined>> },
): StoredCommands<Command> {
  const entries = Object.entries(columns) as [string, Column<unknown>][];
  const names = sql.join(entries.map(([, { name }]) => sql.ref(name)));
  const commandOf = (row: Readonly<Record<string, unknown>>): Command =>
    Object.fromEntries(
      entries.flatMap(([key, { name, read }]) => (row[name] === null ? [] : [[key, read(row[name])]])),
    ) as Command;
  return {
    async save(within, command) {
      const values = new Map<string, unknown>(Object.entries(command));
      const row = sql.join(entries.map(([key]) => values.get(key) ?? null));
      await sql`insert into ${sql.table(table)} (${names}) values (${row})`.execute(within);
    },
    async find(store, ids) {
      const found: Command[] = [];
      for (const some of chunks(ids)) {
        const { rows } = await sql<
          Record<string, unknown>
        >`select ${names} from ${sql.table(table)} where id in (${sql.join(some)})`.execute(store);
        found.push(...rows.map(commandOf));
      }
      return found;
    },
  };
}
