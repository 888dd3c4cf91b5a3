import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../../base/startError.ts';
import type { KeyedCertificate } from './certificateAuthority.ts';

/** Pairs of a certificate and its key in a folder: `NAME.crt` and `NAME.key`. */
export interface CertificatePairs {
  /** Undefined when the pair is missing or damaged, so that a new one is made. Throws StartError when it is there and cannot be read. */
  read(name: string): Promise<KeyedCertificate | undefined>;
  /**
   * Puts a pair in the place of the one before. Whatever ends the process meanwhile, there is afterwards the one or the other: a
   * mixture would lose an authority that phones trust.
   */
  write(name: string, pair: KeyedCertificate): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Keeps nothing where there is no folder. */
export function openCertificatePairs(folder: string | undefined): CertificatePairs {
  if (folder === undefined) {
    return {
      read: () => Promise.resolve(undefined),
      write: () => Promise.resolve(),
      remove: () => Promise.resolve(),
    };
  }
  const paths = (name: string) => ({
    certificate: join(folder, `${name}.crt`),
    key: join(folder, `${name}.key`),
  });
  return {
    async read(name) {
      const { certificate, key } = paths(name);
      const stored = await readTogether(certificate, key);
      if (stored !== undefined) return stored;
      // Ended between the two renames of `write`: the half that is not in its place yet lies beside it, whole.
      for (const path of [certificate, key]) {
        const beside = `${path}.new`;
        const pair = path === key ? await readTogether(certificate, beside) : await readTogether(beside, key);
        if (pair === undefined) continue;
        await rename(beside, path);
        return pair;
      }
      return undefined;
    },
    async write(name, pair) {
      const { certificate, key } = paths(name);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeBeside(key, pair.key, 0o600);
      await writeBeside(certificate, pair.certificate, 0o644);
      await rename(`${key}.new`, key);
      await rename(`${certificate}.new`, certificate);
      await syncFolder(folder);
    },
    async remove(name) {
      const { certificate, key } = paths(name);
      for (const path of [key, certificate]) {
        await rm(path, { force: true });
        await rm(`${path}.new`, { force: true });
      }
      await syncFolder(folder);
    },
  };
}

async function readTogether(certificatePath: string, keyPath: string): Promise<KeyedCertificate | undefined> {
  const certificate = await readText(certificatePath);
  const key = certificate === undefined ? undefined : await readText(keyPath);
  if (certificate === undefined || key === undefined) return undefined;
  try {
    const belongs = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
    return belongs ? { certificate, key } : undefined;
  } catch {
    return undefined;
  }
}

/** A file that is there and cannot be read is no reason to make another authority, which no phone trusts. */
async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StartError(
      `The hub's certificates cannot be read: ${(error as Error).message}. Give this file back to the hub's user.`,
    );
  }
}

async function writeBeside(path: string, text: string, mode: number): Promise<void> {
  const beside = `${path}.new`;
  const file = await open(beside, 'w', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  // The mode of an older file of that name would have stayed.
  await chmod(beside, mode);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
