import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { makeAlertKey, postAlerts, report as alertReport, taken } from '../support/alertSender.ts';
import { startHubProcess } from '../support/processes.ts';
import { figureOf, singleFigure, type Bench } from './figures.ts';
import { hubFetch } from '../support/testAccount.ts';

const rows = 200_000;

/**
 * `alerts.export.delay`: how long `GET /healthz` waits while a table of 200,000 alerts is exported as CSV, of which none,
 * and then all, match; `alerts.export.total` is how long both exports take.
 */
export const benchAlertsExport: Bench = async (report, progress) => {
  let hub = await startHubProcess();
  const { dataDir } = hub;
  try {
    const key = await makeAlertKey(hub.url);
    await taken(await postAlerts(hub.url, key, alertReport()));
    await hub.stop();
    fillTable(join(dataDir, 'mingchu.sqlite'));
    hub = await startHubProcess({ dataDir });
    progress(`  ${rows} alerts are stored`);
    const waits: number[] = [];
    const beganAt = performance.now();
    for (const query of ['?kinds=smoking', '']) {
      const state = { isDone: false };
      const exported = readAll(`${hub.url}/api/v1/alerts.csv${query}`).finally(() => {
        state.isDone = true;
      });
      while (!state.isDone) {
        const askedAt = performance.now();
        await (await fetch(`${hub.url}/healthz`)).arrayBuffer();
        waits.push(performance.now() - askedAt);
      }
      progress(`  ${await exported} bytes for "${query}"`);
    }
    report(figureOf('alerts.export.delay', 'ms', waits));
    report(singleFigure('alerts.export.total', 'ms', performance.now() - beganAt, rows));
  } finally {
    await hub.stop();
  }
};

/** Copies the one alert of the table, each a second older than the one before. */
function fillTable(path: string): void {
  const sqlite = new SqliteDatabase(path);
  const [first] = sqlite.prepare('select * from alerts').all() as Record<string, unknown>[];
  if (first === undefined) throw new Error('there is no alert to copy');
  const columns = Object.keys(first);
  const insert = sqlite.prepare(
    `insert into alerts (${columns.join(', ')}) values (${columns.map((name) => `@${name}`).join(', ')})`,
  );
  sqlite.transaction(() => {
    for (let number = 1; number < rows; number += 1) {
      const id = `copy-${number}`;
      const document = String(first.document).replace(String(first.id), id);
      // A closed one is not taken up by the hub when it starts.
      insert.run({
        ...first,
        id,
        state: 'resolved',
        raised_at_ms: Number(first.raised_at_ms) - number * 1_000,
        document,
      });
    }
  })();
  sqlite.close();
}

async function readAll(url: string): Promise<number> {
  const response = await hubFetch(url);
  let bytes = 0;
  for await (const chunk of response.body ?? []) bytes += (chunk as Uint8Array).byteLength;
  return bytes;
}
