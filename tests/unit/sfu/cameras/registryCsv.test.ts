import { parse } from 'csv-parse/sync';
import fc from '../../../support/properties.ts';
import { describe, expect, test } from 'vitest';
import { checkCell } from '../../../../src-sfu/features/cameras/cellCheck.ts';
import { readRegistryCsv, type RegistryTables } from '../../../../src-sfu/features/cameras/registryCsv.ts';
import { writeRegistryCsv } from '../../../../src-sfu/features/cameras/registryCsvExport.ts';
import { encodeText } from '../../../../src-sfu/features/cameras/textEncoding.ts';
import { registryFaults } from '../../../../src-shared/cameras/registryFault.ts';
import { foldId } from '../../../../src-shared/cameras/plainText.ts';
import { registryImportSchema, type RegistryImport } from '../../../../src-shared/cameras/registryImport.ts';
import { districts, siteTypes } from '../../../../src-shared/cameras/cameras.protocol.ts';
import { roomKinds } from '../../../../src-shared/public/publication.ts';

async function read(...texts: string[]): Promise<RegistryTables> {
  const tables = await readRegistryCsv(
    texts.map((text, index) => ({ name: `${index + 1}.csv`, bytes: new TextEncoder().encode(text) })),
  );
  // A surface has a sentence of its own for whatever is wrong.
  for (const { code, message } of tables.problems)
    expect(Object.keys(registryFaults), message).toContain(code);
  return tables;
}

/** What is wrong, as `line column: message`. */
async function wrong(...texts: string[]): Promise<string[]> {
  const { problems } = await read(...texts);
  return problems.map(({ line, column, message }) => `${line} ${column ?? ''}: ${message}`);
}

const siteHeader = '单位编号,单位名称,类型,区县,地址,纬度,经度,坐标系';

describe('columns', () => {
  test.each([
    ['Chinese', '单位编号,单位名称,类型,区县\nS1,一店,社会餐饮,赤壁市'],
    ['English', 'site id,site name,type,district\nS1,一店,restaurant,Chibi'],
    [
      'with hints, capitals and spaces',
      ' 单位编号（必填）,Site_Name,类型(学校食堂…),所在区县\nS1,一店,Restaurant,赤壁',
    ],
    ['with the type of the premises', '单位编号,单位名称,场所类型,区县\nS1,一店,社会餐饮,赤壁市'],
    ['in another order', '区县,类型,单位名称,单位编号\n赤壁市,社会餐饮,一店,S1'],
    ['with short names', 'id,name,type,district\nS1,一店,restaurant,赤壁市'],
    ['separated by tabs', '单位编号\t单位名称\t类型\t区县\nS1\t一店\t社会餐饮\t赤壁市'],
    ['separated by semicolons', '单位编号;单位名称;类型;区县\nS1;一店;社会餐饮;赤壁市'],
    ['with old line endings', '单位编号,单位名称,类型,区县\rS1,一店,社会餐饮,赤壁市\r'],
  ])('%s', async (_what, text) => {
    const { registry, problems } = await read(text);
    expect(problems).toEqual([]);
    expect(registry.sites).toEqual([
      { externalId: 'S1', name: '一店', type: 'restaurant', district: '赤壁市', address: '' },
    ]);
  });

  test.each([
    [',', ';'],
    [';', ','],
    ['\t', ';'],
    ['\t', ','],
  ])('separated by %j, with a cell full of %j', async (mark, other) => {
    const headers = ['"单位编号"', '单位名称', '"类型"', '区县', '地址'];
    const { registry, problems } = await read(
      [headers, ['S1', '一店', '社会餐饮', '赤壁市', `${other.repeat(9)}右`]]
        .map((cells) => cells.join(mark))
        .join('\n'),
    );
    expect(problems).toEqual([]);
    expect(registry.sites).toMatchObject([{ externalId: 'S1', district: '赤壁市' }]);
  });

  test('a line of millions of empty cells is refused, and the lines before it are read', async () => {
    const rows = `${siteHeader}\nS1,一店,社会餐饮,赤壁市,,,,${','.repeat(16_000)}\n`;
    const { registry, problems } = await read(`${rows}S2,二店,社会餐饮,赤壁市${','.repeat(3_000_000)}\n`);
    expect(problems).toMatchObject([{ line: 3, code: 'lineTooLong' }]);
    expect(registry.sites).toMatchObject([{ externalId: 'S1' }]);
  });

  test('the type of the premises is never the room of a camera, and is left out where it says nothing more', async () => {
    const sites = await read('单位编号,单位名称,单位类型,区县,场所类型\nS1,一店,社会餐饮,赤壁市,更衣室');
    expect(sites.problems).toEqual([]);
    expect(sites.registry.sites).toMatchObject([{ type: 'restaurant' }]);
    const both = await read(
      '单位编号,单位名称,场所类型,区县,摄像头编号,摄像头名称,主码流\nS1,一店,社会餐饮,赤壁市,C1,灶台,rtsp://a/1',
    );
    expect(both.problems).toEqual([]);
    expect(both.registry.sites).toMatchObject([{ type: 'restaurant' }]);
    const cameras = await read(
      '单位编号,摄像头编号,摄像头名称,场所类型,主码流\nS1,C1,灶台,学校食堂,rtsp://a/1',
    );
    expect(cameras.problems).toEqual([]);
    expect(cameras.registry.cameras[0]).not.toHaveProperty('publication');
    expect([sites, cameras].map(({ ignoredColumns }) => ignoredColumns)).toEqual([
      ['场所类型'],
      ['场所类型'],
    ]);
  });

  test('one table of both: a row for each camera, its site written once or repeated in each row', async () => {
    const { registry, problems } = await read(
      [
        '单位编号,单位名称,类型,区县,摄像头编号,摄像头名称,主码流,子码流,密码',
        'S1,一店,社会餐饮,赤壁市,C1,灶台,rtsp://a/1,rtsp://a/2,word',
        'S1,,,,C2,切配间,rtsp://a/3,,',
        'S2,二店,社会餐饮,赤壁市,,,,,',
      ].join('\n'),
    );
    expect(problems).toEqual([]);
    expect(registry.sites.map(({ externalId }) => externalId)).toEqual(['S1', 'S2']);
    expect(registry.cameras).toEqual([
      {
        externalId: 'C1',
        siteExternalId: 'S1',
        name: '灶台',
        streams: { main: { url: 'rtsp://a/1' }, sub: { url: 'rtsp://a/2' } },
        password: 'word',
      },
      { externalId: 'C2', siteExternalId: 'S1', name: '切配间', streams: { main: { url: 'rtsp://a/3' } } },
    ]);
  });

  test('missing, repeated and unknown columns are reported', async () => {
    expect(await wrong('单位编号,单位名称,类型\nS1,一店,社会餐饮')).toEqual([
      '1 区县: this column (district) is missing',
    ]);
    expect(await wrong('单位编号,site id,单位名称,类型,区县\n,,,,x')).toEqual([
      '1 site id: says the same as the column "单位编号"',
    ]);
    expect((await read(`${siteHeader},备注\nS1,一店,社会餐饮,赤壁市,,,,,x`)).ignoredColumns).toEqual([
      '备注',
    ]);
  });
});

describe('every fault is reported with its place', () => {
  test.each([
    [
      'a site that says two things',
      '单位编号,单位名称,类型,区县,摄像头编号,摄像头名称,主码流\nS1,一店,社会餐饮,赤壁市,C1,a,rtsp://a/1\nS1,另一店,社会餐饮,赤壁市,C2,b,rtsp://a/2',
      ['3 单位名称: says "另一店" of site "S1", of which line 2 of 1.csv says "一店"'],
    ],
    [
      'an id that was shortened',
      `${siteHeader}\n4.21202E+17,一店,社会餐饮,赤壁市`,
      [/^2 单位编号: .*shortened/],
    ],
    [
      'a number that is none',
      `${siteHeader}\nS1,一店,社会餐饮,赤壁市,,29.x,114.3,WGS84`,
      [/^2 纬度: .*not a number/],
    ],
    ['half a position', `${siteHeader}\nS1,一店,社会餐饮,赤壁市,,29.8,,WGS84`, [/^2 经度: is empty/]],
    ['abroad', `${siteHeader}\nS1,一店,社会餐饮,赤壁市,,48.85,2.35,WGS84`, [/^2 纬度: .*outside China$/]],
    [
      'another system',
      `${siteHeader}\nS1,一店,社会餐饮,赤壁市,,29.8,114,EPSG:3857`,
      [/^2 坐标系: .*not one of: WGS84/],
    ],
    [
      'too long a name',
      `${siteHeader}\nS1,${'长'.repeat(101)},社会餐饮,赤壁市`,
      [/^2 单位名称: is 101 characters long/],
    ],
    ['a quotation mark inside', `${siteHeader}\nS1,12" 店,社会餐饮,赤壁市`, [/^2 : a quotation mark/]],
    ['text after a quotation mark', `${siteHeader}\nS1,"一"店,社会餐饮,赤壁市`, [/^2 : text follows/]],
    [
      'lines after a cell of three lines',
      `${siteHeader}\nS1,"一\r\n\r\n店",社会餐饮,赤壁市\r\nS2,,社会餐饮,赤壁市`,
      [/^5 单位名称: is empty/],
    ],
  ])('%s', async (_what, text, expected) => {
    const messages = await wrong(text);
    expect(messages).toHaveLength(expected.length);
    expected.forEach((message, index) => {
      if (typeof message === 'string') expect(messages[index]).toBe(message);
      else expect(messages[index]).toMatch(message);
    });
  });

  test('missing cells at the end of a line are empty ones', async () => {
    const { registry } = await read(`${siteHeader}\nS1,一店,社会餐饮,赤壁市`);
    expect(registry.sites).toHaveLength(1);
  });

  test('a cell of several lines becomes one', async () => {
    const { registry } = await read(`${siteHeader}\nS1,一店,社会餐饮,赤壁市,"温泉路\n  1 号"`);
    expect(registry.sites[0]?.address).toBe('温泉路 1 号');
  });
});

describe('export and import', () => {
  const text = (maxLength: number) =>
    fc
      .oneof(
        fc.string({ unit: 'grapheme', maxLength }),
        fc.stringMatching(/^[=+\-@'"＝, ;\t一-龥a-z0-9]{0,12}$/),
        fc.constantFrom('=1+1', "'=1", "''@x", "it's", '"quoted"', 'a,b', '-3'),
      )
      .filter((value) => value.length <= maxLength && !/[\p{Cc}\p{Cs}\ufffd\ue5e5\ufeff]/u.test(value))
      .map((value) => value.trim())
      // What looks like a spreadsheet program's error, a date or damaged text is refused (registryCases.test.ts).
      .filter((value) => checkCell(value, 'text') === undefined);
  const required = (maxLength: number) => text(maxLength).filter((value) => value !== '');
  const id = (prefix: string) => required(20).map((value) => `${prefix}${value}`);
  const position = fc.record({
    latitude: fc.double({ min: 4, max: 53, noNaN: true }),
    longitude: fc.double({ min: 74, max: 135, noNaN: true }),
    system: fc.constantFrom('wgs84', 'gcj02', 'bd09'),
  });
  const site = fc.record(
    {
      externalId: fc.oneof(id('-'), id('S')),
      name: required(40),
      nameEn: required(40),
      type: fc.constantFrom(...siteTypes),
      district: fc.constantFrom(...districts),
      address: text(60),
      phone: required(20),
      position,
    },
    { requiredKeys: ['externalId', 'name', 'type', 'district', 'address'] },
  );
  const camera = fc.record(
    {
      externalId: id('C'),
      siteIndex: fc.nat(),
      name: required(40),
      nameEn: required(40),
      main: fc.nat(),
      sub: fc.nat(),
      username: required(20).map((value) => `${value} `),
      publication: fc
        .record({ room: fc.constantFrom(...roomKinds), headPercent: fc.integer({ min: 10, max: 250 }) })
        .map(({ room, headPercent }) => ({ room, headPercent: headPercent / 10 })),
    },
    { requiredKeys: ['externalId', 'siteIndex', 'name', 'main'] },
  );
  const registries = fc
    .tuple(
      fc.uniqueArray(site, { selector: (item) => foldId(item.externalId), minLength: 1, maxLength: 5 }),
      fc.uniqueArray(camera, { selector: (item) => foldId(item.externalId), maxLength: 8 }),
    )
    .map(([sites, cameras]): RegistryImport => {
      const document = {
        sites,
        cameras: cameras.map(({ siteIndex, main, sub, ...rest }) => ({
          ...rest,
          siteExternalId: sites[siteIndex % sites.length]?.externalId,
          streams: {
            main: { url: `rtsp://10.0.0.1/${main}?a=1,2` },
            ...(sub === undefined ? {} : { sub: { url: `rtsp://10.0.0.1/${sub}` } }),
          },
        })),
      };
      return registryImportSchema.parse(document);
    });
  const byId = (left: { externalId: string }, right: { externalId: string }): number =>
    left.externalId < right.externalId ? -1 : 1;

  test.each(['utf-8', 'gb18030'] as const)(
    'nothing is lost in %s, in one table or in two',
    async (encoding) => {
      await fc.assert(
        fc.asyncProperty(registries, fc.boolean(), async (registry, inOne) => {
          const kinds = inOne ? (['combined'] as const) : (['sites', 'cameras'] as const);
          const files = kinds
            .filter((kind) => kind !== 'cameras' || registry.cameras.length > 0)
            .map((kind) => ({ name: kind, bytes: encodeText(writeRegistryCsv(registry, kind), encoding) }));
          const tables = await readRegistryCsv(files);
          expect(tables.problems).toEqual([]);
          expect(tables.registry.sites).toEqual(registry.sites);
          expect(tables.registry.cameras.sort(byId)).toEqual([...registry.cameras].sort(byId));
        }),
        { numRuns: 300 },
      );
    },
  );

  test('no cell of an export begins as a formula', () => {
    fc.assert(
      fc.property(registries, (registry) => {
        const cells = parse(writeRegistryCsv(registry, 'combined')).flat();
        expect(cells.filter((cell) => /^[=+\-@＝＋－＠\t\r]/.test(cell))).toEqual([]);
      }),
    );
  });
});

test('any text is answered, and never with an exception', async () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(line, fc.constant(siteHeader), fc.constant('"'))), async (lines) => {
      const { problems, problemCount, registry } = await read([siteHeader, ...lines].join('\n'));
      expect(problemCount).toBeGreaterThanOrEqual(problems.length);
      expect(registry.sites.length + problemCount).toBeGreaterThan(0);
    }),
    { numRuns: 500 },
  );
});

describe('what a table says about the public', () => {
  const header =
    '单位编号,单位名称,类型,区县,公开同意书日期,同意登记人,公开时段,食品经营许可证,量化分级,最近检查日期,检查结果';
  const row = 'S1,一店,社会餐饮,赤壁市';

  test.each([
    ['2026-03-01,王芳,06:30-20:00,JY1,A,2026-02-03,合格'],
    ['2026/3/1,王芳,06:30~20:00,JY1,a级,2026年2月3日,通过'],
    ['="2026-03-01",王芳,06:30 至 20:00,JY1,Ａ,2026.2.3,passed'],
  ])('%s', async (cells) => {
    const { registry, problems } = await read(`${header}\n${row},${cells}`);
    expect(problems).toEqual([]);
    const publication = {
      agreedOn: '2026-03-01',
      recordedBy: '王芳',
      hours: '06:30-20:00',
      certificate: 'JY1',
      grade: 'A',
      inspectedOn: '2026-02-03',
      inspection: 'passed',
    };
    expect(registry.sites[0]?.publication).toEqual(publication);
    // Written and read again it is the same, also beside a camera.
    for (const kind of ['sites', 'combined'] as const) {
      const again = await read(
        writeRegistryCsv({ sites: registry.sites, cameras: [] }, kind).replace(/,+\r\n$/, '\r\n'),
      );
      expect(again.registry.sites[0]?.publication).toEqual(publication);
    }
  });

  test('is nothing where its cells are empty', async () => {
    const { registry, problems } = await read(`${header}\n${row},,,,,,,`);
    expect([problems, registry.sites[0]]).toEqual([
      [],
      { externalId: 'S1', name: '一店', type: 'restaurant', district: '赤壁市', address: '' },
    ]);
  });

  test.each([
    ['2026-02-30,,,,,,', ['2 公开同意书日期: "2026-02-30" is not a date, such as 2026-03-01']],
    ['3-1,,,,,,', ['2 公开同意书日期: "3-1" is not a date, such as 2026-03-01']],
    [',王芳,,,,,', ['2 公开同意书日期: the date of the consent is missing, while who recorded it is given']],
    [
      ',,25:00-26:00,,,,',
      ['2 公开时段: "25:00-26:00" is not a time of the day and another, such as 06:30-20:00'],
    ],
    [',,,,D,,', [/^2 量化分级: .*one of/]],
    [',,,,,昨天,', ['2 最近检查日期: "昨天" is not a date, such as 2026-03-01']],
    [',,,,,,还行', [/^2 检查结果: .*one of/]],
    [',,,3-1,,,', []],
    [',,,#REF!,,,', [/^2 食品经营许可证: .*error of the spreadsheet/]],
    [`,,,${'9'.repeat(61)},,,`, ['2 食品经营许可证: is 61 characters long, at most 60 fit']],
  ])('%s', async (cells, expected) => {
    const messages = await wrong(`${header}\n${row},${cells}`);
    expect(messages).toHaveLength(expected.length);
    expected.forEach((message, index) => {
      if (typeof message === 'string') expect(messages[index]).toBe(message);
      else expect(messages[index]).toMatch(message);
    });
  });
});

describe('what a table says of a camera about the public', () => {
  const header = '摄像头编号,单位编号,摄像头名称,主码流,拍摄场所,人头宽度（%）';
  const row = 'C1,S1,灶台,rtsp://a/1';

  test.each([
    ['更衣室,7.5', { room: 'changing_room', headPercent: 7.5 }],
    ['Locker-Room,7.5%', { room: 'changing_room', headPercent: 7.5 }],
    // What spreadsheet programs make of percentages, and input methods of digits.
    ['烹饪区,0.075', { room: 'kitchen', headPercent: 7.5 }],
    ['kitchen,１５％', { room: 'kitchen', headPercent: 15 }],
    ['宿舍,', { room: 'dormitory' }],
    [',25', { headPercent: 25 }],
    [',', undefined],
  ])('%s', async (cells, publication) => {
    const { registry, problems } = await read(`${header}\n${row},${cells}`);
    expect(problems).toEqual([]);
    expect(registry.cameras[0]?.publication).toEqual(publication);
  });

  test.each([
    ['厕所,', [/^2 拍摄场所: "厕所" is not one of: 烹饪区, .*更衣室, 宿舍$/]],
    ['constructor,', [/^2 拍摄场所: "constructor" is not one of/]],
    ['#REF!,', [/^2 拍摄场所: .*error of the spreadsheet/]],
    [',0', [/^2 人头宽度（%）: "0" is not a percentage/]],
    [',0.5%', [/^2 人头宽度（%）: "0.5" is not a percentage/]],
    [',26', [/^2 人头宽度（%）: "26" is not a percentage/]],
    [',-7.5', [/^2 人头宽度（%）: "-7.5" is not a percentage/]],
    [',大,', [/^2 人头宽度（%）: "大" is not a percentage/]],
    [',7.5E-02', [/^2 人头宽度（%）: .*shortened/]],
    [',3-1', [/^2 人头宽度（%）: /]],
    [`,${'9'.repeat(400)}`, [/^2 人头宽度（%）: "9{40}" is not a percentage/]],
  ])('%s is refused at its cell', async (cells, expected) => {
    const messages = await wrong(`${header}\n${row},${cells}`);
    expect(messages).toHaveLength(expected.length);
    expected.forEach((message, index) => expect(messages[index]).toMatch(message));
  });
});
