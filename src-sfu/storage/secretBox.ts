import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Seals small secrets, such as camera passwords, for keeping in the store. What is sealed for a place, such as a camera
 * and its host, can be opened only with the same words for that place.
 */
export interface SecretBox {
  /** AES-256-GCM; each call gives another text. */
  seal(secret: string, boundTo?: string): string;
  /** Throws when the text was sealed with another key or for another place, or was changed. */
  open(sealed: string, boundTo?: string): string;
}

const freeMark = 'v1.';
const boundMark = 'v2.';
const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** The box whose key lies in the data folder beside the database (`hub.key`, readable by its owner only). */
export function openSecretBox(dataDir: string): SecretBox {
  return createSecretBox(readOrMakeKey(dataDir));
}

/** A box with a key of 32 bytes. */
export function createSecretBox(key: Buffer): SecretBox {
  return {
    seal(secret, boundTo) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
      if (boundTo !== undefined) cipher.setAAD(Buffer.from(boundTo, 'utf8'));
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      const mark = boundTo === undefined ? freeMark : boundMark;
      return `${mark}${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')}`;
    },
    open(sealed, boundTo) {
      const mark = boundTo === undefined ? freeMark : boundMark;
      if (!sealed.startsWith(mark)) throw new Error('this is not a sealed secret of this kind');
      const bytes = Buffer.from(sealed.slice(mark.length), 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      if (boundTo !== undefined) decipher.setAAD(Buffer.from(boundTo, 'utf8'));
      decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
      return Buffer.concat([
        decipher.update(bytes.subarray(nonceBytes + tagBytes)),
        decipher.final(),
      ]).toString('utf8');
    },
  };
}

/** By which people and backups know the key of a data folder without knowing the key; undefined where there is no usable one. */
export function sealingKeyFingerprint(dataDir: string): string | undefined {
  try {
    const key = Buffer.from(readFileSync(join(dataDir, 'hub.key'), 'utf8'), 'base64');
    if (key.length !== keyBytes) return undefined;
    return createHash('sha256').update('mingchu sealing key').update(key).digest('hex').slice(0, 16);
  } catch {
    return undefined;
  }
}

function readOrMakeKey(dataDir: string): Buffer {
  if (dataDir === ':memory:') return randomBytes(keyBytes);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'hub.key');
  try {
    const file = openSync(path, 'wx', 0o600);
    const key = randomBytes(keyBytes);
    writeSync(file, key.toString('base64'));
    fsyncSync(file);
    closeSync(file);
    return key;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const key = Buffer.from(readFileSync(path, 'utf8'), 'base64');
  if (key.length !== keyBytes) {
    throw new Error(
      `${path} is damaged: it must hold ${keyBytes} bytes in base64. Put it back from a backup; camera passwords cannot be read without it.`,
    );
  }
  return key;
}
