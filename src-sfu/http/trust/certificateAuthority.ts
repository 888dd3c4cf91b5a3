/**
 * Makes certificates: a local authority whose certificate phones can trust, and server certificates it signs. The library
 * behind it takes a third of a second to load, so this file is loaded only when a certificate has to be made.
 */
import 'reflect-metadata';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import { nameConstraints } from './nameConstraints.ts';

/** A certificate and its private key, as PEM. */
export interface KeyedCertificate {
  certificate: string;
  key: string;
}

const dayMs = 86_400_000;
/** Phones' clocks may be behind, by days: a certificate is good already a week before it was made. */
const backdatedMs = 7 * dayMs;
const authorityLifeMs = 10 * 365 * dayMs;
/** Apple takes no server certificate that is valid for longer than 398 days from its beginning. */
const serverLifeMs = 398 * dayMs - backdatedMs;

const keyKind = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const signature = { name: 'ECDSA', hash: 'SHA-256' } as const;

/**
 * A new authority, which can sign for local networks and these names only. Its own name says whose it is and since when, for the list
 * of authorities on a phone.
 */
export async function makeAuthority(
  owner: string,
  names: readonly string[],
  nowMs: number,
): Promise<KeyedCertificate> {
  const keys = await crypto.subtle.generateKey(keyKind, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [
      { O: ['Mingchu 明厨'] },
      { CN: [`Mingchu ${owner.slice(0, 40)} ${new Date(nowMs).toISOString().slice(0, 10)}`] },
    ],
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(nowMs + authorityLifeMs),
    signingAlgorithm: signature,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      nameConstraints(names),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await keyText(keys.privateKey) };
}

/** A certificate of the authority for a server with these names and addresses; there is at least one. */
export async function makeServerCertificate(
  authority: KeyedCertificate,
  names: readonly string[],
  nowMs: number,
): Promise<KeyedCertificate> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const issuerKey = await crypto.subtle.importKey('pkcs8', keyBytes(authority.key), keyKind, false, ['sign']);
  const keys = await crypto.subtle.generateKey(keyKind, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ O: ['Mingchu 明厨'] }, { CN: [(names[0] ?? 'localhost').slice(0, 64)] }],
    issuer: issuer.subjectName,
    notBefore: new Date(nowMs - backdatedMs),
    notAfter: new Date(Math.min(nowMs + serverLifeMs, issuer.notAfter.getTime())),
    signingAlgorithm: signature,
    publicKey: keys.publicKey,
    signingKey: issuerKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString('pem'), key: await keyText(keys.privateKey) };
}

/** 126 random bits, positive, without a leading zero. */
function serialNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

async function keyText(key: Awaited<ReturnType<typeof crypto.subtle.importKey>>): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');
}

function keyBytes(pem: string): ArrayBuffer {
  return x509.PemConverter.decodeFirst(pem);
}
