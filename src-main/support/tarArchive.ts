import { gzipSync } from 'node:zlib';

const blockBytes = 512;

/** A `.tar.gz` (POSIX ustar) of texts. Paths have at most 99 characters of ASCII. */
export function makeTarArchive(files: readonly { path: string; text: string }[], atMs: number): Buffer {
  const parts = files.flatMap(({ path, text }) => {
    const body = Buffer.from(text);
    const padding = Buffer.alloc((blockBytes - (body.length % blockBytes)) % blockBytes);
    return [header(path, body.length, atMs), body, padding];
  });
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * blockBytes)]));
}

function header(path: string, size: number, atMs: number): Buffer {
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, length: number): string => value.toString(8).padStart(length - 1, '0');
  block.write(path.slice(0, 99), 0);
  block.write(`${octal(0o600, 8)}\0`, 100);
  block.write(`${octal(0, 8)}\0${octal(0, 8)}\0`, 108);
  block.write(`${octal(size, 12)}\0`, 124);
  block.write(`${octal(Math.floor(atMs / 1_000), 12)}\0`, 136);
  block.write('        0', 148);
  block.write('ustar\x0000', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 7)}\0 `, 148);
  return block;
}
