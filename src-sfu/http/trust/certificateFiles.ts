import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSequence } from '../../base/sequence.ts';
import { StartError } from '../../base/startError.ts';
import type { KeyedCertificate } from './certificateAuthority.ts';
import { missingNames } from './certificateNames.ts';
import { openCertificatePairs } from './certificatePairs.ts';

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

/** Certificates that the hub makes by itself, in the folder `tls` of its data folder. All of them throw when they cannot be stored. */
export interface LocalCertificates {
  /** The certificate for these names: the one there is while it is good, else a new one. */
  issue(names: readonly string[]): Promise<ServerIdentity>;
  /** A new certificate with a new key, by the same authority: phones notice nothing. */
  rotate(names: readonly string[]): Promise<ServerIdentity>;
  /**
   * Makes the authority that phones install from now on; the one before goes on signing until `useNextAuthority`. One that is prepared
   * already stays, because phones may have it, unless it may not sign for one of these names.
   */
  prepareAuthority(names: readonly string[]): Promise<void>;
  /** PEM of the authority that is prepared. */
  nextAuthority(): Promise<string | undefined>;
  /** The next `issue` is signed by the prepared authority; the one before is forgotten. False when none is prepared. */
  useNextAuthority(): Promise<boolean>;
}

/** `dataDir` may be `:memory:`: then nothing is kept. */
export function openLocalCertificates(
  dataDir: string,
  owner: string,
  nowMs: () => number,
): LocalCertificates {
  const pairs = openCertificatePairs(dataDir === ':memory:' ? undefined : join(dataDir, 'tls'));
  const make = () => import('./certificateAuthority.ts');
  const { exclusive } = createSequence();
  let authority: KeyedCertificate | undefined;
  let next: KeyedCertificate | undefined;
  let server: KeyedCertificate | undefined;

  const readNext = async (): Promise<KeyedCertificate | undefined> => {
    next ??= await pairs.read('next-authority');
    authority ??= await pairs.read('authority');
    // Ended before the files of a prepared authority that is in use were removed.
    if (next !== undefined && next.certificate === authority?.certificate) next = undefined;
    return next;
  };
  const useNext = async (): Promise<boolean> => {
    const following = await readNext();
    if (following === undefined) return false;
    await pairs.write('authority', following);
    authority = following;
    next = undefined;
    await pairs.remove('next-authority');
    return true;
  };
  const readAuthority = async (names: readonly string[]): Promise<KeyedCertificate> => {
    authority ??= await pairs.read('authority');
    const ends = (one: KeyedCertificate): boolean => endsBefore(one, nowMs() + renewBeforeMs);
    if (authority !== undefined && !ends(authority)) return authority;
    const following = await readNext();
    if (following !== undefined && !ends(following) && (await useNext())) return following;
    const made = await (await make()).makeAuthority(owner, names, nowMs());
    await pairs.write('authority', made);
    return (authority = made);
  };
  const issue = async (names: readonly string[], isRotated: boolean): Promise<ServerIdentity> => {
    const signer = await readAuthority(names);
    server ??= await pairs.read('server');
    if (!isRotated && server !== undefined && isGood(server, signer, names, nowMs()))
      return { ...server, authority: signer.certificate, forbidden: [] };
    const forbidden = await forbiddenBy(signer, names);
    const held = names.filter((name) => !forbidden.includes(name));
    if (isRotated || server === undefined || !isGood(server, signer, held, nowMs())) {
      const made = await (await make()).makeServerCertificate(signer, held, nowMs());
      await pairs.write('server', made);
      server = made;
    }
    return { ...server, authority: signer.certificate, forbidden };
  };
  return {
    issue: (names) => exclusive(() => issue(names, false)),
    rotate: (names) => exclusive(() => issue(names, true)),
    prepareAuthority: (names) =>
      exclusive(async () => {
        const prepared = await readNext();
        if (prepared !== undefined && (await forbiddenBy(prepared, names)).length === 0) return;
        const made = await (await make()).makeAuthority(owner, names, nowMs());
        await pairs.write('next-authority', made);
        next = made;
      }),
    nextAuthority: () => exclusive(async () => (await readNext())?.certificate),
    useNextAuthority: () => exclusive(useNext),
  };
}

async function forbiddenBy({ certificate }: KeyedCertificate, names: readonly string[]): Promise<string[]> {
  const { forbiddenNames } = await import('./nameConstraints.ts');
  return forbiddenNames(new X509Certificate(certificate).raw, names);
}

/** Errors of the system that a wrong path or wrong rights bring; others, such as EIO, may pass. */
const wrongPaths: readonly string[] = ['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM'];

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
      { isLasting: true },
    );
  }
  try {
    parsedKey = createPrivateKey(key);
  } catch {
    throw new StartError(
      `${keyPath} (MINGCHU_TLS_KEY) holds no private key that can be read. It must be PEM without a password.`,
      { isLasting: true },
    );
  }
  if (!parsed.checkPrivateKey(parsedKey)) {
    throw new StartError(
      `The key in ${keyPath} does not belong to the certificate in ${certificatePath}. Name the key the certificate was made for.`,
      { isLasting: true },
    );
  }
  if (Date.parse(parsed.validTo) <= nowMs) {
    throw new StartError(
      `The certificate in ${certificatePath} ended on ${parsed.validTo}. Put a new one there, or leave out tlsCertificate and tlsKey and the hub makes its own.`,
      { isLasting: true },
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
    const { code = '' } = error as NodeJS.ErrnoException;
    const cause = code === 'ENOENT' ? 'there is no such file' : String(error);
    throw new StartError(
      `The file ${path} named by "${setting}" (${variable}) cannot be read: ${cause}. Correct the path or the file's rights.`,
      { isLasting: wrongPaths.includes(code) },
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
