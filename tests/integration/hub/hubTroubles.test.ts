import {
  copyFileSync,
  openSync,
  closeSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import SqliteDatabase from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import {
  eventually,
  mediaWorkerBinary,
  repositoryRoot,
  startHubProcess,
  temporaryFolder,
} from '../../support/processes.ts';
import { fill, smallDisk } from '../../support/smallDisk.ts';
import { addSquads, granted, openDesk, signIn } from '../talk/talkHub.ts';
import { hubFetch } from '../../support/testAccount.ts';
import { healthOf, saidAt } from './troublesOfHub.ts';

const preload = pathToFileURL(join(repositoryRoot, 'tests/support/steppedDate.mjs')).href;
const disk = smallDisk();
afterAll(() => disk?.unmount());

/** The processes of a program that a process started. */
function childrenOf(pid: number, program: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const [, parent] = /\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
        return Number(parent) === pid && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(program);
      } catch {
        return false;
      }
    })
    .map(Number);
}

describe('what is wrong with a hub', () => {
  it('says a lock, a step of the date and dead media workers at the desk and in /healthz, and takes each back', async () => {
    const program = join(temporaryFolder('mingchu-worker-'), 'worker');
    copyFileSync(mediaWorkerBinary(), program);
    const hub = await startHubProcess({
      settings: {
        NODE_OPTIONS: `--import=${preload}`,
        MEDIASOUP_WORKER_BIN: program,
        MINGCHU_MEDIA_WORKERS: '2',
      },
    });
    const desk = await openDesk(hub);
    expect(desk.snapshot.hubTroubles).toEqual([]);
    expect(await healthOf(hub)).toMatchObject({
      code: 200,
      status: 'ok',
      database: { level: 'ok', troubles: [] },
      disk: { level: 'ok' },
      clock: { level: 'ok' },
      workers: { level: 'ok', running: 2, wanted: 2 },
    });

    const other = new SqliteDatabase(join(hub.dataDir, 'mingchu.sqlite'));
    other.exec('BEGIN EXCLUSIVE');
    // Nobody else writes: the hub finds it by itself.
    await eventually('the lock is said', () => saidAt(desk).includes('database_locked'), 20_000);
    expect(await healthOf(hub)).toMatchObject({
      code: 503,
      status: 'failing',
      database: { level: 'failing', troubles: ['database_locked'] },
    });
    // What nobody's safety depends on is refused with why, at a desk and over HTTP.
    const squad = { squadId: 'wenquan', name: '温泉中队', startsBodyCamInEmergency: false };
    expect(await desk.request('squads:saveSquad', { squad })).toMatchObject({
      ok: false,
      code: 'unavailable',
      reason: 'session.database_busy',
    });
    const overHttp = await hubFetch(`${hub.url}/api/v1/registry/import`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sites: [], cameras: [] }),
    });
    expect(overHttp.status).toBe(503);
    expect(overHttp.headers.get('retry-after')).toBe('5');
    expect(await overHttp.json()).toMatchObject({
      error: { code: 'unavailable', reason: 'session.database_busy' },
    });
    other.exec('ROLLBACK');
    other.close();
    await eventually('the lock is over', () => saidAt(desk).length === 0);
    expect(await healthOf(hub)).toMatchObject({ code: 200, status: 'ok' });

    hub.child.send({ stepMs: 3 * 86_400_000 });
    await eventually('the step is said', () => saidAt(desk).includes('clock_stepped'));
    expect(desk.noticesOf('diagnostics:troublesChanged').at(-1)?.troubles[0]?.stepSeconds).toBe(3 * 86_400);
    expect(await healthOf(hub)).toMatchObject({
      code: 200,
      status: 'degraded',
      clock: { level: 'degraded', troubles: ['clock_stepped'] },
    });
    // A desk that joins now is told by its snapshot.
    const later = await openDesk(hub);
    expect(later.snapshot.hubTroubles).toMatchObject([{ kind: 'clock_stepped' }]);
    hub.child.send({ stepMs: -3 * 86_400_000 });
    await eventually('the step was taken back', () => saidAt(desk).length === 0);

    const [first, second] = childrenOf(hub.pid, program);
    // The hub alone is limited in its memory; what it starts is not.
    const limits = [hub.pid, first].map((pid) =>
      /MALLOC_ARENA_MAX=\d/.test(readFileSync(`/proc/${pid}/environ`, 'utf8')),
    );
    expect(limits).toEqual([true, false]);
    renameSync(program, `${program}.away`);
    process.kill(first ?? NaN, 'SIGKILL');
    await eventually('one is missing', () => saidAt(desk).includes('workers_some_dead'));
    expect(await healthOf(hub)).toMatchObject({ code: 200, status: 'degraded', workers: { running: 1 } });
    process.kill(second ?? NaN, 'SIGKILL');
    await eventually('all are missing', () => saidAt(desk).includes('workers_all_dead'));
    expect(await healthOf(hub)).toMatchObject({
      code: 503,
      status: 'failing',
      workers: { level: 'failing', running: 0 },
    });
    renameSync(`${program}.away`, program);
    await eventually('they are back', () => saidAt(desk).length === 0, 20_000);
    expect(await healthOf(hub)).toMatchObject({ code: 200, status: 'ok', workers: { running: 2 } });
    await eventually('it is checked', async () => (await healthOf(hub)).database.integrity === 'sound');
    for (const client of [desk, later]) client.close();
    await hub.stop();
  });

  it.skipIf(disk === undefined)(
    'says that its disk is full, keeps an SOS, and stores it when there is room',
    async () => {
      const dataDir = disk?.folder ?? '';
      const hub = await startHubProcess({ dataDir });
      const desk = await openDesk(hub);
      await addSquads(desk);
      const phone = await signIn(hub, desk, 'ann', { hasVoice: false });
      const filler = join(dataDir, 'filler');
      fill(filler);
      const { emergency } = granted(
        await phone.request('squads:raiseEmergency', { emergencyId: 'sos-1', ageMs: 0, press: 1 }),
      );
      expect(emergency.isNotStoredYet).toBe(true);
      await eventually(
        'it is said',
        () => ['database_full', 'disk_full'].every((kind) => saidAt(desk).includes(kind)),
        20_000,
      );
      expect(await healthOf(hub)).toMatchObject({
        code: 503,
        database: { level: 'failing', troubles: ['database_full'] },
        disk: { level: 'failing', troubles: ['disk_full'] },
      });
      rmSync(filler);
      await eventually('it is over', () => saidAt(desk).length === 0, 20_000);
      expect(await healthOf(hub)).toMatchObject({ code: 200, status: 'ok' });
      await eventually(
        'the SOS is stored',
        () => desk.noticesOf('squads:emergencyChanged').at(-1)?.emergency.isNotStoredYet === undefined,
      );
      for (const client of [desk, phone]) client.close();
      await hub.stop();
    },
  );

  it('checks a database that is too large to be checked before the start, and says that it is damaged', async () => {
    const hub = await startHubProcess();
    await hub.stop();
    const path = join(hub.dataDir, 'mingchu.sqlite');
    const database = new SqliteDatabase(path);
    database.exec(
      'create table padding (id integer primary key, name text, bytes blob); create index padding_name on padding (name)',
    );
    const insert = database.prepare('insert into padding (name, bytes) values (?, ?)');
    database.transaction(() => {
      for (let row = 0; row < 9_000; row += 1) insert.run(`name ${row}`, Buffer.alloc(3_900, row));
    })();
    const [{ rootpage }] = database
      .prepare("select rootpage from sqlite_schema where name = 'padding_name'")
      .all() as [{ rootpage: number }];
    database.pragma('wal_checkpoint(truncate)');
    database.close();
    expect(statSync(path).size).toBeGreaterThan(33 * 1024 * 1024);

    const file = openSync(path, 'r+');
    writeSync(file, Buffer.alloc(4_096, 0xa5), 0, 4_096, (rootpage - 1) * 4_096);
    closeSync(file);
    const damaged = await startHubProcess({ dataDir: hub.dataDir });
    const desk = await openDesk(damaged);
    await eventually('it is said', () => saidAt(desk).includes('database_damaged'), 40_000);
    expect(await healthOf(damaged)).toMatchObject({
      code: 503,
      database: { level: 'failing', troubles: ['database_damaged'], integrity: 'damaged' },
    });
    expect(damaged.output()).toMatch(/the database is damaged.*npm run restore/);
    // It goes on with what it can.
    await addSquads(desk);
    desk.close();
    await damaged.stop();
  });
});
