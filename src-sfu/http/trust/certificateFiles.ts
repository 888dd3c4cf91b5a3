import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StartError } from '../../base/startError.ts';
import type { KeyedCertificate } from './certificateAuthority.ts';
import { missingNames } from './certificateNames.ts';
import { forbiddenNames } from './nameConstraints.ts';

/** What a server shows, and what phones have to trust for it. */
export interface ServerIdentity extends KeyedCertificate {
  /** PEM of the local authority; undefined with the operator's own certificate. */
  authority: string | undefined;
  /** Names that the certificate does not hold, because the authority may not sign for them. */
  forbidden: string[];
}

const dayMs = 86_400_000;
/** A server certificate is renewed this long before it ends. */
const renewBeforeMs = 30 * dayMs;

/** Certificates that the hub makes by itself, in the folder `tls` of its data folder. */
export interface LocalCertificates {
  /** The certificate for these names: the one there is while it is good, else a new one. */
  issue(names: readonly string[]): Promise<ServerIdentity>;
  /** The next `issue` makes a new certificate with a new key, by the same authority: phones notice nothing. */
  rotateServer(): void;
  /** Makes the authority that phones install from now on; the one before goes on signing until `useNextAuthority`. */
  prepareAuthority(names: readonly string[]): Promise<void>;
  /** PEM of the authority that was prepared. */
  nextAuthority(): Promise<string | undefined>;
  /** The next `issue` is signed by the prepared authority; the one before is forgotten. False when none was prepared. */
  useNextAuthority(): Promise<boolean>;
}

/** `dataDir` may be `:memory:`: then nothing is kept. */
export function openLocalCertificates(
  dataDir: string,
  owner: string,
  nowMs: () => number,
): LocalCertificates {
  const folder = dataDir === ':memory:' ? undefined : join(dataDir, 'tls');
  const make = () => import('./certificateAuthority.ts');
  let authority: KeyedCertificate | undefined;
  let next: KeyedCertificate | undefined;
  let server: KeyedCertificate | undefined;
  let isServerRotated = false;
  return {
    async issue(names) {
      authority ??= await readPair(folder, 'authority');
      if (authority === undefined || endsBefore(authority, nowMs() + renewBeforeMs)) {
        authority = await (await make()).makeAuthority(owner, names, nowMs());
        await writePair(folder, 'authority', authority);
      }
      const forbidden = forbiddenNames(new X509Certificate(authority.certificate).raw, names);
      const held = names.filter((name) => !forbidden.includes(name));
      server ??= await readPair(folder, 'server');
      if (isServerRotated || server === undefined || !isGood(server, authority, held, nowMs())) {
        server = await (await make()).makeServerCertificate(authority, held, nowMs());
        await writePair(folder, 'server', server);
        isServerRotated = false;
      }
      return { ...server, authority: authority.certificate, forbidden };
    },
    rotateServer: () => void (isServerRotated = true),
    async prepareAuthority(names) {
      next = await (await make()).makeAuthority(owner, names, nowMs());
      await writePair(folder, 'next-authority', next);
    },
    async nextAuthority() {
      next ??= await readPair(folder, 'next-authority');
      return next?.certificate;
    },
    async useNextAuthority() {
      next ??= await readPair(folder, 'next-authority');
      if (next === undefined) return false;
      await writePair(folder, 'authority', next);
      if (folder !== undefined) {
        for (const ending of ['key', 'crt'])
          await rm(join(folder, `next-authority.${ending}`), { force: true });
      }
      authority = next;
      next = undefined;
      return true;
    },
  };
}

/** The operator's own certificate (with its chain) and key. Throws StartError with what is wrong and what to do. */
export function readOwnCertificate(certificatePath: string, keyPath: string, nowMs: number): ServerIdentity {
  const certificate = readNamed(certificatePath, 'tlsCertificate', 'MINGCHU_TLS_CERTIFICATE');
  const key = readNamed(keyPath, 'tlsKey', 'MINGCHU_TLS_KEY');
  let parsed: X509Certificate;
  let parsedKey: KeyObject;
  try {
    parsed = new X509Certificate(certificate);
  } catch {
    throw new StartError(
      `${certificatePath} (MINGCHU_TLS_CERTIFICATE) holds no PEM certificate. It must begin with "-----BEGIN CERTIFICATE-----"; put the server's certificate first, then its chain.`,
    );
  }
  try {
    parsedKey = createPrivateKey(key);
  } catch {
    throw new StartError(
      `${keyPath} (MINGCHU_TLS_KEY) holds no private key that can be read. It must be PEM without a password.`,
    );
  }
  if (!parsed.checkPrivateKey(parsedKey)) {
    throw new StartError(
      `The key in ${keyPath} does not belong to the certificate in ${certificatePath}. Name the key the certificate was made for.`,
    );
  }
  if (Date.parse(parsed.validTo) <= nowMs) {
    throw new StartError(
      `The certificate in ${certificatePath} ended on ${parsed.validTo}. Put a new one there, or leave out tlsCertificate and tlsKey and the hub makes its own.`,
    );
  }
  if (Date.parse(parsed.validFrom) > nowMs) {
    throw new StartError(
      `The certificate in ${certificatePath} is good only from ${parsed.validFrom} on. Check this machine's clock.`,
    );
  }
  return { certificate, key, authority: undefined, forbidden: [] };
}

function readNamed(path: string, setting: string, variable: string): string {
  try {
    // A mark of UTF-8 before the first line hides that line from OpenSSL.
    return readFileSync(path, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    const cause =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : String(error);
    throw new StartError(
      `The file ${path} named by "${setting}" (${variable}) cannot be read: ${cause}. Correct the path or the file's rights.`,
    );
  }
}

function isGood(
  server: KeyedCertificate,
  authority: KeyedCertificate,
  names: readonly string[],
  nowMs: number,
): boolean {
  const certificate = new X509Certificate(server.certificate);
  const issuer = new X509Certificate(authority.certificate);
  return (
    !endsBefore(server, nowMs + renewBeforeMs) &&
    Date.parse(certificate.validFrom) <= nowMs &&
    certificate.verify(issuer.publicKey) &&
    missingNames(certificate, names).length === 0
  );
}

function endsBefore({ certificate }: KeyedCertificate, atMs: number): boolean {
  return Date.parse(new X509Certificate(certificate).validTo) < atMs;
}

/** The stored pair; undefined when it is missing or damaged, so that a new one is made. */
async function readPair(folder: string | undefined, name: string): Promise<KeyedCertificate | undefined> {
  if (folder === undefined) return undefined;
  try {
    const [certificate, key] = await Promise.all([
      readFile(join(folder, `${name}.crt`), 'utf8'),
      readFile(join(folder, `${name}.key`), 'utf8'),
    ]);
    const belongs = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
    return belongs ? { certificate, key } : undefined;
  } catch {
    return undefined;
  }
}

/** The key first: a certificate without its key would be of no use. */
async function writePair(folder: string | undefined, name: string, pair: KeyedCertificate): Promise<void> {
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await replaceFile(join(folder, `${name}.key`), pair.key, 0o600);
  await replaceFile(join(folder, `${name}.crt`), pair.certificate, 0o644);
}

async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const file = await open(`${path}.new`, 'w', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  // The mode of an older file of that name would have stayed.
  await chmod(`${path}.new`, mode);
  await rename(`${path}.new`, path);
}
