import { describe, expect, it } from 'vitest';
import { createDoors, visitOf, type PrincipalDoor, type Visit } from '../../../../src-sfu/base/doors.ts';
import { subprotocolsOf } from '../../../../src-shared/protocol/credentials.ts';
import { nowhere, type Principal } from '../../../../src-shared/session/principal.ts';

const phone: Principal = {
  kind: 'phone',
  accountId: 'li-qiang',
  name: '李强',
  role: 'squad_member',
  scope: nowhere,
  sessionId: 'phone:li-qiang',
  device: 'phone',
  address: '10.0.0.9',
};
const phoneDoor: PrincipalDoor = {
  principalOf: ({ credentials }) => (credentials.memberToken === 'right' ? phone : undefined),
};
const platform: Principal = { ...phone, kind: 'platform', role: 'platform', sessionId: 'the-key' };
const keyDoor: PrincipalDoor = {
  principalOf: ({ credentials }) => (credentials.key === 'the-key' ? platform : undefined),
};
const visit = (credentials: Visit['credentials'], address = '10.0.0.9'): Visit => ({
  headers: {},
  address,
  credentials,
});

describe('the doors of a hub', () => {
  const doors = createDoors([phoneDoor, keyDoor]);

  it('are asked in their order: who shows two credentials is what the first door knows', () => {
    expect(doors.principalOf(visit({ memberToken: 'right', key: 'the-key' }))).toBe(phone);
    expect(doors.principalOf(visit({ memberToken: 'wrong', key: 'the-key' }))).toBe(platform);
  });

  it.each([
    ['nothing', visit({})],
    ['a wrong key', visit({ key: 'the-kez' })],
    ['an empty key', visit({ key: '' })],
    ['a wrong token', visit({ memberToken: 'wrong' })],
    ['a token in the place of the key', visit({ key: 'right' })],
    ['the key in the place of the token', visit({ memberToken: 'the-key' })],
  ])('make no principal of %s', (_what, shown) => {
    expect(doors.principalOf(shown)).toBeUndefined();
  });

  it.each(['127.0.0.1', '::1', '::ffff:127.0.0.1', '127.9.9.9', 'localhost', ''])(
    'make no principal of the address %j alone',
    (address) => {
      expect(doors.principalOf(visit({}, address))).toBeUndefined();
    },
  );

  it('say which session ended at any of them', () => {
    const listeners: ((sessionId: string) => void)[] = [];
    const revoking: PrincipalDoor = {
      principalOf: () => undefined,
      onRevoked: (listener) => void listeners.push(listener),
    };
    const both = createDoors([revoking, phoneDoor, revoking]);
    const ended: string[] = [];
    both.onRevoked((sessionId) => ended.push(sessionId));
    listeners[0]?.('one');
    listeners[1]?.('other');
    expect(ended).toEqual(['one', 'other']);
  });
});

describe('a visit', () => {
  const socket = { remoteAddress: '10.0.0.9' } as never;

  it('shows what the request that opens a WebSocket carries', () => {
    const protocols = subprotocolsOf({ memberToken: 'a-token' }).join(', ');
    const headers = { 'sec-websocket-protocol': protocols, authorization: 'Bearer a-key' };
    const shown = visitOf({ headers, socket });
    expect(shown.credentials).toEqual({ key: 'a-key', memberToken: 'a-token' });
    expect(shown.address).toBe('10.0.0.9');
  });

  it.each([
    ['Bearer a-key', 'a-key'],
    ['bearer  a-key', 'a-key'],
    ['Basic a-key', undefined],
    ['Bearer ', undefined],
    ['Bearer a key', undefined],
  ])('reads the header %j', (authorization, key) => {
    expect(visitOf({ headers: { authorization }, socket }).credentials.key).toBe(key);
  });
});
