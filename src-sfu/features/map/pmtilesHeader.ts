import { boundsText, knownLayers, showsCity, swapped, type Bounds } from '../../../src-shared/map/city.ts';
import { MapFault } from './mapFault.ts';

/** What the fixed part of a PMTiles archive says of it. */
export interface PmtilesHeader {
  tiles: 'vector' | 'raster';
  minZoom: number;
  maxZoom: number;
  /** Where its description (JSON) lies, in bytes, and whether it is gzipped. */
  metadata: { offset: number; length: number; isGzipped: boolean };
}

/** Bytes of the header, PMTiles version 3. */
export const pmtilesHeaderBytes = 127;

const tileTypes: Partial<Record<number, PmtilesHeader['tiles']>> = {
  1: 'vector',
  2: 'raster',
  3: 'raster',
  4: 'raster',
};
/** None and gzip: what every browser can take. */
const compressions = new Set([1, 2]);

/**
 * Reads the header (https://github.com/protomaps/PMTiles, spec v3) of a file of `fileBytes`. Throws an error whose
 * message completes "The basemap FILE …".
 */
export function readPmtilesHeader(header: Buffer, fileBytes: number): PmtilesHeader {
  if (header.length < pmtilesHeaderBytes || header.toString('latin1', 0, 7) !== 'PMTiles') {
    const message = 'is not a PMTiles archive: make one with the pmtiles tool, or name the right file';
    throw new MapFault('basemapBroken', '', message);
  }
  const version = header.readUInt8(7);
  if (version !== 3)
    throw new MapFault(
      'basemapVersion',
      `${version}`,
      `is PMTiles version ${version}: convert it to version 3`,
    );
  for (const offset of [8, 24, 40, 56]) {
    const end = header.readBigUInt64LE(offset) + header.readBigUInt64LE(offset + 8);
    if (end > BigInt(fileBytes)) {
      const message = `ends after ${fileBytes} of ${end} bytes: copy the whole file again`;
      throw new MapFault('basemapIncomplete', `${fileBytes}/${end}`, message);
    }
  }
  if (header.readBigUInt64LE(16) === 0n || header.readBigUInt64LE(64) === 0n) {
    throw new MapFault('basemapBroken', '', 'holds no tiles: name another file');
  }
  if (!compressions.has(header.readUInt8(97)) || ![0, 1, 2].includes(header.readUInt8(98))) {
    const message = 'is compressed in a way that browsers cannot read: make it with gzip or none';
    throw new MapFault('basemapKind', '', message);
  }
  const tiles = tileTypes[header.readUInt8(99)];
  if (tiles === undefined) {
    const message = 'holds tiles of a kind that is not supported: vector (MVT), PNG, JPEG and WebP are';
    throw new MapFault('basemapKind', '', message);
  }
  const minZoom = header.readUInt8(100);
  const maxZoom = header.readUInt8(101);
  if (minZoom > maxZoom || maxZoom > 24)
    throw new MapFault('basemapBroken', '', `has no sensible zoom levels (${minZoom}…${maxZoom})`);
  checkBounds(header);
  const metadata = {
    offset: Number(header.readBigUInt64LE(24)),
    length: Number(header.readBigUInt64LE(32)),
    isGzipped: header.readUInt8(97) === 2,
  };
  return { tiles, minZoom, maxZoom, metadata };
}

/** MapLibre asks for no tile outside an archive's bounds: with those of another place it would draw nothing. */
function checkBounds(header: Buffer): void {
  // Four whole numbers of ten millionths of a degree: west, south, east, north.
  const [west = 0, south = 0, east = 0, north = 0] = [102, 106, 110, 114].map(
    (offset) => header.readInt32LE(offset) / 1e7,
  );
  const bounds: Bounds = { west, south, east, north };
  if ([west, south, east, north].every((degrees) => degrees === 0)) {
    throw new MapFault('basemapWithoutBounds', '0, 0, 0, 0');
  }
  if (showsCity(bounds)) return;
  const code = showsCity(swapped(bounds)) ? 'basemapSwapped' : 'basemapElsewhere';
  throw new MapFault(code, boundsText(bounds));
}

/** Refuses a vector archive that has none of the layers that are drawn. `metadata` is its description, unpacked. */
export function checkLayers(metadata: Buffer): void {
  let layers: unknown;
  try {
    layers = (JSON.parse(metadata.toString('utf8')) as { vector_layers?: unknown } | null)?.vector_layers;
  } catch {
    throw new MapFault('basemapBroken', '', 'has a description that cannot be read: make it again');
  }
  const ids = (Array.isArray(layers) ? layers : []).map((layer: unknown) =>
    String((layer as { id?: unknown } | null)?.id),
  );
  if (ids.some((id) => (knownLayers as readonly string[]).includes(id))) return;
  throw new MapFault('basemapWithoutLayers', ids.length === 0 ? '—' : ids.slice(0, 8).join(', '));
}
