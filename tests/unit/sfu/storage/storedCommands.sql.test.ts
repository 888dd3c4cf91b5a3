import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../../../../src-sfu/storage/database.ts';
import { numberColumn, storedCommands, textColumn } from '../../../../src-sfu/storage/storedCommands.sql.ts';

interface Command {
  commandId: string;
  about: string;
  atMs: number;
  refusal?: string;
}

const commands = storedCommands<Command>('tried_commands', {
  commandId: textColumn('id'),
  about: textColumn('thing_id'),
  atMs: numberColumn('at_ms'),
  refusal: textColumn('refusal'),
});
let store: Awaited<ReturnType<typeof openStore>>;

beforeAll(async () => {
  store = await openStore(':memory:');
  await sql`create table tried_commands (id text primary key, thing_id text, at_ms integer, refusal text)`.execute(
    store,
  );
});
afterAll(() => store.destroy());

const one: Command = { commandId: `desk:王芳 "a"`, about: 't1', atMs: 5 };

it('finds what was answered as it was stored, without what was left out', async () => {
  await commands.save(store, one);
  await commands.save(store, { ...one, commandId: 'b', refusal: 'not_yours' });
  expect(await commands.find(store, [one.commandId])).toEqual([one]);
  expect(await commands.find(store, ['b', 'unknown'])).toEqual([
    { ...one, commandId: 'b', refusal: 'not_yours' },
  ]);
  expect(await commands.find(store, [])).toEqual([]);
});

it('keeps nothing of a command whose change was not stored', async () => {
  const failed = store.transaction().execute(async (transaction) => {
    await commands.save(transaction, { ...one, commandId: 'c' });
    throw new Error('The disk is full.');
  });
  await expect(failed).rejects.toThrow('full');
  expect(await commands.find(store, ['c'])).toEqual([]);
});

it('refuses the same command a second time', async () => {
  await commands.save(store, { ...one, commandId: 'd' });
  await expect(commands.save(store, { ...one, commandId: 'd' })).rejects.toThrow();
});

it('finds more of them than one statement takes', async () => {
  const ids = Array.from({ length: 900 }, (_, index) => `many ${index}`);
  await store.transaction().execute(async (transaction) => {
    for (const commandId of ids) await commands.save(transaction, { ...one, commandId });
  });
  expect(await commands.find(store, ids)).toHaveLength(900);
});
