import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConversionError, createPictureConverter } from '../../../../src-sfu/media/pictureConverter.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mingchu-converter-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program in ffmpeg's place. */
function program(script: string): string {
  const path = join(folder, 'converter.sh');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const picture = new Uint8Array([0, 0, 0, 1, 0x65]);

describe('a picture is made into a JPEG', () => {
  it('from its bytes', async () => {
    const convert = createPictureConverter({ ffmpegPath: program('cat') });
    expect(new Uint8Array(await convert(picture))).toEqual(picture);
  });

  it('a few at a time, all of them in the end', async () => {
    const log = join(folder, 'log');
    const script = `cat > /dev/null; echo begin >> ${log}; sleep 0.05; echo end >> ${log}; echo jpeg`;
    const convert = createPictureConverter({ ffmpegPath: program(script), maxConcurrent: 2 });
    const made = await Promise.all(Array.from({ length: 6 }, () => convert(picture)));
    expect(made).toHaveLength(6);
    let running = 0;
    let most = 0;
    for (const line of readFileSync(log, 'utf8').trim().split('\n')) {
      running += line === 'begin' ? 1 : -1;
      most = Math.max(most, running);
    }
    expect(most).toBeLessThanOrEqual(2);
  });

  it('unless too many wait already', async () => {
    const convert = createPictureConverter({ ffmpegPath: program('cat'), maxConcurrent: 1, maxWaiting: 1 });
    const asked = [convert(picture), convert(picture)];
    await expect(convert(picture)).rejects.toMatchObject({ isBusy: true });
    await Promise.all(asked);
    await expect(convert(picture)).resolves.toBeDefined();
  });

  it.each([
    ['is not there', '/nowhere/ffmpeg', /apt-get install ffmpeg/],
    ['fails', 'exit 1', /no JPEG/],
    ['says nothing', 'cat > /dev/null', /no JPEG/],
    ['never ends', 'exec sleep 60', /no JPEG/],
    ['writes without end', 'exec cat /dev/zero', /no JPEG/],
  ])('or the reason is given, when ffmpeg %s', async (_what, script, message) => {
    const ffmpegPath = script.startsWith('/') ? script : program(script);
    const convert = createPictureConverter({ ffmpegPath, timeoutMs: 500, maxConcurrent: 1 });
    await expect(convert(picture)).rejects.toThrow(message);
    await expect(convert(picture)).rejects.toBeInstanceOf(ConversionError);
  });
});
