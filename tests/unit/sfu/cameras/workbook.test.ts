import { deflateRawSync } from 'node:zlib';
import { readXlsx, writeXlsx, type Cell, type CellValue, type MergeRange } from 'hucre/xlsx';
import { describe, expect, test } from 'vitest';
import { readRegistryCsv } from '../../../../src-sfu/features/cameras/registryCsv.ts';
import {
  writeRegistryTemplate,
  writeRegistryWorkbook,
} from '../../../../src-sfu/features/cameras/workbookExport.ts';
import { registryImportSchema } from '../../../../src-shared/cameras/registryImport.ts';

const header = ['单位编号', '单位名称', '类型', '区县', '摄像头编号', '摄像头名称', '主码流'];
const row = ['S1', '一店', '社会餐饮', '赤壁市', 'C1', '灶台', 'rtsp://10.0.0.1/1'];

async function read(bytes: Uint8Array) {
  const tables = await readRegistryCsv([{ name: 'table.xlsx', bytes }]);
  const { sites, cameras } = tables.registry;
  const wrong = tables.problems.map(
    ({ line, column, code, value, message }) =>
      // What the cell check found is named by its code, everything else by its sentence.
      `${line} ${column}: ${value === undefined ? message : code}`,
  );
  return { sites, cameras, wrong };
}

function workbook(
  rows: CellValue[][],
  options: { cells?: Record<string, Partial<Cell>>; merges?: MergeRange[] } = {},
): Promise<Uint8Array> {
  const { cells = {}, merges = [] } = options;
  const sheet = { name: '台账', rows, merges, cells: new Map(Object.entries(cells)) };
  return writeXlsx({ sheets: [{ name: '隐藏', hidden: true, rows: [['x']] }, sheet] });
}

describe('a workbook', () => {
  test('is read from its first visible sheet, below a title, with numbers, zeros, rich text and results', async () => {
    const bytes = await workbook(
      [['咸宁市台账'], header, [null, null, '社会餐饮', '赤壁市', 421202001, '灶台', row[6]!]],
      {
        cells: {
          '2,0': { value: 123, style: { numFmt: '00000' } },
          '2,1': { value: '一店', type: 'richText', richText: [{ text: '一' }, { text: '店' }] },
          '2,5': { value: null, type: 'formula', formula: 'A1&"台"', formulaResult: '灶台' },
        },
      },
    );
    const { sites, cameras, wrong } = await read(bytes);
    expect(wrong).toEqual([]);
    expect(sites[0]).toMatchObject({ externalId: '00123', name: '一店' });
    expect(cameras[0]).toMatchObject({ externalId: '421202001', name: '灶台' });
  });

  test('says what is wrong with a cell at its row, as a table of text does', async () => {
    const bytes = await workbook(
      [
        header,
        [4.212021990010112e17, '一店', '社会餐饮', '赤壁市', new Date(Date.UTC(2026, 2, 1)), '灶台', row[6]!],
        row,
      ],
      {
        cells: {
          '2,1': { value: '#N/A', type: 'error' },
          '2,5': { value: null, type: 'formula', formula: 'VLOOKUP(A3,B:C,2)', formulaResult: '#REF!' },
        },
      },
    );
    expect((await read(bytes)).wrong).toEqual([
      '2 单位编号: shortenedNumber',
      '2 摄像头编号: dateCell',
      '3 单位名称: spreadsheetError',
      '3 摄像头名称: spreadsheetError',
    ]);
  });

  test('says the value of a merged cell in each of its rows', async () => {
    const bytes = await workbook(
      [header, row, [null, null, null, null, 'C2', '切配间', 'rtsp://10.0.0.1/2']],
      {
        merges: [0, 1, 2, 3].map((startCol) => ({ startRow: 1, endRow: 2, startCol, endCol: startCol })),
      },
    );
    const { cameras, wrong } = await read(bytes);
    expect(wrong).toEqual([]);
    expect(cameras.map(({ siteExternalId }) => siteExternalId)).toEqual(['S1', 'S1']);
  });
});

describe('what is no workbook that can be read is explained', () => {
  const zip = (parts: Record<string, Uint8Array>, claim?: number): Buffer => makeZip(parts, claim);
  const ole2 = (text: string): Buffer =>
    Buffer.concat([
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
      Buffer.from(text, 'utf16le'),
    ]);

  test.each([
    ['.xls and .et', ole2('Workbook'), 'oldWorkbook'],
    ['protected by a password', ole2('EncryptedPackage'), 'encryptedWorkbook'],
    [
      '.ods',
      zip({
        mimetype: bytesOf('x'),
        'content.xml': bytesOf('<a/>'),
        'META-INF/manifest.xml': bytesOf('<a/>'),
      }),
      'openDocument',
    ],
    ['.xlsb', zip({ 'xl/workbook.bin': bytesOf('x') }), 'binaryWorkbook'],
    ['.docx', zip({ 'word/document.xml': bytesOf('<a/>') }), 'otherArchive'],
    ['not XML within', zip({ 'xl/workbook.xml': bytesOf('no xml at all') }), 'brokenWorkbook'],
    ['without its end', Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), 'brokenWorkbook'],
  ])('%s', async (_what, bytes, code) => {
    expect((await read(bytes)).wrong).toEqual([`undefined undefined: ${code}`]);
  });

  test('cut off', async () => {
    const bytes = await workbook([header, row]);
    expect((await read(bytes.slice(0, bytes.length - 300))).wrong).toEqual([
      'undefined undefined: brokenWorkbook',
    ]);
  });

  test('a bomb is not unpacked, whatever size it claims', async () => {
    const zeros = new Uint8Array(200 * 1024 * 1024);
    const bomb = zip({ 'xl/workbook.xml': bytesOf('<a/>'), 'xl/worksheets/sheet1.xml': zeros }, 10);
    expect(bomb.length).toBeLessThan(1024 * 1024);
    expect((await read(bomb)).wrong).toEqual(['undefined undefined: workbookTooLarge']);
  });

  test('empty, and two cells at opposite corners of a sheet', async () => {
    expect((await read(await writeXlsx({ sheets: [{ name: 'a', rows: [] }] }))).wrong).toEqual([
      'undefined undefined: emptyWorkbook',
    ]);
    const corners = await writeXlsx({
      sheets: [{ name: 'a', rows: [['单位编号']], cells: new Map([['1048575,16383', { value: 'x' }]]) }],
    });
    expect((await read(corners)).wrong).toHaveLength(1);
  });
});

describe('what is written', () => {
  const registry = registryImportSchema.parse({
    sites: [
      {
        externalId: '00123',
        name: '一店',
        type: 'restaurant',
        district: '赤壁市',
        address: "'=1",
        phone: '+86 715',
      },
      {
        externalId: '3-1',
        name: '=1+1',
        type: 'care_home',
        district: '咸安区',
        position: { latitude: 29.8, longitude: 114.3, system: 'wgs84' },
      },
    ],
    cameras: [
      {
        externalId: '0001',
        siteExternalId: '00123',
        name: '灶台',
        streams: { main: { url: 'rtsp://10.0.0.1/1' } },
        username: 'admin',
        publication: { room: 'changing_room', headPercent: 12.5 },
      },
    ],
  });

  test.each([['combined'], ['sites', 'cameras']] as const)(
    'is read again as it was: %s',
    async (...kinds) => {
      const files = await Promise.all(
        kinds.map(async (kind) => ({ name: kind, bytes: await writeRegistryWorkbook(registry, kind) })),
      );
      const tables = await readRegistryCsv(files);
      expect(tables.problems).toEqual([]);
      expect(tables.registry).toEqual(registry);
    },
  );

  test.each(['zh-CN', 'en'] as const)(
    'a template in %s has lists, and is read when it is filled in',
    async (language) => {
      const template = await writeRegistryTemplate(language);
      const { sheets } = await readXlsx(template);
      const [sheet, guide] = sheets;
      expect(guide?.rows.length).toBeGreaterThan(3);
      const lists = sheet?.dataValidations ?? [];
      expect(lists.map(({ type, values }) => [type, values?.length])).toEqual([
        ['list', 5],
        ['list', 6],
        ['list', 3],
        ['list', 3],
        ['list', 3],
        ['list', 7],
      ]);
      const [type, district, _system, grade, inspection, room] = lists.map(
        ({ values }) => values?.at(-1) ?? '',
      );
      const titles = sheet?.rows[0] ?? [];
      const filled = titles.map((_title, index) => ['S1', '一店', '', type, district][index] ?? '');
      filled[10] = '2026-03-01';
      filled[14] = grade ?? '';
      filled[16] = inspection ?? '';
      filled[17] = 'C1';
      filled[18] = '灶台';
      filled[20] = room ?? '';
      filled[21] = '15%';
      filled[22] = 'rtsp://10.0.0.1/1';
      filled[25] = 'word';
      const { sites, cameras, wrong } = await read(
        await writeXlsx({ sheets: [{ name: 'a', rows: [titles, filled] }] }),
      );
      expect(wrong).toEqual([]);
      expect(sites[0]).toMatchObject({
        type: 'care_home',
        district: '赤壁市',
        publication: { agreedOn: '2026-03-01', grade: 'C', inspection: 'failed' },
      });
      expect(cameras[0]).toMatchObject({
        externalId: 'C1',
        password: 'word',
        publication: { room: 'dormitory', headPercent: 15 },
      });
      expect(guide?.rows.flat().join('')).toContain('25');
      // Nobody has filled it in: that is said, and nothing else.
      expect((await read(template)).wrong).toEqual([
        'undefined undefined: there are no records in this table',
      ]);
    },
  );
});

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** An archive with these parts, all deflated; `claim` is written for their unpacked size. */
function makeZip(parts: Record<string, Uint8Array>, claim?: number): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const [name, bytes] of Object.entries(parts)) {
    const packed = deflateRawSync(bytes, { level: 9 });
    const sizes = Buffer.alloc(12);
    sizes.writeUInt32LE(packed.length, 4);
    sizes.writeUInt32LE(claim ?? bytes.length, 8);
    const names = Buffer.from(name);
    const lengths = Buffer.from([names.length, 0, 0, 0]);
    const common = Buffer.concat([Buffer.from([20, 0, 0, 0, 8, 0, 0, 0, 0, 0]), sizes, lengths]);
    const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), common, names, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    entries.push(Buffer.concat([Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), common, tail, names]));
    locals.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}
