import { afterEach, describe, expect, it } from 'vitest';
import {
  createAlertBodyReader,
  type AlertBodyReader,
} from '../../../../../src-sfu/http/alerts/alertBodyReader.ts';
import type { BodyResult } from '../../../../../src-sfu/http/alerts/alertBody.ts';

const readers: AlertBodyReader[] = [];
afterEach(() => {
  for (const reader of readers.splice(0)) reader.close();
});
function makeReader(limits?: Parameters<typeof createAlertBodyReader>[0]): AlertBodyReader {
  const reader = createAlertBodyReader(limits);
  readers.push(reader);
  return reader;
}

const nowMs = 1_800_000_000_000;
/** A quarter of the largest body that is taken, so that the tests stay short. */
const bodyBytes = 4 * 1024 * 1024;
const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(400_000, 5)]);

/** A report whose last field is `name`, with this JSON as its value. */
function reportWith(name: string, value: string): Buffer {
  const report = JSON.stringify({ externalId: 'a', kind: 'rat', cameraId: 'c', occurredAt: nowMs });
  return Buffer.from(`${report.slice(0, -1)},${JSON.stringify(name)}:${value}}`);
}
const list = (entry: string): string =>
  `[${Array(Math.floor((bodyBytes - 1_000) / (entry.length + 1)))
    .fill(entry)
    .join(',')}]`;
const form = (headers: string, times: number): Buffer =>
  Buffer.from(
    `${`--b\r\nContent-Disposition: form-data; name="other"\r\n${headers}\r\nx\r\n`.repeat(times)}--b--\r\n`,
  );

/** Reads a body; how often the event loop went round meanwhile. */
async function readWhileTurning(
  body: Buffer,
  contentType = 'application/json',
): Promise<{ result: BodyResult; turns: number }> {
  let turns = 0;
  let isOver = false;
  const turn = (): void => {
    turns += 1;
    if (!isOver) setTimeout(turn, 1);
  };
  setTimeout(turn, 1);
  const result = await makeReader().read(body, contentType, nowMs);
  isOver = true;
  return { result, turns };
}

describe('a large signed body stops nobody else, and costs no alert', () => {
  it('with 500,000 regions: the first 20 are kept', async () => {
    const regions = Array<object>(500_000).fill({ x: 0.1, y: 0.1, width: 0.2, height: 0 });
    const { result, turns } = await readWhileTurning(reportWith('regions', JSON.stringify(regions)));
    expect(turns).toBeGreaterThan(10);
    expect(result).toMatchObject({ ok: true });
    const [alert] = result.ok ? result.delivery.alerts : [];
    expect(alert?.report.regions).toHaveLength(20);
    expect(alert?.warnings.map(({ code }) => code)).toEqual(['regions_left_out']);
    expect(alert?.warnings[0]?.message).toMatch(/^499980 of the regions/);
  });

  it.each<[string, () => string, string]>([
    ['regions', () => list('{"x":0.1,"y":0.1,"width":0.1,"height":0.1}'), 'regions_left_out'],
    ['regions', () => list('{}'), 'regions_left_out'],
    ['regions', () => list('[]'), 'regions_left_out'],
    ['regions', () => list('1'), 'regions_left_out'],
    ['unknown', () => list('{"a":{"b":[]}}'), 'unknown_field'],
    [
      'unknown',
      () => `${'['.repeat(bodyBytes / 2 - 1_000)}${']'.repeat(bodyBytes / 2 - 1_000)}`,
      'unknown_field',
    ],
    ['message', () => JSON.stringify('鼠'.repeat(bodyBytes / 3 - 1_000)), 'message_clipped'],
    ['message', () => `"${'\\u0041'.repeat(bodyBytes / 6 - 1_000)}"`, 'message_clipped'],
    ['confidence', () => JSON.stringify(' '.repeat(bodyBytes - 1_000)), 'confidence_left_out'],
  ])('with a long %s', async (name, value, warning) => {
    const { result, turns } = await readWhileTurning(reportWith(name, value()));
    expect(turns).toBeGreaterThan(5);
    const [alert] = result.ok ? result.delivery.alerts : [];
    expect(alert?.report.externalId).toBe('a');
    expect(alert?.warnings.map(({ code }) => code)).toContain(warning);
  });

  it.each([
    ['spaces', 'A ', 2, 'snapshot_unusable'],
    ['escapes of URLs', '%2b', 3, 'snapshot_missing'],
    ['escaped spaces', 'A%20', 4, 'snapshot_unusable'],
  ])('with a picture of %s', async (_what, piece, length, code) => {
    const base64 = JSON.stringify({ base64: piece.repeat(bodyBytes / length - 1_000) });
    const { result, turns } = await readWhileTurning(reportWith('snapshot', base64));
    expect(turns).toBeGreaterThan(5);
    const [alert] = result.ok ? result.delivery.alerts : [];
    expect(alert?.picture).toMatchObject({ ok: false, code });
  });

  it.each<[string, () => Buffer, string, string]>([
    ['JSON that breaks off', () => Buffer.from(`[${list('NaN')}`), 'application/json', 'malformed_json'],
    [
      'GBK that breaks off',
      () => Buffer.concat([Buffer.alloc(bodyBytes - 1, '\n'), Buffer.from([0x81])]),
      'application/json; charset=GBK',
      'wrong_charset',
    ],
    [
      'lines of headers',
      () => form('a:b\r\n'.repeat(3_200), 200),
      'multipart/form-data; boundary=b',
      'malformed_form',
    ],
    [
      'headers of half a parameter',
      () => form(`X: y\r\nContent-Disposition: form-data${'; name="a'.repeat(1_700)}\r\n`, 200),
      'multipart/form-data; boundary=b',
      'malformed_form',
    ],
  ])('nor one of %s', async (_what, body, contentType, code) => {
    const { result, turns } = await readWhileTurning(body(), contentType);
    expect(turns).toBeGreaterThan(5);
    expect(result).toMatchObject({ ok: false, error: { code } });
  });
});

describe('the thread that reads large bodies', () => {
  it('brings the pictures as they were sent, for several bodies at once in their order', async () => {
    const reader = makeReader();
    const sent = ['one', 'two', 'three'].map((message) =>
      reader.read(
        Buffer.from(
          JSON.stringify({
            ...{ externalId: message, kind: 'rat', cameraId: 'c', occurredAt: nowMs },
            snapshot: { base64: jpeg.toString('base64') },
          }),
        ),
        'application/json',
        nowMs,
      ),
    );
    const results = await Promise.all(sent);
    const alerts = results.flatMap((result) => (result.ok ? result.delivery.alerts : []));
    expect(alerts.map(({ report }) => report.externalId)).toEqual(['one', 'two', 'three']);
    for (const { picture } of alerts) {
      if (picture?.ok !== true) throw new Error('a picture is missing');
      expect(Buffer.compare(picture.bytes, jpeg)).toBe(0);
    }
  });

  it('reads the same as the hub itself does', async () => {
    const body = (): Buffer => reportWith('message', JSON.stringify('x'.repeat(10_000)));
    const itself = await makeReader().read(body(), 'application/json', nowMs);
    const thread = await makeReader({ smallBytes: 0, timeLimitMs: 15_000 }).read(
      body(),
      'application/json',
      nowMs,
    );
    expect(thread).toEqual(itself);
    expect(itself).toMatchObject({ ok: true });
  });

  it('refuses what takes too long, and goes on with the next', async () => {
    // No thread begins within 1 ms.
    const reader = makeReader({ smallBytes: 10_000, timeLimitMs: 1 });
    const large = (): Buffer => reportWith('message', JSON.stringify('x'.repeat(20_000)));
    const results = await Promise.all(
      [large(), large(), reportWith('message', '"x"')].map((body) =>
        reader.read(body, 'application/json', nowMs),
      ),
    );
    const codes = results.map((result) => (result.ok ? 'ok' : result.error.code));
    expect(codes).toEqual(['body_too_costly', 'body_too_costly', 'ok']);
  });
});
