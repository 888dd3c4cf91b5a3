import { describe, expect, it } from 'vitest';
import { may, nowhere, wholeCity, type Principal } from '../../../../src-shared/session/principal.ts';
import { capabilities, roles, type Role } from '../../../../src-shared/session/roles.ts';

function principal(role: Role, changes: Partial<Principal> = {}): Principal {
  return {
    kind: 'person',
    accountId: 'wang',
    name: '王芳',
    role,
    scope: wholeCity,
    sessionId: 's1',
    device: '值班席 1',
    address: '10.0.0.5',
    ...changes,
  };
}
const county = principal('duty_officer', { scope: { districts: ['咸安区'], squads: ['wenquan'] } });

describe('what a principal may do', () => {
  it('is nothing for a stranger, whatever its scope', () => {
    expect(capabilities.filter((capability) => may(principal('stranger'), capability, {}))).toEqual([]);
  });

  it('is nothing for a platform whose key has no grants', () => {
    const key = (grants?: Principal['grants']): Principal =>
      principal('platform', { kind: 'platform', ...(grants === undefined ? {} : { grants }) });
    expect(capabilities.filter((capability) => may(key(), capability))).toEqual([]);
    expect(capabilities.filter((capability) => may(key([]), capability))).toEqual([]);
  });

  it('is narrowed by grants and never widened, for every role', () => {
    for (const role of roles) {
      const widened = principal(role, { grants: capabilities });
      const narrowed = principal(role, { grants: [] });
      for (const capability of capabilities) {
        if (role !== 'platform') expect(may(widened, capability)).toBe(may(principal(role), capability));
        expect(may(narrowed, capability)).toBe(false);
      }
    }
  });

  it('is within its districts and squads, and not where one of both is another', () => {
    expect(may(county, 'cameras:view', { district: '咸安区' })).toBe(true);
    expect(may(county, 'cameras:view', { district: '赤壁市' })).toBe(false);
    expect(may(county, 'squads:direct', { squadId: 'wenquan' })).toBe(true);
    expect(may(county, 'squads:direct', { squadId: 'chibi' })).toBe(false);
    expect(may(county, 'squads:direct', { squadId: 'wenquan', district: '赤壁市' })).toBe(false);
  });

  it('is nothing of what is not known, unless the principal works for the whole city', () => {
    for (const unknown of [{ district: undefined }, { squadId: undefined }, { memberId: 'zhang' }]) {
      expect(may(county, 'squads:view', unknown)).toBe(false);
      expect(may(principal('duty_officer'), 'squads:view', unknown)).toBe(true);
    }
    expect(may(county, 'squads:view', {})).toBe(true);
  });

  it('is of a phone its own member, also while the member changes squads', () => {
    const phone = principal('squad_member', { kind: 'phone', accountId: 'zhang', scope: nowhere });
    expect(may(phone, 'squads:serve', { memberId: 'zhang', squadId: undefined })).toBe(true);
    expect(may(phone, 'squads:serve', { memberId: 'li', squadId: 'wenquan' })).toBe(false);
    expect(may(phone, 'squads:serve', { squadId: undefined, memberId: undefined })).toBe(false);
  });

  it('is of a screen its own screen', () => {
    const screen = principal('screen', { kind: 'screen', accountId: 'main' });
    expect(may(screen, 'wall:view', { screenId: 'main' })).toBe(true);
    expect(may(screen, 'wall:view', { screenId: 'left' })).toBe(false);
    expect(may(screen, 'wall:view', { screenId: undefined })).toBe(false);
    expect(may(county, 'wall:view', { screenId: 'left' })).toBe(true);
  });
});
