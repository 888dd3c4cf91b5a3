import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  openLocalCertificates,
  readOwnCertificate,
} from '../../../../src-sfu/http/trust/certificateFiles.ts';
import { trust } from '../../../support/tlsTrust.ts';
import { machineNames, missingNames } from '../../../../src-sfu/http/trust/certificateNames.ts';
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

describe('the hub’s own certificate', () => {
  it('is trusted by who trusts the authority, and by nobody else', async () => {
    const identity = await open().issue(names);
    expect(await trust(identity, identity.authority, 'hub.example.cn')).toBe('trusted');
    expect(await trust(identity, identity.authority, 'other.example.cn')).toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
    expect(await trust(identity, undefined, 'hub.example.cn')).toMatch(/SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/);
    const strange = await openLocalCertificates(':memory:', 'strange', () => nowMs).issue(names);
    expect(await trust(identity, strange.authority, 'hub.example.cn')).not.toBe('trusted');
  });

  it('holds every name and address it was asked for', async () => {
    const certificate = new X509Certificate((await open().issue(names)).certificate);
    expect(missingNames(certificate, names)).toEqual([]);
    expect(missingNames(certificate, ['192.0.2.8', 'other.example.cn'])).toEqual([
      '192.0.2.8',
      'other.example.cn',
    ]);
  });

  it('is what phones take: an authority that signs nothing but servers, a server valid for at most 398 days', async () => {
    const identity = await open().issue(names);
    const server = new X509Certificate(identity.certificate);
    const authority = new X509Certificate(identity.authority ?? '');
    expect(authority.ca).toBe(true);
    expect(server.ca).toBe(false);
    expect(server.checkIssued(authority)).toBe(true);
    expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(Date.parse(server.validTo) - Date.parse(server.validFrom)).toBeLessThanOrEqual((397 + 2) * dayMs);
    expect(Date.parse(server.validTo) - nowMs).toBeLessThanOrEqual(398 * dayMs);
  });

  it('lies in the data folder with keys that only the hub can read', async () => {
    await open().issue(names);
    for (const name of ['authority.key', 'server.key']) {
      expect(statSync(tlsFile(name)).mode & 0o777).toBe(0o600);
    }
    expect(statSync(join(folder, 'tls')).mode & 0o777).toBe(0o700);
  });

  it('stays over a restart, and so does the authority', async () => {
    const first = await open().issue(names);
    expect(await open().issue(names)).toEqual(first);
  });

  it('is renewed 30 days before it ends, by the same authority', async () => {
    const first = await open().issue(names);
    nowMs += 360 * dayMs;
    expect(await open().issue(names)).toEqual(first);
    nowMs += 2 * dayMs;
    const second = await open().issue(names);
    expect(second.certificate).not.toBe(first.certificate);
    expect(second.authority).toBe(first.authority);
  });

  it('is renewed for a new address, and not when an address is gone', async () => {
    const certificates = open();
    const first = await certificates.issue(names);
    expect(await certificates.issue(names.slice(1))).toEqual(first);
    const second = await certificates.issue([...names, '192.0.2.99']);
    expect(second.authority).toBe(first.authority);
    expect(missingNames(new X509Certificate(second.certificate), ['192.0.2.99'])).toEqual([]);
  });

  it('is renewed when its key is damaged or does not belong to it', async () => {
    const first = await open().issue(names);
    writeFileSync(tlsFile('server.key'), readFileSync(tlsFile('authority.key')));
    const second = await open().issue(names);
    expect(second.authority).toBe(first.authority);
    expect(await trust(second, first.authority, 'localhost')).toBe('trusted');
    writeFileSync(tlsFile('server.key'), 'damaged');
    expect(await trust(await open().issue(names), first.authority, 'localhost')).toBe('trusted');
  });
});

describe('clocks that are wrong', () => {
  it.each([-6, 0, 380])('by %i days take the certificate and its authority', async (days) => {
    const identity = await open().issue(names);
    for (const pem of [identity.certificate, identity.authority ?? '']) {
      const certificate = new X509Certificate(pem);
      expect(Date.parse(certificate.validFrom)).toBeLessThan(nowMs + days * dayMs);
      expect(Date.parse(certificate.validTo)).toBeGreaterThan(nowMs + days * dayMs);
    }
  });
});

describe('the operator’s own certificate', () => {
  const failure = (certificatePath: string, keyPath: string): string => {
    try {
      readOwnCertificate(certificatePath, keyPath, nowMs);
    } catch (error) {
      expect(error).toBeInstanceOf(StartError);
      const { message, isLasting } = error as StartError;
      // Only a clock mends itself.
      expect(isLasting).toBe(!message.includes('clock'));
      return message;
    }
    throw new Error('the certificate was taken');
  };

  it('is used with its key, and there is no authority to install', async () => {
    await open().issue(names);
    const own = readOwnCertificate(tlsFile('server.crt'), tlsFile('server.key'), nowMs);
    expect(own.authority).toBeUndefined();
    expect(own.certificate).toBe(readFileSync(tlsFile('server.crt'), 'utf8'));
  });

  it('is refused with the words for what is wrong', async () => {
    await open().issue(names);
    const certificate = tlsFile('server.crt');
    const key = tlsFile('server.key');
    expect(failure(certificate, tlsFile('authority.key'))).toMatch(/does not belong to the certificate/);
    expect(failure(certificate, join(folder, 'none.key'))).toMatch(
      /none\.key .*MINGCHU_TLS_KEY.*no such file/,
    );
    expect(failure(key, key)).toMatch(/holds no PEM certificate/);
    expect(failure(certificate, certificate)).toMatch(/holds no private key/);
    nowMs += 400 * dayMs;
    expect(failure(certificate, key)).toMatch(/ended on/);
    nowMs -= 410 * dayMs;
    expect(failure(certificate, key)).toMatch(/good only from/);
  });
});

describe('the names of a machine', () => {
  const address = (text: string, internal = false) =>
    ({ address: text, internal, family: text.includes(':') ? 'IPv6' : 'IPv4' }) as never;

  it('are those of the settings first, then its addresses, then its own', () => {
    const interfaces = {
      lo: [address('127.0.0.1', true)],
      eth0: [address('fe80::1'), address('2001:db8::1'), address('192.0.2.7')],
    };
    const machine = machineNames(' Hub.Example.cn , 198.51.100.1,', interfaces, 'hall');
    expect(machine.all).toEqual([
      'hub.example.cn',
      '198.51.100.1',
      '192.0.2.7',
      '2001:db8::1',
      'hall',
      'hall.local',
      'localhost',
      '127.0.0.1',
      '::1',
    ]);
    expect(machine.named).toEqual(['hub.example.cn', '198.51.100.1']);
    expect(machine.reachable).toEqual(['192.0.2.7', '2001:db8::1']);
  });

  it('leave out a host name that no certificate may hold', () => {
    expect(machineNames('', {}, 'my_host!').all).toEqual(['localhost', '127.0.0.1', '::1']);
  });
});
