import { createECDH } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Bytes of a P-256 point and of its secret number. */
const publicBytes = 65;
const privateBytes = 32;

const fileSchema = z.object({ publicKey: z.string(), privateKey: z.string() });

/**
 * The key pair by which push services know this hub, in `push.key` of the data folder, readable by its owner only. Made once: with another
 * one every phone would have to subscribe again. Throws when the file is damaged.
 */
export function readOrMakePushKeys(dataDir: string): z.output<typeof fileSchema> {
  if (dataDir === ':memory:') return makeKeys();
  const path = join(dataDir, 'push.key');
  try {
    const file = openSync(path, 'wx', 0o600);
    const keys = makeKeys();
    writeSync(file, JSON.stringify(keys));
    fsyncSync(file);
    closeSync(file);
    return keys;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  try {
    const keys = fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
    if (Buffer.from(keys.publicKey, 'base64url').length !== publicBytes) throw new Error('no point');
    if (Buffer.from(keys.privateKey, 'base64url').length !== privateBytes) throw new Error('no number');
    return keys;
  } catch (error) {
    throw new Error(`${path} is damaged. Remove it; phones then subscribe again by themselves.`, {
      cause: error,
    });
  }
}

function makeKeys(): z.output<typeof fileSchema> {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  const secret = Buffer.concat([Buffer.alloc(privateBytes), pair.getPrivateKey()]).subarray(-privateBytes);
  return { publicKey: pair.getPublicKey('base64url'), privateKey: secret.toString('base64url') };
}
