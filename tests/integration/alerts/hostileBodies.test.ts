import { connect, type Socket } from 'node:net';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formBytes, postBytes } from '../../support/alertForm.ts';
import {
  makeAlertKey,
  postAlerts,
  report,
  signedHeaders,
  taken,
  type SenderKey,
} from '../../support/alertSender.ts';
import { startHubProcess, type HubProcess } from '../../support/processes.ts';
import { hubFetch } from '../../support/testAccount.ts';

let hub: HubProcess;
let key: SenderKey;
const sockets: Socket[] = [];

beforeAll(async () => {
  hub = await startHubProcess();
  key = await makeAlertKey(hub.url);
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await hub.stop();
});

/** A request whose signature is wrong, which announces a body and sends a part of it; its answer, once it comes. */
async function stall(announced: string, sentBytes: number): Promise<{ answer: Promise<string> }> {
  const socket = connect(Number(new URL(hub.url).port), '127.0.0.1');
  sockets.push(socket);
  const head = Object.entries({
    host: 'hub',
    'content-type': 'application/json',
    ...signedHeaders(key, Buffer.from('something else'), { secret: 'wrong' }),
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const isChunked = announced === 'chunked';
  socket.write(`POST /api/v1/alerts HTTP/1.1\r\n${head.join('')}`);
  socket.write(isChunked ? 'transfer-encoding: chunked\r\n\r\n' : `content-length: ${announced}\r\n\r\n`);
  const bytes = Buffer.alloc(sentBytes, 0x20);
  await new Promise<void>((resolve) =>
    socket.write(
      isChunked ? Buffer.concat([Buffer.from(`${(sentBytes + 9).toString(16)}\r\n`), bytes]) : bytes,
      () => resolve(),
    ),
  );
  const answer = new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString())).once('close', () => resolve(text));
    socket.on('data', () => resolve(text)).once('error', () => resolve(text));
  });
  return { answer };
}

describe('bodies that stall, with wrong signatures', () => {
  it.each([
    ['that announce much and send little', String(16 * 1024 * 1024), 10],
    ['without a length', 'chunked', 10],
    ['that send nearly all of 15 MiB', String(15 * 1024 * 1024), 15 * 1024 * 1024 - 1],
  ])(
    '%s keep nobody from being heard',
    async (_what, announced, sentBytes) => {
      const stalled = await Promise.all(Array.from({ length: 8 }, () => stall(announced, sentBytes)));
      const answers = await Promise.all(Array.from({ length: 40 }, () => postAlerts(hub.url, key, report())));
      expect(answers.map(({ status }) => status)).toEqual(Array(40).fill(202));
      // They are notified, and long before half a minute is over.
      const texts = await Promise.all(stalled.map(({ answer }) => answer));
      for (const text of texts) expect(text).toMatch(/^HTTP\/1\.1 (408|503)|^$/);
    },
    20_000,
  );

  it('of small chunks with a right signature are taken, as many as come', async () => {
    const posts = Array.from({ length: 30 }, async () => {
      const body = Buffer.from(JSON.stringify(report()));
      const stream = new ReadableStream({
        start(controller) {
          for (const byte of body) controller.enqueue(new Uint8Array([byte]));
          controller.close();
        },
      });
      const init = { method: 'POST', body: stream, duplex: 'half' };
      const headers = { 'content-type': 'application/json', ...signedHeaders(key, body) };
      return (await hubFetch(`${hub.url}/api/v1/alerts`, { ...init, headers } as RequestInit)).status;
    });
    expect(await Promise.all(posts)).toEqual(Array(30).fill(202));
  });
});

describe('a description that is odd', () => {
  const jpeg = () =>
    sharp({ create: { width: 64, height: 36, channels: 3, background: '#456' } })
      .jpeg()
      .toBuffer();

  async function codesOf(body: Uint8Array, type: string): Promise<string[]> {
    const { results } = await taken(await postBytes(hub.url, key, body, type));
    return (results[0]?.warnings ?? []).map(({ code }) => code).filter((code) => code !== 'unknown_camera');
  }
  const withPicture = (snapshot: unknown): Buffer => Buffer.from(JSON.stringify(report({ snapshot })));

  it('keeps a picture in every kind of base64', async () => {
    const plain = (await jpeg()).toString('base64');
    const kinds = [
      plain,
      plain.replace(/=+$/, ''),
      plain.replaceAll('+', '-').replaceAll('/', '_'),
      plain.replace(/(.{60})/g, '$1\n'),
      plain.replace(/(.{10})/g, '$1 '),
      ` data:image/jpeg;base64,${plain}`,
      `DATA:;base64,${plain}`,
    ];
    for (const base64 of kinds)
      expect(await codesOf(withPicture({ base64 }), 'application/json')).toEqual([]);
    for (const base64 of ['????', plain.slice(0, 50) + '*' + plain.slice(50), 'A']) {
      expect(await codesOf(withPicture({ base64 }), 'application/json')).toEqual(['snapshot_missing']);
    }
  });

  it('keeps a picture whose part has no file name, and an alert whose part is missing', async () => {
    const bytes = await jpeg();
    const type = 'multipart/form-data; boundary="a b"';
    const json = {
      headers: ['content-disposition: form-data; name=alerts'],
      bytes: withPicture({ part: '图 1' }),
    };
    const picture = {
      headers: ['Content-Disposition: form-data; name="图 1"', 'Content-Type: image/jpeg'],
      bytes,
    };
    expect(await codesOf(formBytes('a b', [picture, json]), type)).toEqual([]);
    const alone = { ...json, bytes: withPicture({ part: '图 1' }) };
    expect(await codesOf(formBytes('a b', [alone]), type)).toEqual(['snapshot_missing']);
  });

  it('keeps an alert with a mark, NaN, or zeros at its end', async () => {
    const text = JSON.stringify(report({ confidence: 0.5, message: 'NaN' }));
    expect(await codesOf(Buffer.from(`\ufeff${text}`), 'application/json')).toEqual([]);
    const nan = JSON.stringify(report({ message: 'Infinity' })).replace('{', '{"confidence":NaN,');
    expect(await codesOf(Buffer.from(nan), 'application/json')).toEqual([]);
    expect(await codesOf(Buffer.from(`${JSON.stringify(report())}\0\0`), 'application/json')).toEqual([]);
  });

  it('keeps an alert with a time in seconds, in local time and with a confidence of 7, with a warning each', async () => {
    const now = new Date();
    const two = (value: number) => String(value).padStart(2, '0');
    const local = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())} ${two(now.getHours())}:${two(now.getMinutes())}:${two(now.getSeconds())}`;
    for (const occurredAt of [Math.floor(now.getTime() / 1000), local]) {
      const body = Buffer.from(JSON.stringify(report({ occurredAt, confidence: 7 })));
      expect(await codesOf(body, 'application/json')).toEqual(['time_assumed', 'confidence_read_as']);
    }
  });
});
