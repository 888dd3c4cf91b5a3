import { describe, expect, it } from 'vitest';
import { notices } from '../../../../src-shared/protocol/index.ts';
import type { NoticeAudience } from '../../../../src-shared/protocol/define.ts';
import { receives, receivesOwn, type NoticeReceiver } from '../../../../src-shared/session/audience.ts';
import { nowhere, wholeCity } from '../../../../src-shared/session/principal.ts';
import { can, roles } from '../../../../src-shared/session/roles.ts';

const person = { kind: 'person', accountId: 'wang', scope: wholeCity } as const;
const desk: NoticeReceiver = { ...person, role: 'duty_officer' };
const screen: NoticeReceiver = {
  ...person,
  kind: 'screen',
  accountId: 'main',
  role: 'screen',
  screenId: 'main',
};
const stranger: NoticeReceiver = {
  ...person,
  kind: 'phone',
  accountId: '',
  scope: nowhere,
  role: 'stranger',
};
const phone: NoticeReceiver = {
  kind: 'phone',
  accountId: 'zhang',
  scope: { districts: [], squads: ['wenquan'] },
  role: 'squad_member',
  memberId: 'zhang',
  squadId: 'wenquan',
};
const ofSquads: NoticeAudience = { to: 'scope', capability: 'squads:view', scopedCapability: 'squads:serve' };

describe('who receives a notice', () => {
  it('is nobody of a broadcast, when the notice is addressed to one surface', () => {
    for (const receiver of [desk, screen, stranger, phone])
      expect(receives({ to: 'addressee' }, receiver)).toBe(false);
  });

  it('is everybody, when it says so', () => {
    for (const receiver of [desk, screen, stranger, phone])
      expect(receives({ to: 'everyone' }, receiver)).toBe(true);
  });

  it('is who holds a capability, but not who holds the wider one as well', () => {
    const audience: NoticeAudience = {
      to: 'holders',
      capability: 'alerts:viewMarkers',
      without: 'alerts:viewDetails',
    };
    expect(receives(audience, screen)).toBe(true);
    expect(receives(audience, desk)).toBe(false);
    expect(receives(audience, phone)).toBe(false);
  });

  it('is who sees the whole city, and who is in the squad that it is about', () => {
    const about = { squadId: 'wenquan' };
    expect(receives(ofSquads, desk, about)).toBe(true);
    expect(receives(ofSquads, phone, about)).toBe(true);
    expect(receives(ofSquads, { ...phone, squadId: 'yongan' }, about)).toBe(false);
    expect(receives(ofSquads, stranger, about)).toBe(false);
    expect(receives(ofSquads, phone)).toBe(false);
  });

  it('is the member that it is about, whatever the squad', () => {
    const about = { squadId: 'yongan', memberId: 'zhang' };
    expect(receives(ofSquads, phone, about)).toBe(true);
  });

  it('leaves out who sees the whole city, where only those in the scope are meant', () => {
    const about = { squadId: 'wenquan' };
    expect(receivesOwn(ofSquads, desk, about)).toBe(false);
    expect(receivesOwn(ofSquads, phone, about)).toBe(true);
  });

  it('is an officer of a county only where it is about its own squads and districts', () => {
    const county: NoticeReceiver = { ...desk, scope: { districts: ['咸安区'], squads: ['wenquan'] } };
    expect(receives(ofSquads, county, { squadId: 'wenquan' })).toBe(true);
    expect(receives(ofSquads, county, { squadId: 'yongan' })).toBe(false);
    const ofWall: NoticeAudience = { to: 'scope', capability: 'wall:drive', scopedCapability: 'wall:view' };
    expect(receives(ofWall, desk, { district: undefined, screenId: 'main' })).toBe(true);
    expect(receives(ofWall, screen, { district: undefined, screenId: 'main' })).toBe(true);
    expect(receives(ofWall, county, { district: undefined, screenId: 'main' })).toBe(false);
    const countyScreen = { ...screen, scope: county.scope };
    expect(receives(ofWall, countyScreen, { district: undefined, screenId: 'main' })).toBe(false);
  });

  it('takes no missing field of both sides for the same thing', () => {
    const nobody: NoticeReceiver = {
      ...phone,
      accountId: '',
      scope: nowhere,
      memberId: undefined,
      squadId: undefined,
    };
    expect(receives(ofSquads, nobody, {})).toBe(false);
    expect(receives(ofSquads, nobody, { squadId: 'wenquan' })).toBe(false);
  });
});

describe('every notice of the hub', () => {
  it.each(Object.entries(notices))('%s has an audience that some role belongs to', (_name, definition) => {
    const audience: NoticeAudience = definition.audience;
    if (audience.to === 'addressee' || audience.to === 'everyone') return;
    const holders = roles.filter((role) => can(role, audience.capability));
    expect(holders).not.toEqual([]);
    if (audience.to === 'scope') {
      const scoped = roles.filter(
        (role) => can(role, audience.scopedCapability) && !can(role, audience.capability),
      );
      expect(scoped).not.toEqual([]);
    }
    if (audience.to === 'holders' && audience.without !== undefined) {
      const { without } = audience;
      expect(holders.some((role) => !can(role, without))).toBe(true);
    }
  });
});
