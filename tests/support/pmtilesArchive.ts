/** What an archive is made of. */
export interface ArchiveOptions {
  /** The picture of every tile. */
  tile: Uint8Array;
  /** 1 vector, 2 PNG. */
  tileType?: number;
  maxZoom?: number;
  metadata?: object;
  /** West, south, east, north, in degrees; the whole world unless said. */
  bounds?: readonly [number, number, number, number];
}

/** A PMTiles archive (version 3, nothing compressed) in which every tile of every zoom is the same. */
export function pmtilesArchive(options: ArchiveOptions): Buffer {
  const { tile, tileType = 2, maxZoom = 12, metadata = {}, bounds = [-180, -85, 180, 85] } = options;
  const tiles = (4 ** (maxZoom + 1) - 1) / 3;
  // One entry: tile 0 and so many after it, of that length, at the beginning of the data (stored as 0 + 1).
  const directory = Buffer.concat([1, 0, tiles, tile.length, 1].map(varint));
  const words = Buffer.from(JSON.stringify(metadata));
  const header = Buffer.alloc(127);
  header.write('PMTiles', 0, 'latin1');
  header.writeUInt8(3, 7);
  const long = (offset: number, value: number): unknown => header.writeBigUInt64LE(BigInt(value), offset);
  const wordsAt = header.length + directory.length;
  const dataAt = wordsAt + words.length;
  long(8, header.length);
  long(16, directory.length);
  long(24, wordsAt);
  long(32, words.length);
  long(40, dataAt);
  long(48, 0);
  long(56, dataAt);
  long(64, tile.length);
  long(72, tiles);
  long(80, 1);
  long(88, 1);
  header.writeUInt8(1, 96);
  header.writeUInt8(1, 97);
  header.writeUInt8(1, 98);
  header.writeUInt8(tileType, 99);
  header.writeUInt8(0, 100);
  header.writeUInt8(maxZoom, 101);
  for (const [index, degrees] of bounds.entries()) header.writeInt32LE(degrees * 1e7, 102 + 4 * index);
  return Buffer.concat([header, directory, words, tile]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let left = BigInt(value);
  while (left >= 0x80n) {
    bytes.push(Number(left & 0x7fn) | 0x80);
    left >>= 7n;
  }
  bytes.push(Number(left));
  return Buffer.from(bytes);
}
