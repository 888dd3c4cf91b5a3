import { describe, expect, test } from 'vitest';
import { parseCsv } from '../../../../src-sfu/features/cameras/csvTable.ts';
import { readRegistryCsv } from '../../../../src-sfu/features/cameras/registryCsv.ts';
import { readRegistryDocument } from '../../../../src-sfu/features/cameras/registryDocument.ts';
import { decodeText } from '../../../../src-sfu/features/cameras/textEncoding.ts';

const site = { externalId: 'S1', name: '一店', type: 'restaurant', district: '赤壁市' };
const camera = {
  externalId: 'C1',
  siteExternalId: 'S1',
  name: '灶台',
  streams: { main: { url: 'rtsp://a/1' } },
};

/** What is wrong with a document, as `path code` with the parameters. */
async function faultsOf(document: unknown): Promise<unknown[]> {
  const { problems } = await readRegistryDocument(document);
  return problems.map(({ path, code, parameters }) => [path, code, parameters]);
}

describe('what is wrong with a document has a code', () => {
  test.each([
    ['no object', 'x', [['', 'notRegistry', undefined]]],
    [
      'no tables',
      {},
      [
        ['sites', 'required', undefined],
        ['cameras', 'required', undefined],
      ],
    ],
    [
      'an empty name',
      { sites: [{ ...site, name: ' ' }], cameras: [] },
      [['sites.0.name', 'required', undefined]],
    ],
    [
      'a long name',
      { sites: [{ ...site, name: '长'.repeat(101) }], cameras: [] },
      [['sites.0.name', 'tooLong', { length: 101, limit: 100 }]],
    ],
    [
      'a number for a name',
      { sites: [{ ...site, name: 5 }], cameras: [] },
      [['sites.0.name', 'wrongType', undefined]],
    ],
    [
      'a line break in a name',
      { sites: [{ ...site, name: 'a\nb' }], cameras: [] },
      [['sites.0.name', 'notPrintable', undefined]],
    ],
    [
      'coordinates exchanged',
      { sites: [{ ...site, position: { latitude: 113.9, longitude: 29.7, system: 'wgs84' } }], cameras: [] },
      [['sites.0.position.latitude', 'coordinatesSwapped', { latitude: 113.9, longitude: 29.7 }]],
    ],
    [
      'another scheme',
      { sites: [], cameras: [{ ...camera, streams: { main: { url: 'http://a/1' } } }] },
      [['cameras.0.streams.main.url', 'notRtsp', undefined]],
    ],
  ])('%s', async (_what, document, expected) => {
    expect(await faultsOf(document)).toEqual(expected);
  });
});

describe('what is wrong with a file has a code', () => {
  test.each([
    ['nothing', [], 'emptyFile'],
    ['a PDF', [...Buffer.from('%PDF-1.7')], 'pdf'],
    ['something packed', [0x1f, 0x8b, 8, 0], 'compressed'],
    ['binary content', [...Buffer.from('a,b\n\u0001')], 'binaryContent'],
    ['a text in UTF-8 with a byte missing', [...Buffer.from('单位编号').subarray(0, 11)], 'damagedEncoding'],
  ])('%s', (_what, bytes, code) => {
    expect(decodeText(Uint8Array.from(bytes))).toMatchObject({ ok: false, fault: { code } });
  });

  test.each([
    ['a quotation mark that never closes', 'a,b\n"c', 'quoteNeverCloses'],
    ['text after a quotation mark', 'a,b\n"c"d,e', 'textAfterQuote'],
    ['a mark inside', 'a,b\n1"2,e', 'quoteInsideCell'],
  ])('%s', async (_what, text, code) => {
    expect((await parseCsv(text, 10, () => false)).fault).toMatchObject({ code });
  });
});

test('a site that says two things is named with both, its line and its file', async () => {
  const text =
    '单位编号,单位名称,类型,区县,摄像头编号,摄像头名称,主码流\nS1,一店,社会餐饮,赤壁市,C1,a,rtsp://a/1\nS1,另一店,,,C2,b,rtsp://a/2';
  const { problems } = await readRegistryCsv([{ name: '1.csv', bytes: new TextEncoder().encode(text) }]);
  expect(problems).toMatchObject([
    {
      code: 'siteDiffers',
      parameters: { value: '另一店', site: 'S1', line: 2, file: '1.csv', before: '一店' },
    },
  ]);
});
