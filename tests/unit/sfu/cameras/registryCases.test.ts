import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRegistryCsv } from '../../../../src-sfu/features/cameras/registryCsv.ts';

/** A table as a spreadsheet program left it: what is read, and what is wrong as `line column: code`. */
async function read(name: string) {
  const bytes = readFileSync(join(import.meta.dirname, '../../../cases/registry', name));
  return readText(bytes);
}

async function readText(bytes: Uint8Array | string) {
  const encoded = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  const tables = await readRegistryCsv([{ name: 'table', bytes: encoded }]);
  return {
    sites: tables.registry.sites,
    cameras: tables.registry.cameras,
    wrong: tables.problems.map(
      ({ line, column, code, value, message }) =>
        // What the cell check found is named by its code, everything else by its sentence.
        `${line} ${column}: ${value === undefined ? message : code}`,
    ),
  };
}

describe('tables as spreadsheet programs leave them', () => {
  test.each([
    ['bare.csv', ['00421202001']],
    ['quoted.csv', ['00421202001']],
    ['header-newline.tsv', ['L2']],
    ['sep-semicolon.csv', ['P1']],
    ['title-row.csv', ['T1']],
    ['one-column.csv', ['G1']],
  ])('%s is read', async (name, ids) => {
    const { sites, wrong } = await read(name);
    expect(wrong).toEqual([]);
    expect(sites.map(({ externalId }) => externalId)).toEqual(ids);
  });

  test('an id in quotation marks after an equals sign keeps its zeros in every table', async () => {
    const { cameras, wrong } = await read('camera-quoted.csv');
    expect([wrong, cameras.map(({ externalId }) => externalId)]).toEqual([[], ['00001']]);
  });

  test('one column of both coordinates is read in either order', async () => {
    expect((await read('one-column.csv')).sites[0]?.position).toEqual({
      latitude: 29.72,
      longitude: 113.9,
      system: 'gcj02',
    });
    const other = await readText(
      '单位编号,单位名称,类型,区县,坐标,坐标系\nS1,一店,社会餐饮,赤壁市,"29.72, 113.90",WGS84',
    );
    expect(other.sites[0]?.position).toMatchObject({ latitude: 29.72, longitude: 113.9 });
    const none = await readText(
      '单位编号,单位名称,类型,区县,坐标,坐标系\nS1,一店,社会餐饮,赤壁市,路口,WGS84',
    );
    expect(none.wrong[0]).toMatch(/^2 坐标: "路口" is not a longitude/);
  });

  test.each([
    [
      'errors.csv',
      [
        '2 单位名称: spreadsheetError',
        '2 地址: spreadsheetError',
        '2 电话: spreadsheetError',
        '2 摄像头名称: spreadsheetError',
        '2 用户名: spreadsheetError',
        '2 密码: spreadsheetError',
        '3 单位编号: spreadsheetError',
        '3 摄像头编号: spreadsheetError',
      ],
    ],
    ['dates.csv', ['2 摄像头编号: dateCell', '3 摄像头编号: dateCell', '4 摄像头编号: dateCell']],
    ['password-shortened.csv', ['2 用户名: shortenedNumber', '2 密码: shortenedNumber']],
    [
      'mojibake-cell.csv',
      ['2 单位名称: garbledText', '3 单位名称: damagedText', '4 单位名称: lostCharacters'],
    ],
    ['replacement-char.csv', ['2 单位名称: damagedText']],
    ['url-trailing-zwsp.csv', ['2 主码流: hiddenInUrl']],
  ])('%s is refused cell by cell', async (name, expected) => {
    expect((await read(name)).wrong).toEqual(expected);
  });

  test('ids that look alike are one id', async () => {
    const { sites, wrong } = await read('ids.csv');
    expect(sites.map(({ externalId }) => externalId)).toEqual(['V1', 'v1']);
    for (const message of wrong) expect(message).toMatch(/单位编号: "V1" stands already in line 2/);
    expect(wrong.length).toBeGreaterThanOrEqual(3);
  });
});

describe('kinds of cells', () => {
  const codeOf = async (cell: string, column = 0): Promise<string | undefined> => {
    const cells = ['S1', '一店', '社会餐饮', '赤壁市', '', '', 'C1', '灶台', 'rtsp://10.0.0.1/1', '', ''];
    cells[column] = cell;
    const header = '单位编号,单位名称,类型,区县,地址,电话,摄像头编号,摄像头名称,主码流,用户名,密码';
    const row = cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(',');
    const { wrong } = await readText(`${header}\n${row}`);
    return wrong.length === 0 ? undefined : wrong.map((message) => message.replace(/^.*: /, '')).join();
  };
  const [id, name, address, url, password] = [0, 1, 4, 8, 10];

  test.each([
    '#N/A',
    '#n/a',
    '＃Ｎ／Ａ',
    '#REF!',
    '#NUM!',
    '#SPILL!',
    '#BEZUG!',
    '#¿NOMBRE?',
    '#ССЫЛКА!',
    '#Н/Д',
    'Err:502',
    '#####',
  ])('%s is an error of the program in every field', async (cell) => {
    for (const column of [id, name, address, url, password]) {
      expect(await codeOf(cell, column)).toBe('spreadsheetError');
    }
  });

  test.each([
    '3月1日',
    '2026年3月',
    '3월 1일',
    '1-Mar',
    'Mar-01',
    'mar-01',
    '01-Mar-26',
    '1. Mär',
    '1-мар',
    '2024/3/1',
    '2024-03-01',
    '1.3.2024',
    '2024/3/1 0:00',
  ])('%s is a date that was made of an id', async (cell) => expect(await codeOf(cell, id)).toBe('dateCell'));

  test.each([
    '3-1',
    '2024-03-001',
    '2024-13-01',
    'DEC-01',
    '12E3',
    '1号店',
    '42120200100000001',
    '#1',
    'A=B',
    '5月花',
  ])('%s is an id', async (cell) => expect(await codeOf(cell, id)).toBeUndefined());

  test.each(['1.23457E+11', '4,21202E+17', '1E+05', '3.4e+19', '１.２E+11'])(
    '%s was shortened',
    async (cell) => {
      for (const column of [id, name, address, password]) {
        expect(await codeOf(cell, column)).toBe('shortenedNumber');
      }
    },
  );

  test.each([
    ['锟斤拷店', 'garbledText'],
    ['鍜稿畞甯傛俯娉変腑闃熼', 'garbledText'],
    ['å’¸å®å¸‚', 'garbledText'],
    ['CafÃ©', 'garbledText'],
    ['ÏÌÄþÊÐ', 'garbledText'],
    ['咸\ufffd市', 'damagedText'],
    ['??????', 'lostCharacters'],
    ['=VLOOKUP(A2,B:C,2)', 'formula'],
    ['=$B$2', 'formula'],
  ])('%s is %s', async (cell, code) => expect(await codeOf(cell, name)).toBe(code));

  test.each([
    'Café “Été”',
    'CAFÉ”',
    'Müller’s Küche',
    'Привет мир',
    '联通大厦',
    '聊斋饭店',
    '吃了吗?',
    '……——',
    '¿Qué?',
  ])('%s is a name', async (cell) => expect(await codeOf(cell, name)).toBeUndefined());

  test.each([
    ['rtsp://10.0.0.1/1\u200b', 'hiddenInUrl'],
    ['\ufeffrtsp://10.0.0.1/1', 'hiddenInUrl'],
    ['rtsp://10.0.0.1\u00a0/1', 'hiddenInUrl'],
    ['rtsp://10.0.0.1/\u202e1', 'hiddenInUrl'],
    ['rtsp：//10.0.0.1/1', 'wideInUrl'],
    ['rtsp://10.0.0.1：554/1', 'wideInUrl'],
  ])('%j is refused as an address', async (cell, code) => expect(await codeOf(cell, url)).toBe(code));

  test.each([
    ['Ｓ１', 'S1'],
    ['S\u200b1', 'S1'],
    ['\u202aS1\u202c', 'S1'],
    ['S1\u00a0', 'S1'],
    ['Ｓ－１', 'S-1'],
    ['＝"００１２"', '0012'],
    ["'00123", '00123'],
  ])('%j is the id %s', async (cell, id) => {
    const { sites, wrong } = await readText(
      `单位编号,单位名称,类型,区县\n"${cell.replaceAll('"', '""')}",一店,社会餐饮,赤壁市`,
    );
    expect([wrong, sites[0]?.externalId]).toEqual([[], id]);
  });

  test.each([
    ['GBK', (text: string) => new TextDecoder('gbk').decode(Buffer.from(text))],
    ['Latin-1', (text: string) => Buffer.from(text).toString('latin1')],
  ])('a whole table that was read as %s is explained', async (_name, garble) => {
    const { wrong } = await readText(garble('单位编号,单位名称,类型,区县\nS1,一店,社会餐饮,赤壁市'));
    expect(wrong).toEqual([expect.stringMatching(/^1 undefined: (garbledText|this holds binary)/)]);
  });

  test('a table separated by wide commas is explained', async () => {
    const { wrong } = await readText('单位编号，单位名称，类型，区县\nS1，一店，社会餐饮，赤壁市');
    expect(wrong).toHaveLength(1);
    expect(wrong[0]).toMatch(/separated by "，"/);
  });
});
