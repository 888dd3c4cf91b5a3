/** What the fixed part of a PMTiles archive says of it. */
export interface PmtilesHeader {
  tiles: 'vector' | 'raster';
  minZoom: number;
  maxZoom: number;
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
    throw new Error('is not a PMTiles archive: make one with the pmtiles tool, or name the right file');
  }
  const version = header.readUInt8(7);
  if (version !== 3) throw new Error(`is PMTiles version ${version}: convert it to version 3`);
  for (const offset of [8, 24, 40, 56]) {
    const end = header.readBigUInt64LE(offset) + header.readBigUInt64LE(offset + 8);
    if (end > BigInt(fileBytes)) {
      throw new Error(`ends after ${fileBytes} of ${end} bytes: copy the whole file again`);
    }
  }
  if (header.readBigUInt64LE(16) === 0n || header.readBigUInt64LE(64) === 0n) {
    throw new Error('holds no tiles: name another file');
  }
  if (!compressions.has(header.readUInt8(97)) || ![0, 1, 2].includes(header.readUInt8(98))) {
    throw new Error('is compressed in a way that browsers cannot read: make it with gzip or none');
  }
  const tiles = tileTypes[header.readUInt8(99)];
  if (tiles === undefined) {
    throw new Error('holds tiles of a kind that is not supported: vector (MVT), PNG, JPEG and WebP are');
  }
  const minZoom = header.readUInt8(100);
  const maxZoom = header.readUInt8(101);
  if (minZoom > maxZoom || maxZoom > 24)
    throw new Error(`has no sensible zoom levels (${minZoom}…${maxZoom})`);
  return { tiles, minZoom, maxZoom };
}
