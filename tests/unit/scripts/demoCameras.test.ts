import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { siteImportSchema } from '../../../src-shared/cameras/registryImport.ts';
import { importDemoCameras } from '../../../scripts/start/demoCameras.mjs';

const registry = JSON.stringify({ sites: [], cameras: [] });
const report = JSON.stringify({ cameras: { added: 2, changed: 1, unchanged: 4 } });

interface Answer {
  status: number;
  body: string;
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that gives these answers one after another, the last one for ever, and keeps what it was sent. */
async function startAnswering(...answers: Answer[]): Promise<{ url: string; bodies: string[] }> {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const answer = answers[Math.min(bodies.length, answers.length - 1)];
      bodies.push(body);
      response.writeHead(answer?.status ?? 500).end(answer?.body);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

async function run(city: Answer[], hub: Answer[], signal = new AbortController().signal) {
  const simulator = await startAnswering(...city);
  const registered = await startAnswering(...hub);
  const outcome = await importDemoCameras({
    simulatorUrl: simulator.url,
    hubUrl: registered.url,
    withHubKey: (_purpose, work) => work('a-key'),
    signal,
  }).then(
    (done: { cameras: number; addedCameras: number }) => done,
    (error: Error) => error.message,
  );
  return { outcome, bodies: registered.bodies };
}

const ready = { status: 200, body: registry };
const imported = { status: 200, body: report };

describe("the demo city's import", () => {
  test('hands the city on in one go and says how much of it was new', async () => {
    const { outcome, bodies } = await run([ready], [imported]);
    expect(outcome).toEqual({ cameras: 7, addedCameras: 2 });
    expect(bodies).toEqual([registry]);
  });

  test('says of some sites that they have agreed to be shown to the public', async () => {
    const sites = Array.from({ length: 7 }, (_unused, index) => ({ externalId: `S${index}` }));
    const { bodies } = await run([{ status: 200, body: JSON.stringify({ sites, cameras: [] }) }], [imported]);
    const { publication } = siteImportSchema.shape;
    const said = (JSON.parse(bodies[0] ?? '') as { sites: { publication?: unknown }[] }).sites.map(
      (one) => one.publication,
    );
    expect(said.map((one) => one !== undefined)).toEqual([true, false, false, true, false, false, true]);
    expect(publication.safeParse(said[0])).toMatchObject({ success: true, data: { agreedOn: '2026-03-01' } });
  });

  test('waits for a city and a hub that are still starting', async () => {
    const starting = { status: 503, body: 'starting' };
    const { outcome, bodies } = await run([starting, ready], [starting, imported]);
    expect(outcome).toEqual({ cameras: 7, addedCameras: 2 });
    expect(bodies).toHaveLength(2);
  });

  test('comes back when another import is under way', async () => {
    const { outcome, bodies } = await run([ready], [{ status: 429, body: 'one at a time' }, imported]);
    expect(outcome).toMatchObject({ cameras: 7 });
    expect(bodies).toHaveLength(2);
  });

  test('takes a refusal for final and gives its reason', async () => {
    const { outcome, bodies } = await run([ready], [{ status: 422, body: 'no such district' }]);
    expect(outcome).toMatch(/422: no such district$/);
    expect(bodies).toHaveLength(1);
  });

  test('ends when the program does', async () => {
    const ending = new AbortController();
    ending.abort();
    const { outcome, bodies } = await run([ready], [imported], ending.signal);
    expect(outcome).toMatch(/abort/i);
    expect(bodies).toEqual([]);
  });
});
