import fc from '../../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import {
  addressOf,
  addressOfUrl,
  CameraUrlError,
  parseCameraUrl,
} from '../../../../src-sfu/base/cameraUrl.ts';
import {
  hidePassword,
  keepsPassword,
  splitCredentials,
} from '../../../../src-sfu/features/cameras/urlSecrets.ts';

/** Where an address leads, or that it is refused. */
function placeOf(text: string): string {
  return addressOfUrl(text) ?? 'refused';
}

describe('an address that names a host in its path', () => {
  it.each([
    ['rtsp://nvr1/x:y@127.0.0.1:7698/live', 'nvr1:554'],
    ['rtsp://nvr1?x:y@127.0.0.1:7698/live', 'nvr1:554'],
    ['rtsp://nvr1#x:y@127.0.0.1:7698/live', 'nvr1:554'],
    ['RTSP://nvr1/x:y@127.0.0.1:7698/live', 'nvr1:554'],
    ['rtsp://NVR1/@127.0.0.1:7698/live', 'nvr1:554'],
    ['rtsp://admin@nvr1/x:y@127.0.0.1:7698/live', 'nvr1:554'],
    ['rtsp://10.0.0.1:554/x:y@127.0.0.1:7698/live', '10.0.0.1:554'],
    ['rtsp://[fe80::1]/x:y@127.0.0.1/live', 'fe80::1:554'],
    ['rtsp://10.0.0.1:554/live/main@1', '10.0.0.1:554'],
    ['rtsp://u:p@10.0.0.1/user=a&password=p@ss&channel=1', '10.0.0.1:554'],
    // Host and port, or user and password: nobody can know.
    ['rtsp://nvr1:554/x:y@127.0.0.1:7698/live', 'refused'],
    ['rtsp://nvr1:8554?x:y@127.0.0.1:7698/live', 'refused'],
    ['rtsp://admin:1234/5@10.0.0.7/x', 'refused'],
    ['rtsp://u:p@1.2.3.4/a@5.6.7.8/x', 'refused'],
    ['rtsp://u:a/b@10.0.0.7/x@10.0.0.8/', 'refused'],
  ])('%s leads to %s, for everybody who reads it', (text, place) => {
    expect(placeOf(text)).toBe(place);
    if (place === 'refused') return;
    const stored = splitCredentials(text).url;
    expect(placeOf(stored)).toBe(place);
    expect(placeOf(hidePassword(text))).toBe(place);
    const before = { username: null, urls: ['rtsp://nvr1/live'] };
    expect(keepsPassword(before, { username: null, urls: [stored] })).toBe(place === 'nvr1:554');
  });

  it('is refused with how to write it, and without the password', () => {
    expect(() => parseCameraUrl('rtsp://nvr1:554/secret:y@127.0.0.1/')).toThrow(/%40 \(@\), %2F \(\/\)/);
    expect(() => parseCameraUrl('rtsp://nvr1:554/secret:y@127.0.0.1/')).not.toThrow(/secret/);
  });
});

describe('a password with special characters, typed as it is', () => {
  it.each(['p@ss', 'p:ss', 'p/ss', 'p?ss', 'p#ss', 'p%ss', '@:/?#%', 'a/b@c', '100%', '#1@home?'])(
    '%s',
    (password) => {
      expect(
        parseCameraUrl(`rtsp://admin:${password}@192.168.1.64:554/Streaming/Channels/101`),
      ).toMatchObject({
        host: '192.168.1.64',
        port: 554,
        url: 'rtsp://192.168.1.64:554/Streaming/Channels/101',
        plainUrl: 'rtsp://192.168.1.64:554/Streaming/Channels/101',
        username: 'admin',
        password,
      });
    },
  );
});

describe('whatever is typed', () => {
  const piece = fc.constantFrom(
    ...[
      '/',
      '?',
      '#',
      '@',
      ':',
      '%',
      '%40',
      '.',
      '554',
      '12',
      'a',
      'nvr1',
      '10.0.0.1',
      '[::1]',
      'RTSP://',
      'localhost',
      'ü',
      ' ',
    ],
  );
  const anyUrl = fc.array(piece, { maxLength: 14 }).map((parts) => `rtsp://${parts.join('')}`);

  it('what is stored leads where the import saw it lead, with no user and password in it', () => {
    fc.assert(
      fc.property(anyUrl, (text) => {
        let imported;
        try {
          imported = parseCameraUrl(text);
        } catch (error) {
          expect(error).toBeInstanceOf(CameraUrlError);
          return;
        }
        const asked = parseCameraUrl(imported.plainUrl);
        expect(addressOf(asked)).toBe(addressOf(imported));
        expect(asked.url).toBe(imported.url);
        expect(asked.username).toBeUndefined();
        // What is shown is read as the same place, too.
        expect(addressOf(parseCameraUrl(hidePassword(text)))).toBe(addressOf(imported));
        // And what is sent to the camera names that host alone.
        expect(addressOf(parseCameraUrl(imported.url))).toBe(addressOf(imported));
      }),
      { numRuns: 20_000 },
    );
  });
});
