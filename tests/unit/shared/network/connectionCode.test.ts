import { describe, expect, it } from 'vitest';
import { makeConnectionCode, readConnectionCode } from '../../../../src-shared/network/connectionCode.ts';
import fc from '../../../support/properties.ts';

const fingerprint =
  '0F:A1:2B:3C:4D:5E:6F:70:81:92:A3:B4:C5:D6:E7:F8:09:1A:2B:3C:4D:5E:6F:70:81:92:A3:B4:C5:D6:E7:F8';

describe('a connection code', () => {
  it('has address, port and the beginning of the fingerprint, in six groups of four', () => {
    const code = makeConnectionCode({ address: '192.0.2.7', port: 7443, fingerprint }) ?? '';
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(readConnectionCode(code)).toEqual({
      address: '192.0.2.7',
      port: 7443,
      fingerprintStart: '0FA12B3C4D5E6F708',
    });
  });

  it('is read however it is typed', () => {
    const code = makeConnectionCode({ address: '10.0.16.1', port: 443, fingerprint }) ?? '';
    const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect(readConnectionCode(` ${typed} `)).toEqual(readConnectionCode(code));
  });

  it('comes back for every address and port, and a wrong letter never means the same', () => {
    const hubs = fc.record({
      address: fc.ipV4(),
      port: fc.integer({ min: 1, max: 65_535 }),
      fingerprint: fc.stringMatching(/^[0-9A-F]{64}$/),
    });
    fc.assert(
      fc.property(hubs, fc.nat(23), (hub, at) => {
        const code = makeConnectionCode(hub) ?? '';
        expect(readConnectionCode(code)).toEqual({
          address: hub.address,
          port: hub.port,
          fingerprintStart: hub.fingerprint.slice(0, 17),
        });
        // The last letter alone: it holds the check and one more bit.
        const letters = [...code.replaceAll('-', '')];
        const letter = letters[at] ?? '';
        letters[at] = letter === '7' ? 'Q' : '7';
        expect(readConnectionCode(letters.join(''))).not.toEqual(readConnectionCode(code));
      }),
      { numRuns: 100 },
    );
  });

  it.each(['', 'ABC', 'U'.repeat(24), '0'.repeat(23), '0'.repeat(25), '0'.repeat(24), 'x'.repeat(1_000_000)])(
    'that is no code is none: %#',
    (text) => {
      expect(readConnectionCode(text)).toBeUndefined();
    },
  );

  it.each(['fe80::1', 'hub.example.cn', '192.0.2', '192.0.2.256'])('is not made for %s', (address) => {
    expect(makeConnectionCode({ address, port: 7443, fingerprint })).toBeUndefined();
  });
});
