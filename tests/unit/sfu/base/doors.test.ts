import { describe, expect, it } from 'vitest';
import { createDoors, visitOf, type PrincipalDoor, type Visit } from '../../../../src-sfu/base/doors.ts';
import { accessKeyDoor, createAccessGuard } from '../../../../src-sfu/http/accessGuard.ts';
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
const keyDoor = accessKeyDoor(createAccessGuard('the-key', true));
const visit = (credentials: Visit['credentials'], address = '10.0.0.9'): Visit => ({
  headers: {},
  address,
  credentials,
});

describe('the doors of a hub', () => {
  const doors = createDoors([phoneDoor, keyDoor]);

  it('are asked in their order: who shows two credentials is what the first door knows', () => {
    expect(doors.principalOf(visit({ memberToken: 'right', accessKey: 'the-key' }))).toBe(phone);
    expect(doors.principalOf(visit({ memberToken: 'wrong', accessKey: 'the-key' }))?.kind).toBe('person');
  });

  it.each([
    ['nothing', visit({})],
    ['a wrong key', visit({ accessKey: 'the-kez' })],
    ['an empty key', visit({ accessKey: '' })],
    ['a wrong token', visit({ memberToken: 'wrong' })],
    ['a token in the place of the key', visit({ accessKey: 'right' })],
    ['the key in the place of the token', visit({ memberToken: 'the-key' })],
  ])('make no principal of %s', (_what, shown) => {
    expect(doors.principalOf(shown)).toBeUndefined();
  });

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
    const protocols = subprotocolsOf({ accessKey: 'a-key', memberToken: 'a-token' }).join(', ');
    const shown = visitOf({ headers: { 'sec-websocket-protocol': protocols }, socket });
    expect(shown.credentials).toEqual({ accessKey: 'a-key', memberToken: 'a-token' });
    expect(shown.address).toBe('10.0.0.9');
  });

  it.each([
    ['Bearer a-key', 'a-key'],
    ['bearer  a-key', 'a-key'],
    ['Basic a-key', undefined],
    ['Bearer ', undefined],
    ['Bearer a key', undefined],
  ])('reads the header %j', (authorization, accessKey) => {
    expect(visitOf({ headers: { authorization }, socket }).credentials.accessKey).toBe(accessKey);
  });
});
