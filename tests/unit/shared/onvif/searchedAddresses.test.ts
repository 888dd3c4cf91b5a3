import { describe, expect, it } from 'vitest';
import { readSearchedAddresses } from '../../../../src-shared/onvif/searchedAddresses.ts';

const hosts = (text: string): string[] => {
  const read = readSearchedAddresses(text);
  return read.type === 'places'
    ? read.places.map(({ host, port }) => (port === undefined ? host : `${host}:${port}`))
    : [read.type];
};

describe('typed addresses', () => {
  it('are single ones, ranges and networks, each once', () => {
    expect(hosts('192.168.1.20\n192.168.1.20， CAM-7.local:8080')).toEqual([
      '192.168.1.20',
      'cam-7.local:8080',
    ]);
    expect(hosts('192.168.1.10-12')).toEqual(['192.168.1.10', '192.168.1.11', '192.168.1.12']);
    expect(hosts('10.0.0.254-10.0.1.1:81')).toEqual([
      '10.0.0.254:81',
      '10.0.0.255:81',
      '10.0.1.0:81',
      '10.0.1.1:81',
    ]);
    expect(hosts('192.168.7.77/24')).toHaveLength(254);
    expect(hosts('192.168.7.4/31')).toEqual(['192.168.7.4', '192.168.7.5']);
    expect(hosts('')).toEqual([]);
  });

  it('are also those of IPv6, alone or in brackets before a port, each once however it is written', () => {
    expect(hosts('2001:DB8:0:0::7, [2001:db8::7], [2001:db8::7]:8080, fd00::5, [::1]:80')).toEqual([
      '2001:db8::7',
      '2001:db8::7:8080',
      'fd00::5',
      '::1:80',
    ]);
    expect(hosts('0:0:0:1::, 1:2:3:4:5:6:7:8, 2001:0DB8:1:0:0:2:0:0, [::]')).toEqual([
      '0:0:0:1::',
      '1:2:3:4:5:6:7:8',
      '2001:db8:1::2:0:0',
      '::',
    ]);
  });

  it('are 1,024 at most', () => {
    expect(hosts('10.0.0.0/22')).toHaveLength(1_022);
    expect(hosts('10.0.0.0/21')).toEqual(['tooMany']);
    expect(hosts('10.0.0.0/8')).toEqual(['tooMany']);
    expect(hosts('10.0.0.0/22 10.9.0.1-9')).toEqual(['tooMany']);
  });

  it.each([
    '192.168.1',
    '192.168.1.256',
    '1.2.3.4:0',
    '1.2.3.4:70000',
    '1.2.3.9-2',
    '1.2.3.4/33',
    'a b$',
    'http://x',
    '-x',
    '::1',
    '[2001:db8::7]:0',
    '[2001:db8::7]:70000',
    '[2001:db8::7::1]',
    '2001:db8::7/64',
    '[fe80::1%eth0]',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '[1::2:12345]',
    '[1:2:3:4:5:6:7:8::]',
    '[:::1]',
  ])('are not guessed: %s', (line) => {
    const read = readSearchedAddresses(`10.0.0.1\n${line}`);
    expect(read.type).toBe('badLine');
  });
});
