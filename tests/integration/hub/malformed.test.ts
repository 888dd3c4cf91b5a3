import { afterAll, beforeAll, expect, it } from 'vitest';
import { requests } from '../../../src-shared/protocol/index.ts';
import { fuzzedPhone, sendHostileMessages, sendHostileRequests } from '../../support/fuzz/fuzzRun.ts';
import { administratorCookie } from '../../support/testAccount.ts';
import { startHubProcess, type HubProcess } from '../../support/processes.ts';
import type { SurfaceClient } from '../../support/surfaceClient.ts';
import { addSquads, openDesk, signIn } from '../talk/talkHub.ts';
import { expectedRoutes } from '../../unit/sfu/authorityTables.ts';

/** The same hostile messages at each run; the bench trust.fuzz sends 100,000 others. */
const seed = 20_260_401;
const messages = 2_000;
const phoneMessages = 200;
const headers: Record<string, string> = { cookie: administratorCookie };

let hub: HubProcess;
let desk: SurfaceClient;
let memberToken: string;
beforeAll(async () => {
  hub = await startHubProcess({ settings: { MINGCHU_MEDIA_WORKERS: '1' } });
  const opened = await openDesk(hub);
  desk = opened;
  await addSquads(opened);
  // The fuzzed desk may remove the member ann: hostile inputs name her.
  const phone = await signIn(hub, opened, 'chen', { hasVoice: false });
  memberToken = phone.token;
  phone.close();
});
afterAll(async () => {
  desk.close();
  await hub.stop();
});

/** Nothing failed inside of the hub, and who was there before is there still. */
async function expectUnharmed(): Promise<void> {
  const failures = hub
    .output()
    .split('\n')
    .filter((line) => /"level":(50|60)|uncaught|unhandled|FATAL/i.test(line));
  expect(failures).toEqual([]);
  expect(hub.child.exitCode).toBe(null);
  expect(await desk.request('session:checkLink', {})).toMatchObject({ ok: true });
}

it('a hub refuses malformed messages of every request, and fails at none', async () => {
  await Promise.all([
    sendHostileMessages({ hub, headers, seed, count: messages }),
    sendHostileMessages({ hub, headers, seed, count: phoneMessages, surface: fuzzedPhone(memberToken) }),
  ]);
  await expectUnharmed();
  // They came as far as the requests themselves.
  const metrics = await (await fetch(`${hub.url}/metrics`, { headers })).text();
  const asked = new Set(
    [...metrics.matchAll(/request_seconds_count\{request="([^"]+)"/g)].map(([, name]) => name),
  );
  expect(Object.keys(requests).filter((name) => !asked.has(name))).toEqual([]);
}, 120_000);

it('a hub refuses malformed requests for every route over HTTP, and fails at none', async () => {
  const statuses = await sendHostileRequests({
    ...{ hub, headers, seed, timesEach: 6, atOnce: 8 },
    routes: Object.keys(expectedRoutes),
  });
  expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
  await expectUnharmed();
}, 120_000);
