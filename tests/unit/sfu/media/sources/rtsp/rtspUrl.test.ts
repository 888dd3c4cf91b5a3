import { describe, expect, it } from 'vitest';
import { CameraUrlError, parseCameraUrl } from '../../../../../../src-sfu/base/cameraUrl.ts';
import { resolveControlUrl, resolveLocation } from '../../../../../../src-sfu/media/sources/rtsp/rtspUrl.ts';

describe('camera addresses', () => {
  it.each([
    ['rtsp://h', { host: 'h', port: 554, url: 'rtsp://h/' }],
    [
      'rtsp://admin:p@ss:w/rd#1?@192.168.1.2:8554/Streaming/Channels/101?transport=unicast&x=[1]',
      {
        host: '192.168.1.2',
        port: 8554,
        url: 'rtsp://192.168.1.2:8554/Streaming/Channels/101?transport=unicast&x=[1]',
        username: 'admin',
        password: 'p@ss:w/rd#1?',
      },
    ],
    ['rtsp://u%40:p%zz@h:9/', { host: 'h', port: 9, url: 'rtsp://h:9/', username: 'u@', password: 'p%zz' }],
    ['RTSP://user@h/x@y', { host: 'h', port: 554, url: 'rtsp://h/x@y', username: 'user' }],
    [
      'rtsp://[::1]:8554/a b/后厨',
      { host: '::1', port: 8554, url: 'rtsp://[::1]:8554/a%20b/%E5%90%8E%E5%8E%A8' },
    ],
    ['rtsp://[fe80::1%25eth0]/a', { host: 'fe80::1%eth0', port: 554, url: 'rtsp://[fe80::1%25eth0]/a' }],
    [
      'rtsp://厨房.example/x',
      { host: 'xn--inr825a.example', port: 554, url: 'rtsp://xn--inr825a.example/x' },
    ],
    [
      'rtsp://ad min:p@ss/w:rd@10.0.0.7/x',
      { host: '10.0.0.7', port: 554, url: 'rtsp://10.0.0.7/x', username: 'ad min', password: 'p@ss/w:rd' },
    ],
    [
      'rtsp://admin:12/34@cam.lan/x',
      { host: 'cam.lan', port: 554, url: 'rtsp://cam.lan/x', username: 'admin', password: '12/34' },
    ],
    ['rtsp://camera/x@10.0.0.7/', { host: 'camera', port: 554, url: 'rtsp://camera/x@10.0.0.7/' }],
    ['rtsp://1.2.3.4/a:b@5.6.7.8/', { host: '1.2.3.4', port: 554, url: 'rtsp://1.2.3.4/a:b@5.6.7.8/' }],
    ['rtsp://h/ch1"<>\\^`{|}', { host: 'h', port: 554, url: 'rtsp://h/ch1"<>\\^`{|}' }],
  ])('takes %s apart', (text, expected) => {
    const { plainUrl: _plainUrl, ...target } = parseCameraUrl(text);
    expect(target).toEqual(expected);
  });

  it.each([
    'http://h/',
    'rtsp://',
    'rtsp://user:secret@/x',
    'rtsp://user:secret@a b/x',
    'rtsp://user:secret@h:99999/',
    'rtsp://user:secret@h:0/',
    'rtsp://user:secret@h/a\r\nTEARDOWN rtsp://h/ RTSP/1.0',
    `rtsp://user:secret@h/${'x'.repeat(3000)}`,
  ])('refuses %j, and says nothing of the password', (text) => {
    expect(() => parseCameraUrl(text)).toThrow(CameraUrlError);
    expect(() => parseCameraUrl(text)).not.toThrow(/secret/);
  });
});

describe('control addresses', () => {
  it.each([
    ['rtsp://h/a/', 'trackID=1', 'rtsp://h/a/trackID=1'],
    ['rtsp://h/a', 'trackID=1', 'rtsp://h/a/trackID=1'],
    ['rtsp://h/a?b=c', 'trackID=1', 'rtsp://h/a?b=c/trackID=1'],
    ['rtsp://h:1/a', '/b/1', 'rtsp://h:1/a/b/1'],
    ['rtsp://h/a', '*', 'rtsp://h/a'],
    ['rtsp://h/a', undefined, 'rtsp://h/a'],
    ['rtsp://h/a', 'rtsp://u:p@inner:554/t', 'rtsp://inner:554/t'],
  ])('from %s, %s leads to %s', (base, control, expected) => {
    expect(resolveControlUrl(base, control)).toBe(expected);
  });
});

describe('redirects', () => {
  it('lead to whole addresses and to other paths of the same camera', () => {
    expect(resolveLocation('rtsp://h:8554/a/b', 'rtsp://other/c')).toBe('rtsp://other/c');
    expect(resolveLocation('rtsp://h:8554/a/b', '/c')).toBe('rtsp://h:8554/c');
    expect(() => resolveLocation('rtsp://h/a', 'http://h/login.html')).toThrow(CameraUrlError);
  });
});
