import { describe, expect, it } from 'vitest';
import { parseDelivery } from '../../../../../src-sfu/http/alerts/alertBody.ts';

const clock = { nowMs: 1_800_000_000_000, localTime: () => 1_800_000_000_000 };
const report = (externalId: string): string =>
  JSON.stringify({ externalId, kind: 'rat', cameraId: 'c', occurredAt: 1_800_000_000_000 });
const form = (...parts: [name: string, content: string][]): Buffer =>
  Buffer.from(
    [
      ...parts.map(
        ([name, content]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${content}\r\n`,
      ),
      '--b--\r\n',
    ].join(''),
  );
const parse = (body: Buffer, contentType = 'multipart/form-data; boundary=b') =>
  parseDelivery(body, contentType, clock);

describe('a body with alerts', () => {
  it('with two parts of reports is refused, because one of them would be lost', () => {
    const refused = parse(form(['alerts', report('one')], ['alerts', report('two')]));
    expect(refused).toMatchObject({ ok: false, status: 400, error: { code: 'malformed_form' } });
    const taken = parse(form(['alerts', report('one')], ['picture', 'bytes'], ['picture', 'bytes']));
    expect(taken).toMatchObject({ ok: true });
  });

  it.each([
    ['\n--bx', 2_000_000],
    ['--b', 3_000_000],
    ['\r\n--b\r', 1_500_000],
  ])('with %j in it without end stops nobody', (piece, times) => {
    const begin = form(['alerts', report('one')]).subarray(0, -'--b--\r\n'.length);
    const body = Buffer.concat([begin, Buffer.from(piece.repeat(times)), Buffer.from('\r\n--b--')]);
    const beganAt = performance.now();
    parse(body);
    expect(performance.now() - beganAt).toBeLessThan(5_000);
  });
});
