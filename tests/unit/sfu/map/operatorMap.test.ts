import { mapFaultCodes } from '../../../../src-shared/map/city.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { readOperatorMap } from '../../../../src-sfu/features/map/operatorMap.ts';
import { pmtilesArchive } from '../../../support/pmtilesArchive.ts';
import { temporaryFolder } from '../../../support/processes.ts';

const root = temporaryFolder('mingchu-map-');
let folders = 0;
const archive = pmtilesArchive({ tile: new Uint8Array([1, 2, 3]) });
const basemap = { file: 'city.pmtiles', coordinateSystem: 'gcj02', attribution: '© 测绘' };
const districts = { file: 'districts.geojson', coordinateSystem: 'wgs84' };

function square(name: unknown, changes: object = {}) {
  const ring = [
    [114.2, 29.8],
    [114.4, 29.8],
    [114.4, 30],
    [114.2, 30],
    [114.2, 29.8],
  ];
  return {
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { name },
        geometry: { type: 'Polygon', coordinates: [ring] },
        ...changes,
      },
    ],
  };
}

/** A data folder's `map` with such files in it. */
function folderWith(files: Record<string, Buffer | string | object>): string {
  const folder = join(root, String(++folders));
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    const isRaw = typeof content === 'string' || Buffer.isBuffer(content);
    writeFileSync(join(folder, name), isRaw ? content : JSON.stringify(content));
  }
  return folder;
}

describe("an operator's map", () => {
  it('is nothing where nothing was dropped in, and no problem', async () => {
    const map = await readOperatorMap(join(root, 'none'));
    expect(map).toEqual({ settings: { problems: [] }, basemapPath: undefined, districts: undefined });
  });

  it('is a basemap with the system it declares, and districts', async () => {
    const folder = folderWith({
      'map.json': { basemap, districts },
      'city.pmtiles': archive,
      'districts.geojson': square('咸安区'),
    });
    const map = await readOperatorMap(folder);
    expect(map.settings.problems).toEqual([]);
    expect(map.settings.basemap).toMatchObject({
      tiles: 'raster',
      coordinateSystem: 'gcj02',
      attribution: '© 测绘',
      maxZoom: 12,
    });
    expect(map.basemapPath).toBe(join(folder, 'city.pmtiles'));
    const { features } = JSON.parse(map.districts ?? '{}') as { features: { properties: object }[] };
    expect(features[0]?.properties).toEqual({
      district: '咸安区',
      labelLongitude: 114.3,
      labelLatitude: 29.9,
    });
  });

  it('has its districts converted to WGS-84', async () => {
    const map = await readOperatorMap(
      folderWith({
        'map.json': { districts: { ...districts, coordinateSystem: 'gcj02' } },
        'districts.geojson': square('咸安区'),
      }),
    );
    const { features } = JSON.parse(map.districts ?? '{}') as {
      features: { geometry: { coordinates: number[][][][] } }[];
    };
    const [longitude = 0, latitude = 0] = features[0]?.geometry.coordinates[0]?.[0]?.[0] ?? [];
    expect((114.2 - longitude) * 96_500).toBeGreaterThan(300);
    expect((latitude - 29.8) * 110_900).toBeGreaterThan(100);
  });

  it.each([
    ['no JSON', { 'map.json': '{' }, /map\.json is not JSON/],
    [
      'no system',
      { 'map.json': { basemap: { file: 'city.pmtiles' } } },
      /coordinateSystem.*wgs84, gcj02, bd09/,
    ],
    ['an unknown word', { 'map.json': { basemaps: basemap } }, /basemaps is not known/],
    [
      'a file elsewhere',
      { 'map.json': { basemap: { ...basemap, file: '../hub.sqlite' } } },
      /lies beside map\.json/,
    ],
    ['a missing file', { 'map.json': { basemap } }, /city\.pmtiles is not there/],
    ['something else', { 'map.json': { basemap }, 'city.pmtiles': 'hello' }, /is not a PMTiles archive/],
    [
      'half an archive',
      { 'map.json': { basemap }, 'city.pmtiles': archive.subarray(0, archive.length - 2) },
      /copy the whole file again/,
    ],
    ['an archive nobody declared', { 'city.pmtiles': archive }, /city\.pmtiles lies in .* declare it/],
    [
      'districts nobody knows',
      { 'map.json': { districts }, 'districts.geojson': square('武昌区') },
      /must be one of 咸安区/,
    ],
    [
      'metres instead of degrees',
      {
        'map.json': { districts },
        'districts.geojson': square('咸安区', {
          geometry: {
            type: 'Polygon',
            coordinates: [
              [
                [538_000, 3_300_000],
                [539_000, 3_300_000],
                [539_000, 3_301_000],
                [538_000, 3_300_000],
              ],
            ],
          },
        }),
      },
      /must be degrees/,
    ],
    [
      'a point for a district',
      {
        'map.json': { districts },
        'districts.geojson': square('咸安区', { geometry: { type: 'Point', coordinates: [114, 29] } }),
      },
      /is not a FeatureCollection of polygons/,
    ],
  ])('that is %s is refused with a sentence and not used', async (_name, files, sentence) => {
    const map = await readOperatorMap(folderWith(files));
    expect(map.settings.problems.join('\n')).toMatch(sentence);
    // A surface has a sentence of its own for each.
    expect(map.settings.faults?.map(({ problem }) => problem)).toEqual(map.settings.problems);
    for (const { code } of map.settings.faults ?? []) expect(mapFaultCodes).toContain(code);
    expect(map.settings.basemap).toBeUndefined();
    expect(map.settings.districts).toBeUndefined();
    expect(map.basemapPath).toBeUndefined();
  });

  it('keeps the part that is good when the other is not', async () => {
    const map = await readOperatorMap(
      folderWith({ 'map.json': { basemap, districts }, 'city.pmtiles': archive, 'districts.geojson': '[]' }),
    );
    expect(map.settings.basemap).toBeDefined();
    expect(map.settings.districts).toBeUndefined();
    expect(map.settings.problems).toHaveLength(1);
  });
});

describe('a map that would show nothing of the city', () => {
  const tile = new Uint8Array([1, 2, 3]);
  const rectangle = (west: number, south: number, swap = false) => {
    const corners = [
      [west, south],
      [west + 1, south],
      [west + 1, south + 1],
      [west, south],
    ].map(([x = 0, y = 0]) => (swap ? [y, x] : [x, y]));
    return square('咸安区', { geometry: { type: 'Polygon', coordinates: [corners] } });
  };
  const vector = (layers: string[]) =>
    pmtilesArchive({ tile, tileType: 1, metadata: { vector_layers: layers.map((id) => ({ id })) } });

  it.each([
    ['basemapElsewhere', pmtilesArchive({ tile, bounds: [115.9, 39.4, 117.5, 41] })],
    ['basemapElsewhere', pmtilesArchive({ tile, bounds: [0, 0, 1, 1] })],
    ['basemapSwapped', pmtilesArchive({ tile, bounds: [29.1, 113.7, 30.2, 114.9] })],
    ['basemapWithoutBounds', pmtilesArchive({ tile, bounds: [0, 0, 0, 0] })],
    ['basemapWithoutLayers', vector(['my-roads', 'my-water'])],
    ['basemapWithoutLayers', vector([])],
  ])('says why: %s', async (code, file) => {
    const { settings } = await readOperatorMap(folderWith({ 'map.json': { basemap }, 'city.pmtiles': file }));
    expect(settings.basemap).toBeUndefined();
    expect(settings.faults).toEqual([
      { code, value: expect.any(String) as string, problem: settings.problems[0] },
    ]);
    expect(settings.problems[0]).toMatch(/^The basemap city\.pmtiles .*: .*\.$/);
  });

  it.each([
    ['districtsElsewhere', rectangle(116, 39.5)],
    ['districtsSwapped', rectangle(114, 29.5, true)],
  ])('says why: %s', async (code, file) => {
    const { settings } = await readOperatorMap(
      folderWith({ 'map.json': { districts }, 'districts.geojson': file }),
    );
    expect(settings.districts).toBeUndefined();
    expect(settings.faults).toMatchObject([{ code }]);
  });

  it('is none with a part of the city and one known layer', async () => {
    for (const file of [pmtilesArchive({ tile, bounds: [113, 28, 113.7, 30] }), vector(['x', 'water'])]) {
      const map = await readOperatorMap(folderWith({ 'map.json': { basemap }, 'city.pmtiles': file }));
      expect(map.settings.problems).toEqual([]);
    }
  });
});

describe('files that an editor saved its own way', () => {
  const encodings: [string, (text: string) => Buffer][] = [
    ['UTF-8 with a mark', (text) => Buffer.from(`\ufeff${text}`)],
    ['UTF-16 with a mark', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 without', (text) => Buffer.from(text, 'utf16le')],
    ['UTF-16, the other way round', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['GB18030', (text) => iconv.encode(text, 'gb18030')],
  ];
  it.each(encodings)('are read: %s', async (_name, encode) => {
    const map = await readOperatorMap(
      folderWith({
        'map.json': encode(JSON.stringify({ districts: { ...districts, attribution: '测绘' } })),
        'districts.geojson': encode(JSON.stringify(square('咸安区'))),
      }),
    );
    expect(map.settings.problems).toEqual([]);
    expect(map.settings.districts?.attribution).toBe('测绘');
  });

  it('are explained when they are no text', async () => {
    const map = await readOperatorMap(folderWith({ 'map.json': Buffer.from([0x7b, 0x80, 0xff, 0x7d]) }));
    expect(map.settings.problems[0]).toMatch(/map\.json is not text.*save it as UTF-8/);
  });
});
