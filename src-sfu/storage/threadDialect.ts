import {
  CompiledQuery,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
} from 'kysely';
import type { Outcome, Statement } from './databaseMessages.ts';
import type { DatabaseThread } from './databaseThread.ts';
import type { DatabaseTurns } from './databaseTurns.ts';
import { inwardDates, outwardDates, type RecordDates } from './recordDates.ts';

/** Several statements that are known before the first one runs: one message to the thread, and one transaction. */
class StatementGroup {
  readonly queries: readonly CompiledQuery[];
  constructor(queries: readonly CompiledQuery[]) {
    this.queries = queries;
  }
}

/**
 * Runs statements as one transaction, all or none, with one message to the database's thread instead of one for each. Inside
 * of a transaction they are a part of that one.
 */
export async function runTogether<Schema>(
  store: Kysely<Schema>,
  queries: readonly { compile(): CompiledQuery }[],
): Promise<void> {
  if (queries.length === 0) return;
  const group = new StatementGroup(queries.map((query) => query.compile()));
  await store.executeQuery(Object.assign({ ...CompiledQuery.raw('group') }, { group }));
}

export interface ThreadDialectOptions {
  thread: DatabaseThread;
  turns: DatabaseTurns;
  dates: RecordDates | undefined;
  /** Whether these callers are served before the others. */
  isUrgent: boolean;
}

/** Kysely over the database's thread. There is one connection; a transaction holds it until it ends. */
export function createThreadDialect(options: ThreadDialectOptions): Dialect {
  return {
    createAdapter: () => new TurnTakingAdapter(),
    createDriver: () => createDriver(options),
    createIntrospector: (database) => new SqliteIntrospector(database),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** Whose turn it is at the one connection is decided here (databaseTurns.ts), not by Kysely. */
class TurnTakingAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

function createDriver({ thread, turns, dates, isUrgent }: ThreadDialectOptions): Driver {
  const end = async (connection: DatabaseConnection, sql: 'commit' | 'rollback'): Promise<void> => {
    const one = connection as ThreadConnection;
    // A commit that fails is followed by a rollback, which must still find the transaction.
    if (one.wasSent) await one.send([{ sql, parameters: [] }], false);
    one.isInTransaction = false;
    one.wasSent = false;
  };
  return {
    init: () => Promise.resolve(),
    async acquireConnection() {
      await turns.take(isUrgent);
      return new ThreadConnection(thread, dates);
    },
    beginTransaction(connection) {
      // Sent with the first statement: this saves a message.
      (connection as ThreadConnection).isInTransaction = true;
      return Promise.resolve();
    },
    commitTransaction: (connection) => end(connection, 'commit'),
    rollbackTransaction: (connection) => end(connection, 'rollback'),
    releaseConnection() {
      turns.give();
      return Promise.resolve();
    },
    destroy: () => Promise.resolve(),
  };
}

class ThreadConnection implements DatabaseConnection {
  isInTransaction = false;
  /** Whether the thread knows of the transaction. */
  wasSent = false;
  readonly #thread: DatabaseThread;
  readonly #dates: RecordDates | undefined;
  #generation = 0;

  constructor(thread: DatabaseThread, dates: RecordDates | undefined) {
    this.#thread = thread;
    this.#dates = dates;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const group = (query as { group?: StatementGroup }).group;
    const queries = group instanceof StatementGroup ? group.queries : [query];
    const statements: Statement[] = queries.map(({ sql, parameters }) => ({
      sql,
      parameters: this.#dates === undefined ? parameters : inwardDates(parameters, this.#dates),
    }));
    const isBeginning = this.isInTransaction && !this.wasSent;
    if (isBeginning) {
      this.wasSent = true;
      statements.unshift({ sql: 'begin', parameters: [] });
    }
    const outcomes = await this.send(statements, group !== undefined && !this.isInTransaction);
    const last = outcomes.at(-1);
    if (last === undefined) return { rows: [] };
    const rows = this.#dates === undefined ? last.rows : outwardDates(last.rows, this.#dates);
    return {
      rows: rows as Row[],
      ...(last.lastInsertRowid === undefined ? {} : { insertId: BigInt(last.lastInsertRowid) }),
      ...(last.changes === undefined ? {} : { numAffectedRows: BigInt(last.changes) }),
    };
  }

  /** Sends statements to the thread. A transaction of which the thread knows nothing any more is not continued. */
  send(statements: readonly Statement[], together: boolean): Promise<Outcome[]> {
    if (statements[0]?.sql === 'begin') this.#generation = this.#thread.generation();
    else if (this.wasSent && this.#generation !== this.#thread.generation()) {
      const error = new Error('The thread of the database was started again in the middle of a transaction.');
      return Promise.reject(Object.assign(error, { code: 'STORE_THREAD_ENDED' }));
    }
    return this.#thread.run(statements, together);
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    yield await this.executeQuery<Row>(query);
  }
}
