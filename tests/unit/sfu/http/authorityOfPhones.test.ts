import { X509Certificate } from 'node:crypto';
import 'reflect-metadata';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLocalCertificates } from '../../../../src-sfu/http/trust/certificateFiles.ts';
import {
  makeServerCertificate,
  type KeyedCertificate,
} from '../../../../src-sfu/http/trust/certificateAuthority.ts';
import { forbiddenNames, isConstrained } from '../../../../src-sfu/http/trust/nameConstraints.ts';
import { trust } from '../../../support/tlsTrust.ts';
import { missingNames } from '../../../../src-sfu/http/trust/certificateNames.ts';
import { StartError } from '../../../../src-sfu/base/startError.ts';

const dayMs = 86_400_000;
let folder: string;
let nowMs: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mingchu-tls-'));
  nowMs = Date.now();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => openLocalCertificates(folder, 'test-hub', () => nowMs);
const names = ['hub.example.cn', '192.0.2.7', '2001:db8::7', 'localhost', '127.0.0.1', '::1'];
const tlsFile = (name: string): string => join(folder, 'tls', name);

describe('the authority', () => {
  const authority = (): { certificate: string; key: string } => ({
    certificate: readFileSync(tlsFile('authority.crt'), 'utf8'),
    key: readFileSync(tlsFile('authority.key'), 'utf8'),
  });

  it.each(['bank.example.com', '*.example.com', '8.8.8.8', '2001:4860:4860::8888', 'evilhub.example.cn'])(
    'whose key was stolen makes nobody believe in %s',
    async (name) => {
      await open().issue(names);
      const stolen = authority();
      expect(forbiddenNames(new X509Certificate(stolen.certificate).raw, [name])).toEqual([name]);
      const forged = await makeServerCertificate(stolen, ['localhost', name], nowMs);
      expect(await trust(forged, stolen.certificate, 'localhost')).toBe('permitted subtree violation');
      const honest = await makeServerCertificate(stolen, ['localhost'], nowMs);
      expect(await trust(honest, stolen.certificate, 'localhost')).toBe('trusted');
    },
  );

  it.each(['10.1.2.3', '192.168.7.7', '192.0.2.99', 'fd00::1', 'other-name.local', 'desk.hub.example.cn'])(
    'stays when the hub is given %s',
    async (name) => {
      const first = await open().issue(names);
      const second = await open().issue([...names, name]);
      expect(second.authority).toBe(first.authority);
      expect(second.forbidden).toEqual([]);
      expect(missingNames(new X509Certificate(second.certificate), [name])).toEqual([]);
      expect(await trust(second, second.authority, 'localhost')).toBe('trusted');
    },
  );

  it('does not sign for a name that it may not, which leaves the others as they were', async () => {
    const first = await open().issue(names);
    const second = await open().issue([...names, 'new.example.com']);
    expect(second.forbidden).toEqual(['new.example.com']);
    expect(second.certificate).toBe(first.certificate);
    expect(await trust(second, second.authority, 'localhost')).toBe('trusted');
  });

  it('goes on while the certificate is rotated', async () => {
    const certificates = open();
    const first = await certificates.issue(names);
    const second = await certificates.rotate(names);
    expect(second.key).not.toBe(first.key);
    expect(second.authority).toBe(first.authority);
    expect(await certificates.issue(names)).toEqual(second);
    expect(await open().issue(names)).toEqual(second);
  });

  it('is replaced in two steps, also over a restart between them', async () => {
    const certificates = open();
    const first = await certificates.issue(names);
    expect(await certificates.useNextAuthority()).toBe(false);
    await certificates.prepareAuthority([...names, 'new.example.com']);
    expect((await certificates.issue(names)).authority).toBe(first.authority);
    const again = open();
    const next = await again.nextAuthority();
    expect(next).toMatch(/BEGIN CERTIFICATE/);
    expect(next).not.toBe(first.authority);
    expect((await again.issue(names)).certificate).toBe(first.certificate);
    expect(await again.useNextAuthority()).toBe(true);
    const second = await again.issue([...names, 'new.example.com']);
    expect(second).toMatchObject({ authority: next, forbidden: [] });
    expect(await trust(second, next, 'localhost')).toBe('trusted');
    expect(await trust(second, first.authority, 'localhost')).not.toBe('trusted');
    expect(await again.nextAuthority()).toBeUndefined();
    expect(await open().issue(names)).toEqual(await again.issue(names));
    expect(statSync(tlsFile('authority.key')).mode & 0o777).toBe(0o600);
  });
});

describe('an authority that was made before its names were limited', () => {
  /** As the hub made them before. */
  const makeOld = async (): Promise<void> => {
    const keyKind = { name: 'ECDSA', namedCurve: 'P-256' } as const;
    const keys = await crypto.subtle.generateKey(keyKind, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: 'CN=Mingchu old-hub',
      notAfter: new Date(nowMs + 3_000 * dayMs),
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      keys,
      extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
    });
    const key = x509.PemConverter.encode(
      await crypto.subtle.exportKey('pkcs8', keys.privateKey),
      'PRIVATE KEY',
    );
    mkdirSync(join(folder, 'tls'));
    writeFileSync(tlsFile('authority.crt'), certificate.toString('pem'));
    writeFileSync(tlsFile('authority.key'), key);
  };

  it('goes on signing for every name, and is told apart', async () => {
    await makeOld();
    const old = readFileSync(tlsFile('authority.crt'), 'utf8');
    const everywhere = [...names, 'new.example.com', '8.8.8.8'];
    const identity = await open().issue(everywhere);
    expect(identity).toMatchObject({ authority: old, forbidden: [] });
    expect(missingNames(new X509Certificate(identity.certificate), everywhere)).toEqual([]);
    expect(await trust(identity, old, 'new.example.com')).toBe('trusted');
    expect(isConstrained(new X509Certificate(old).raw)).toBe(false);
    const certificates = open();
    await certificates.prepareAuthority(names);
    expect(isConstrained(new X509Certificate((await certificates.nextAuthority()) ?? '').raw)).toBe(true);
    expect(await certificates.useNextAuthority()).toBe(true);
    const limited = await certificates.issue(names);
    expect(await trust(limited, limited.authority, 'hub.example.cn')).toBe('trusted');
  });
});

describe('a hub that was killed', () => {
  const pairOf = (name: string): KeyedCertificate => ({
    certificate: readFileSync(tlsFile(`${name}.crt`), 'utf8'),
    key: readFileSync(tlsFile(`${name}.key`), 'utf8'),
  });
  const put = (file: string, text: string): void => writeFileSync(tlsFile(file), text);
  type Step = (pair: KeyedCertificate, name: string) => void;
  /** What is on the disk, one after the other, while `name` is replaced by `pair`. */
  const writing: Step[] = [
    ({ key }, name) => put(`${name}.key.new`, key.slice(0, 40)),
    ({ key }, name) => put(`${name}.key.new`, key),
    ({ certificate }, name) => put(`${name}.crt.new`, certificate.slice(0, 40)),
    ({ certificate }, name) => put(`${name}.crt.new`, certificate),
    (_pair, name) => renameSync(tlsFile(`${name}.key.new`), tlsFile(`${name}.key`)),
    (_pair, name) => renameSync(tlsFile(`${name}.crt.new`), tlsFile(`${name}.crt`)),
  ];
  const removing: Step[] = ['key', 'crt'].map((ending) => () => rmSync(tlsFile(`next-authority.${ending}`)));
  const finishing = [...writing, ...removing];
  const steps = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

  it.each(steps(finishing.length))(
    'after step %i of taking another authority has the one or the other, and can finish',
    async (done) => {
      const certificates = open();
      const first = await certificates.issue(names);
      await certificates.prepareAuthority(names);
      const following = pairOf('next-authority');
      for (const step of finishing.slice(0, done)) step(following, 'authority');
      const again = open();
      const identity = await again.issue(names);
      expect([first.authority, following.certificate]).toContain(identity.authority);
      expect(await trust(identity, identity.authority, 'localhost')).toBe('trusted');
      const isInUse = identity.authority === following.certificate;
      expect(isInUse).toBe(done >= 5);
      expect(await again.nextAuthority()).toBe(isInUse ? undefined : following.certificate);
      expect(await again.useNextAuthority()).toBe(!isInUse);
      expect((await again.issue(names)).authority).toBe(following.certificate);
      expect((await open().issue(names)).authority).toBe(following.certificate);
      expect(await open().nextAuthority()).toBeUndefined();
    },
  );

  it.each(steps(writing.length))('after step %i of another certificate has a good one', async (done) => {
    const first = await open().issue(names);
    const another = await makeServerCertificate(pairOf('authority'), names, nowMs);
    for (const step of writing.slice(0, done)) step(another, 'server');
    const identity = await open().issue(names);
    expect([first.certificate, another.certificate]).toContain(identity.certificate);
    expect(await trust(identity, first.authority, 'localhost')).toBe('trusted');
  });

  it.each(steps(writing.length))('after step %i of preparing an authority can prepare one', async (done) => {
    const certificates = open();
    const first = await certificates.issue(names);
    await certificates.prepareAuthority(names);
    const prepared = pairOf('next-authority');
    for (const ending of ['key', 'crt']) rmSync(tlsFile(`next-authority.${ending}`));
    for (const step of writing.slice(0, done)) step(prepared, 'next-authority');
    const again = open();
    expect((await again.issue(names)).authority).toBe(first.authority);
    await again.prepareAuthority(names);
    expect(await again.useNextAuthority()).toBe(true);
    const second = await again.issue(names);
    expect(await trust(second, second.authority, 'localhost')).toBe('trusted');
  });
});

describe('files of the authority', () => {
  it('that cannot be read are no reason to make another one', async () => {
    const { authority } = await open().issue(names);
    rmSync(tlsFile('authority.key'));
    mkdirSync(tlsFile('authority.key'));
    await expect(open().issue(names)).rejects.toThrow(StartError);
    expect(readFileSync(tlsFile('authority.crt'), 'utf8')).toBe(authority);
  });

  it('are kept as they are when another one cannot be stored, on the disk and in use', async () => {
    const certificates = open();
    const first = await certificates.issue(names);
    for (const file of ['server.key.new', 'next-authority.key.new']) mkdirSync(tlsFile(file));
    await expect(certificates.rotate(names)).rejects.toThrow(/EISDIR/);
    await expect(certificates.prepareAuthority(names)).rejects.toThrow(/EISDIR/);
    expect(await certificates.nextAuthority()).toBeUndefined();
    expect(await certificates.issue(names)).toEqual(first);
    expect(await open().issue(names)).toEqual(first);
  });
});

describe('commands that come at the same time', () => {
  it('leave one authority and one certificate of it', async () => {
    const certificates = open();
    await certificates.issue(names);
    await Promise.all([
      certificates.prepareAuthority(names),
      certificates.rotate(names),
      certificates.prepareAuthority(names),
      certificates.useNextAuthority(),
      certificates.rotate(names),
      certificates.issue(names),
    ]);
    const identity = await certificates.issue(names);
    expect(await open().issue(names)).toEqual(identity);
    expect(await trust(identity, identity.authority, 'localhost')).toBe('trusted');
  });

  it('prepare one authority: phones may have installed it already', async () => {
    const certificates = open();
    await certificates.issue(names);
    await certificates.prepareAuthority(names);
    const prepared = await certificates.nextAuthority();
    await open().prepareAuthority(names);
    expect(await open().nextAuthority()).toBe(prepared);
    await open().prepareAuthority([...names, 'new.example.com']);
    expect(await open().nextAuthority()).not.toBe(prepared);
  });
});

describe('an authority that ends', () => {
  it('is followed by the one that phones have already', async () => {
    const certificates = open();
    await certificates.issue(names);
    nowMs += 3_000 * dayMs;
    await certificates.prepareAuthority(names);
    const prepared = await certificates.nextAuthority();
    nowMs += 640 * dayMs;
    const identity = await open().issue(names);
    expect(identity.authority).toBe(prepared);
    expect(await open().nextAuthority()).toBeUndefined();
  });
});
