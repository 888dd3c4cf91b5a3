import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import SqliteDatabase from 'better-sqlite3';
import { join } from 'node:path';
import { makeAlertKey, signedHeaders, type SenderKey } from '../support/alertSender.ts';
import { startHubProcess, type HubProcess } from '../support/processes.ts';
import { registerDemoCity } from './benchCity.ts';
import { figureOf, singleFigure, type Bench } from './figures.ts';

const alertsPerSecond = 1_000;
const seconds = 10;
const kinds = [
  'smoking',
  'no_hat',
  'no_mask',
  'uncovered_bin',
  'stranger',
  'no_gloves',
  'phone_in_hand',
  'rat',
];
const answerMs = 10_000;
/** The rate is kept in slices of this length. */
const sliceMs = 10;

/**
 * `alerts.burst`: 1,000 requests a second for 10 s, each one alert of one of the demo city's 2,200 cameras, from the moment
 * it is sent until it is answered 202; `.lost` and `.doubled` are counted in the store afterwards. Once undisturbed, and once
 * with the hub killed with -9 in the middle and started again, while the sender repeats what was not answered.
 */
export const benchAlerts: Bench = async (report, progress) => {
  for (const isKilled of [false, true]) {
    const suffix = isKilled ? '.killed' : '';
    const run = await runBurst(isKilled, progress);
    report(figureOf(`alerts.burst${suffix}`, 'ms', run.times));
    report(singleFigure(`alerts.burst${suffix}.lost`, 'count', run.lost, run.sent));
    report(singleFigure(`alerts.burst${suffix}.doubled`, 'count', run.doubled, run.sent));
    if (isKilled) report(singleFigure('alerts.burst.killed.repeated', 'count', run.repeats, run.sent));
  }
};

interface Burst {
  times: number[];
  sent: number;
  lost: number;
  doubled: number;
  repeats: number;
}

async function runBurst(isKilled: boolean, progress: (text: string) => void): Promise<Burst> {
  let hub = await startHubProcess();
  const { dataDir } = hub;
  const port = Number(new URL(hub.url).port);
  try {
    const cameraIds = await registerDemoCity(hub);
    const key = await makeAlertKey(hub.url);
    const agent = new Agent({ keepAlive: true, maxSockets: 256 });
    const times: number[] = [];
    let repeats = 0;

    const send = async (number: number): Promise<void> => {
      const report = {
        externalId: `burst-${number}`,
        kind: kinds[number % kinds.length],
        cameraId: cameraIds[number % cameraIds.length],
        occurredAt: Date.now(),
      };
      for (;;) {
        const startedAt = performance.now();
        const status = await post(agent, port, key, Buffer.from(JSON.stringify(report)));
        if (status === 202) {
          times.push(performance.now() - startedAt);
          return;
        }
        if (status !== undefined && status < 500 && status !== 429) throw new Error(`answered ${status}`);
        repeats += 1;
        await delay(250);
      }
    };

    const total = alertsPerSecond * seconds;
    const pending: Promise<void>[] = [];
    const beganAt = performance.now();
    const restarted = isKilled ? killInTheMiddle(hub, dataDir, port) : undefined;
    for (let sent = 0; sent < total;) {
      const due = Math.min(total, Math.floor(((performance.now() - beganAt) / 1000) * alertsPerSecond) + 1);
      for (; sent < due; sent += 1) pending.push(send(sent));
      await delay(sliceMs);
    }
    const sendingMs = performance.now() - beganAt;
    if (restarted !== undefined) hub = await restarted;
    await Promise.all(pending);
    agent.destroy();
    progress(
      `  ${isKilled ? 'killed: ' : ''}${total} alerts sent in ${(sendingMs / 1000).toFixed(1)} s, ${repeats} repeated`,
    );
    await hub.stop();
    return { times, sent: total, repeats, ...countInStore(dataDir, total) };
  } finally {
    await hub.stop();
  }
}

async function killInTheMiddle(hub: HubProcess, dataDir: string, port: number): Promise<HubProcess> {
  await delay((seconds * 1000) / 2);
  await hub.kill();
  return startHubProcess({ dataDir, port });
}

/** What the store holds of the burst: each alert sent must be counted to one alert, once. */
function countInStore(dataDir: string, total: number): { lost: number; doubled: number } {
  const sqlite = new SqliteDatabase(join(dataDir, 'mingchu.sqlite'), { readonly: true });
  const { taken, different } = sqlite
    .prepare('select count(*) as taken, count(distinct external_id) as different from alert_occurrences')
    .get() as { taken: number; different: number };
  const documents = sqlite.prepare('select document from alerts').all() as { document: string }[];
  sqlite.close();
  const counted = documents.reduce(
    (sum, { document }) => sum + (JSON.parse(document) as { count: number }).count,
    0,
  );
  return { lost: total - different, doubled: Math.max(taken - different, counted - different) };
}

function post(agent: Agent, port: number, key: SenderKey, body: Buffer): Promise<number | undefined> {
  return new Promise((resolve) => {
    const sent = request(
      {
        agent,
        host: '127.0.0.1',
        port,
        path: '/api/v1/alerts',
        method: 'POST',
        timeout: answerMs,
        headers: {
          'content-type': 'application/json',
          'content-length': body.length,
          ...signedHeaders(key, body),
        },
      },
      (answer) => {
        answer.resume();
        answer.once('end', () => resolve(answer.statusCode));
        answer.once('error', () => resolve(undefined));
      },
    );
    sent.once('timeout', () => sent.destroy());
    sent.once('error', () => resolve(undefined));
    sent.end(body);
  });
}
