import { describe, expect, it } from 'vitest';
import {
  clientAddressOf,
  noteForwardedAddress,
  readProxies,
} from '../../../../src-sfu/base/clientAddress.ts';

const isProxy = readProxies('127.0.0.1, 192.0.2.7,2001:db8::7');
const addressOf = (remoteAddress: string | undefined, header: string | string[] | undefined): string => {
  const request = {
    headers: header === undefined ? {} : { 'x-forwarded-for': header },
    socket: { remoteAddress },
  };
  noteForwardedAddress(request as never, isProxy);
  return clientAddressOf(request as never);
};

describe('where a request comes from', () => {
  it.each([
    ['what the network says', '198.51.100.1', undefined, '198.51.100.1'],
    ['not what somebody else says', '198.51.100.1', '127.0.0.1', '198.51.100.1'],
    ['what a named proxy says', '127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['what a named proxy says over IPv6', '::ffff:127.0.0.1', '2001:db8::1', '2001:db8::1'],
    ['not what the client wrote before it', '127.0.0.1', '10.0.0.1, 127.0.0.1, 198.51.100.1', '198.51.100.1'],
    ['what the first of two proxies says', '127.0.0.1', '10.0.0.1, 198.51.100.1, 192.0.2.7', '198.51.100.1'],
    ['of several headers the last', '127.0.0.1', ['10.0.0.1', '198.51.100.1'] as never, '198.51.100.1'],
    ['the proxy itself where it says nothing', '192.0.2.7', undefined, '192.0.2.7'],
    ['the proxy itself where it says no address', '192.0.2.7', 'unknown', '192.0.2.7'],
    ['the proxy itself where it says nonsense', '192.0.2.7', ',,, ', '192.0.2.7'],
    ['nothing of a socket that is gone', undefined, '127.0.0.1', ''],
  ])('is %s', (_what, remoteAddress, header, expected) => {
    expect(addressOf(remoteAddress, header)).toBe(expected);
  });
});
