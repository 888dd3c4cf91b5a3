import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formOf, newId, openStage, send, siteCode, type CitizensStage } from './citizensStage.ts';

const script = '<script>document.title="stolen"</script>';
let stage: CitizensStage;
let jpeg: Buffer;
let address = 0;

beforeAll(async () => {
  stage = await openStage();
  jpeg = await sharp({ create: { width: 200, height: 100, channels: 3, background: '#275' } })
    .withExif({ IFD0: { ImageDescription: script, Artist: '张伟' }, IFD3: { GPSLatitude: '29/1 51/1 40/1' } })
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${script.replaceAll('<', '&lt;')}</x:xmpmeta>`)
    .jpeg()
    .toBuffer();
});
afterAll(() => stage.close());
beforeEach(() => {
  address += 1;
  stage.alerts.taken.length = 0;
  stage.alerts.pictures.clear();
});

const base = () => ({ id: newId(), site: siteCode, text: `第 ${address} 条` });
/** Sends from an address of its own, so that no limit is reached. */
const sent = (parts: Parameters<typeof formOf>[0]) => send(stage, parts, `203.0.113.${address}`);
const problemOf = async (parts: Parameters<typeof formOf>[0]): Promise<unknown[]> => {
  const answer = await sent(parts);
  expect(stage.alerts.taken).toEqual([]);
  return [answer.statusCode, answer.json<{ error: { code: string } }>().error.code];
};

describe('a photograph', () => {
  it('with a script, a name and a place in its metadata is kept as pixels alone', async () => {
    expect(jpeg.includes('stolen')).toBe(true);
    expect((await sent({ ...base(), photo: { bytes: jpeg, fileName: 'a.jpg' } })).statusCode).toBe(201);
    const [kept] = [...stage.alerts.pictures.values()];
    const { format, exif, xmp, width } = await sharp(kept).metadata();
    expect([format, exif, xmp, width]).toEqual(['jpeg', undefined, undefined, 200]);
    expect(Buffer.from(kept ?? []).includes('stolen')).toBe(false);
    expect(stage.alerts.taken[0]?.picture?.bytes).toBe(kept?.byteLength);
  });

  it.each([
    ['SVG', Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${script}</svg>`)],
    ['HTML', Buffer.from(`<!doctype html>${script}`)],
    ['a cut JPEG', undefined],
    ['a GIF', Buffer.from('GIF89a\u0001\u0000\u0001\u0000')],
  ])('that is %s under the name .jpg is refused', async (_name, bytes) => {
    const photo = { bytes: bytes ?? jpeg.subarray(0, jpeg.length / 2), fileName: 'photo.jpg' };
    expect(await problemOf({ ...base(), photo })).toEqual([415, 'photo_unreadable']);
    expect(stage.alerts.pictures.size).toBe(0);
  });

  it('of more bytes or more picture elements than phones send is refused', async () => {
    const photo = { bytes: Buffer.alloc(3 * 1024 * 1024 + 1, 0xff), fileName: 'photo.jpg' };
    expect(await problemOf({ ...base(), photo })).toEqual([413, 'photo_too_large']);
    const huge = await sharp({ create: { width: 9_000, height: 9_000, channels: 3, background: '#fff' } })
      .png({ compressionLevel: 9 })
      .toBuffer();
    expect(await problemOf({ ...base(), photo: huge })).toEqual([413, 'photo_too_large']);
  });

  it('left empty by the browser is none', async () => {
    const photo = { bytes: Buffer.alloc(0), fileName: '' };
    expect((await sent({ ...base(), photo })).statusCode).toBe(201);
    expect(stage.alerts.taken[0]).not.toHaveProperty('picture');
  });
});

describe('a form', () => {
  it.each([
    ['a forged code', { site: 'ZZZZ-ZZZZ-ZZZZ' }, 404, 'no_such_site'],
    ['a code that is no code', { site: "'; drop table" }, 404, 'no_such_site'],
    ['no words', { text: ' \u0000\n\u202e ' }, 400, 'text_missing'],
    ['201 characters', { text: '鼠'.repeat(201) }, 400, 'text_too_long'],
    ['a text of 1 MB', { text: 'a'.repeat(1024 * 1024) }, 400, 'text_too_long'],
    ['a lone surrogate as UTF-8', { text: Buffer.from([0xed, 0xa0, 0x80]) }, 400, 'text_unreadable'],
    ['GBK', { text: Buffer.from([0xc0, 0xcf, 0xca, 0xf3]) }, 400, 'text_unreadable'],
    ['a short id', { id: 'abc' }, 400, 'bad_form'],
    ['an id with a path', { id: `../../${'a'.repeat(30)}` }, 400, 'bad_form'],
    ['a long id', { id: 'a'.repeat(500) }, 400, 'bad_form'],
  ])('with %s is refused', async (_name, parts, status, code) => {
    expect(await problemOf({ ...base(), ...parts })).toEqual([status, code]);
  });

  it('for a site that withdrew its consent is answered as one with a forged code', async () => {
    stage.agreed.delete(siteCode);
    const withdrawn = await sent(base());
    stage.agreed.add(siteCode);
    const forged = await sent({ ...base(), site: 'ZZZZ-ZZZZ-ZZZZ' });
    expect([withdrawn.statusCode, withdrawn.body]).toEqual([forged.statusCode, forged.body]);
  });

  it('keeps the words as text, cleaned, with markup as it was written', async () => {
    await sent({ ...base(), text: `${script}\u0007\r\n老鼠\u202e` });
    expect(stage.alerts.taken[0]?.text).toBe(`${script} 老鼠`);
  });

  const { payload, headers } = formOf({ id: newId(), site: siteCode, text: 'x' });
  const twice = Buffer.concat([payload.subarray(0, -'------form--\r\n'.length), payload]);
  it.each([
    ['no boundary', { 'content-type': 'multipart/form-data' }, payload, 400],
    ['another boundary', { 'content-type': 'multipart/form-data; boundary=no' }, payload, 400],
    ['no end', headers, payload.subarray(0, -8), 400],
    ['each part twice', headers, twice, 400],
    ['nothing', headers, Buffer.alloc(0), 400],
    ['JSON', { 'content-type': 'application/json' }, Buffer.from('{}'), 415],
  ])('of %s is refused', async (_name, ownHeaders, body, status) => {
    const answer = await stage.http.inject({
      method: 'POST',
      url: '/public/reports',
      remoteAddress: `203.0.113.${address}`,
      headers: ownHeaders,
      payload: body,
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.body.length).toBeLessThan(300);
    expect(stage.alerts.taken).toEqual([]);
  });

  it('that says it has 100 MB is refused before it is read', async () => {
    await stage.http.listen({ host: '127.0.0.1', port: 0 });
    const { port } = stage.http.server.address() as { port: number };
    let sentBytes = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sentBytes += 65_536;
        if (sentBytes > 100 * 1024 * 1024) controller.close();
        else controller.enqueue(new Uint8Array(65_536));
      },
    });
    const answer = await fetch(`http://127.0.0.1:${port}/public/reports`, {
      method: 'POST',
      headers: { ...headers },
      body: endless,
      duplex: 'half',
    } as RequestInit).then(
      (got) => got.status,
      () => 'closed' as const,
    );
    expect([413, 'closed']).toContain(answer);
    expect(stage.alerts.taken).toEqual([]);
  });
});
