import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createFrontServer, type FrontServer } from '../../../../src-sfu/http/public/front/frontServer.ts';
import { createHubLink } from '../../../../src-sfu/http/public/front/hubLink.ts';
import { requestsPerSecondOfAddress } from '../../../../src-sfu/http/public/publicLimits.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

const code = 'AAAA-BBBB-CCCC';
const site = `/public/sites/${code}`;
const still = `/public/stills/${'a'.repeat(27)}.jpg`;

let nowMs: number;
let hub: Server;
let front: FrontServer;
/** What the hub was asked: path, address, and what else the front says. */
let asked: { line: string; headers: IncomingMessage['headers'] }[];
let cameras: string;

beforeEach(async () => {
  nowMs = 1_000_000;
  asked = [];
  cameras = 'c,d';
  hub = createServer((request, response) => {
    const { method, url, headers } = request;
    asked.push({ line: `${method} ${url} ${String(headers['x-forwarded-for'])}`, headers });
    if (url === '/public/reports' && headers['content-type'] === 'refused') {
      response.writeHead(413, { 'content-type': 'application/json' }).end('too large');
      return;
    }
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      response
        .writeHead(200, {
          'content-type': 'text/plain',
          'cache-control': 'public, max-age=1',
          'x-cameras': cameras,
          'x-secret': 'SECRET',
        })
        .end(`answer ${asked.length} ${Buffer.concat(parts).toString()}`);
    });
  });
  const socketPath = join(temporaryFolder('front-'), 'hub.sock');
  hub.listen(socketPath);
  await once(hub, 'listening');
  front = createFrontServer({
    hub: createHubLink(socketPath),
    isProxy: (address) => address === '127.0.0.1',
    nowMs: () => nowMs,
  });
  front.server.listen(0, '127.0.0.1');
  await once(front.server, 'listening');
});
afterEach(() => {
  front.close();
  hub.close();
  hub.closeAllConnections();
});

async function ask(
  path: string,
  {
    from = '192.0.2.1',
    method = 'GET',
    body = '',
    headers = {},
  }: Partial<Record<'from' | 'method' | 'body', string>> & {
    headers?: Record<string, string>;
  } = {},
): Promise<{ status: number; text: string; headers: IncomingMessage['headers'] }> {
  const { port } = front.server.address() as AddressInfo;
  const sent = httpRequest({ port, path, method, headers: { 'x-forwarded-for': from, ...headers } });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of answer.setEncoding('utf8')) text += String(part);
  return { status: answer.statusCode ?? 0, text, headers: answer.headers };
}
const linesAsked = (): string[] => asked.splice(0).map(({ line }) => line);

it('asks the hub once for a crowd at one site, and lets no camera of the hub be seen', async () => {
  await ask(site);
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, phone) => ask(site, { from: `192.0.2.${phone}` })),
  );
  expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['answer 2 ']));
  expect(asked).toHaveLength(2);
  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=1',
      'x-content-type-options': 'nosniff',
    });
    expect(headers).not.toHaveProperty('x-cameras');
    expect(headers).not.toHaveProperty('x-secret');
  }
  nowMs += 250;
  expect((await ask(site)).text).toBe('answer 3 ');
});

it('gives nothing of before when somebody may see less', async () => {
  await ask(site);
  await ask(site);
  expect((await ask(still)).text).toBe('answer 3 ');
  expect((await ask(still)).text).toBe('answer 3 ');
  front.forget();
  expect((await ask(still)).text).toBe('answer 4 ');
  expect((await ask(site)).text).toBe('answer 5 ');
});

it('lets an address that has its share of cameras see what is there, and makes the hub ask for nothing more', async () => {
  cameras = Array.from({ length: 12 }, (_, camera) => `large${camera}`).join(',');
  const large = '/public/sites/LLLL-LLLL-LLLL';
  await ask(large);
  await ask(large);
  cameras = 'c,d';
  await ask(site);
  linesAsked();
  await ask(site);
  expect(asked[0]?.headers['x-wanted']).toBe('0');
  // A phone elsewhere is not given the answer that made nobody ask for pictures.
  const other = await ask(site, { from: '198.51.100.7' });
  expect(other.text).toBe('answer 2 ');
  expect(asked[1]?.headers['x-wanted']).toBeUndefined();
  // The other way round it is.
  expect((await ask(site)).text).toBe('answer 2 ');
});

it('passes on the rest with its body and the address of the phone, and no word of a phone that passes for the front', async () => {
  const forged = { 'x-front': '1', 'x-wanted': '0', 'x-cameras': 'e', 'x-report-code': 'mine' };
  const answer = await ask('/public/reports', { method: 'POST', body: 'a sentence', headers: forged });
  expect(answer).toMatchObject({ status: 200, text: 'answer 1 a sentence' });
  expect(answer.headers).not.toHaveProperty('x-cameras');
  expect(asked[0]?.line).toBe('POST /public/reports 192.0.2.1');
  expect(asked[0]?.headers).toMatchObject({ 'x-report-code': 'mine' });
  for (const name of ['x-front', 'x-wanted', 'x-cameras']) expect(asked[0]?.headers).not.toHaveProperty(name);
  // What a phone writes itself is not taken for its address.
  linesAsked();
  await ask('/public/report', { from: '203.0.113.9, 192.0.2.5' });
  expect(linesAsked()).toEqual(['GET /public/report 192.0.2.5']);
});

it('lets a sender read why its body is not taken, although the hub read none of it', async () => {
  const answer = await ask('/public/reports', {
    method: 'POST',
    body: 'x'.repeat(2_000_000),
    headers: { 'content-type': 'refused' },
  });
  expect(answer).toMatchObject({ status: 413, text: 'too large' });
});

it('counts the requests of each address, and sheds what only the hub could answer while the hub is late', async () => {
  await ask(site);
  await ask(site);
  front.busy();
  expect((await ask(site, { from: '192.0.2.9' })).status).toBe(200);
  linesAsked();
  nowMs += 500;
  // What was answered lately serves for a moment longer; nothing of before does once somebody may see less.
  expect((await ask(site)).text).toBe('answer 2 ');
  front.forget();
  const shed = await ask(site);
  expect(shed).toMatchObject({ status: 503, headers: { 'retry-after': '2', 'cache-control': 'no-store' } });
  expect((await ask('/public/report')).status).toBe(503);
  expect(linesAsked()).toEqual([]);
  // The page itself is not live.
  expect((await ask('/public.html')).status).toBe(200);
  nowMs += 500;
  expect((await ask(site)).status).toBe(200);
  const many = Array.from({ length: requestsPerSecondOfAddress + 1 }, () =>
    ask(site, { from: '198.51.100.1' }),
  );
  const statuses = (await Promise.all(many)).map(({ status }) => status);
  expect(statuses.filter((status) => status === 429)).toHaveLength(1);
});

it('gives each encoding of a file its own answer, and says that the hub does not answer when it is gone', async () => {
  const file = '/assets/public-1.js';
  expect((await ask(file, { headers: { 'accept-encoding': 'gzip, br' } })).text).toBe('answer 1 ');
  expect((await ask(file, { headers: { 'accept-encoding': 'gzip' } })).text).toBe('answer 2 ');
  expect((await ask(file)).text).toBe('answer 3 ');
  expect((await ask(file, { headers: { 'accept-encoding': 'br' } })).text).toBe('answer 1 ');
  expect(asked.map(({ headers }) => headers['accept-encoding'])).toEqual(['br', 'gzip', undefined]);
  hub.close();
  hub.closeAllConnections();
  front.forget();
  for (const path of [site, still, '/public/report']) {
    const answer = await ask(path);
    expect(answer).toMatchObject({ status: 503, text: '{"error":{"code":"not_answered"}}' });
  }
  // Files of the page stay.
  expect((await ask(file)).text).toBe('answer 3 ');
});
