import type { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createOwnHosts } from '../../../../src-sfu/http/ownHosts.ts';

describe('the hub’s own names', () => {
  let address = '10.0.0.7';
  let nowMs = 0;
  const create = (listenHost = '0.0.0.0') =>
    createOwnHosts({
      tlsNames: 'hub.example.cn, *.wall.example.cn',
      hostNames: 'proxy.example.cn',
      listenHost,
      announcedAddresses: ['192.0.2.7'],
      isInCertificate: (name) => name === 'certificate.example.cn',
      nowMs: () => nowMs,
      interfaces: () =>
        ({ eth0: [{ address, family: 'IPv4', internal: false }] }) as unknown as ReturnType<
          typeof networkInterfaces
        >,
    });

  it.each([
    ...['localhost:7400', '127.0.0.1', '[::1]:7400', '10.0.0.7:7400', '192.0.2.7', 'hub.example.cn:7443'],
    ...['one.wall.example.cn', 'proxy.example.cn', 'certificate.example.cn', 'Hub.Example.CN.'],
  ])('are those like %s', (host) => {
    expect(create().isOwn(host, undefined)).toBe(true);
  });

  it.each([
    ...['evil.example', '10.0.0.8', 'x.hub.example.cn', 'wall.example.cn', 'a.b.wall.example.cn', '', ' '],
    ...['hub.example.cn:x', 'a@localhost', 'localhost/', '0.0.0.0', '[::]', '[::1', undefined],
  ])('are none like %s', (host) => {
    expect(create().isOwn(host, undefined)).toBe(false);
  });

  it('hold the address that the connection came to, also when it is new or seen as IPv6', () => {
    expect(create().isOwn('198.51.100.3:7400', '::ffff:198.51.100.3')).toBe(true);
    expect(create().isOwn('[fe80::1]:7400', 'fe80::1%eth0')).toBe(true);
    expect(create().isOwn('198.51.100.3', '198.51.100.4')).toBe(false);
  });

  it('follow the machine to another address', () => {
    const hosts = create();
    expect(hosts.isOwn('10.0.0.9', undefined)).toBe(false);
    address = '10.0.0.9';
    nowMs += 5_000;
    expect(hosts.isOwn('10.0.0.9', undefined)).toBe(true);
    expect(hosts.isOwn('10.0.0.7', undefined)).toBe(false);
  });

  it('hold the one address that the hub listens on', () => {
    expect(create('203.0.113.5').isOwn('203.0.113.5:7400', undefined)).toBe(true);
  });
});
