import { describe, expect, test } from 'vitest';
import {
  hidePassword,
  isPasswordHidden,
  keepsPassword,
  splitCredentials,
} from '../../../../src-sfu/features/cameras/urlSecrets.ts';

describe('credentials in a URL', () => {
  test.each([
    ['rtsp://admin:word@10.0.0.1/main', 'rtsp://10.0.0.1/main', { username: 'admin', password: 'word' }],
    ['rtsp://admin:a%40b@10.0.0.1', 'rtsp://10.0.0.1', { username: 'admin', password: 'a@b' }],
    ['rtsp://admin:p@ss:w@10.0.0.1/m', 'rtsp://10.0.0.1/m', { username: 'admin', password: 'p@ss:w' }],
    ['rtsp://admin:100%@10.0.0.1/m', 'rtsp://10.0.0.1/m', { username: 'admin', password: '100%' }],
    ['rtsp://10.0.0.1/a@b', 'rtsp://10.0.0.1/a@b', {}],
  ])('%s', (url, plain, credentials) => {
    expect(splitCredentials(url)).toEqual({ url: plain, credentials });
  });
});

describe('passwords in a path or query', () => {
  test.each([
    ['rtsp://a/user=x&password=secret&channel=1', 'rtsp://a/user=x&password=***&channel=1'],
    ['rtsp://a/user=x_password=secret_channel=1', 'rtsp://a/user=x_password=***'],
    ['rtsp://a/s?token=secret#x', 'rtsp://a/s?token=***#x'],
    ['rtsp://a/main?channel=1', 'rtsp://a/main?channel=1'],
  ])('%s leaves the hub as %s', (url, hidden) => {
    expect(hidePassword(url)).toBe(hidden);
    expect(isPasswordHidden(hidden)).toBe(url !== hidden);
    expect(isPasswordHidden(url)).toBe(false);
  });
});

describe('a stored password', () => {
  const before = { username: 'admin', urls: ['rtsp://10.0.0.1:554/main', 'rtsp://10.0.0.1:554/sub'] };

  test.each([
    ['the same', before, true],
    ['another path, no sub stream', { username: 'admin', urls: ['rtsp://10.0.0.1:554/other'] }, true],
    ['another user', { ...before, username: 'root' }, false],
    ['no user', { ...before, username: null }, false],
    ['another host', { username: 'admin', urls: ['rtsp://192.0.2.1:554/main'] }, false],
    ['another port', { username: 'admin', urls: ['rtsp://10.0.0.1:8554/main'] }, false],
    ['one stream elsewhere', { ...before, urls: [...before.urls, 'rtsp://192.0.2.1/sub'] }, false],
  ])('%s: kept is %3$s', (_what, after, kept) => {
    expect(keepsPassword(before, after)).toBe(kept);
  });
});
