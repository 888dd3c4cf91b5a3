import { describe, expect, it } from 'vitest';
import { narrowTo, stranger } from '../../../../src-shared/session/narrowing.ts';
import { may, wholeCity, type Principal } from '../../../../src-shared/session/principal.ts';
import { capabilities, roles, surfaces, type Role } from '../../../../src-shared/session/roles.ts';

function principal(role: Role, parts: Partial<Principal> = {}): Principal {
  const known = {
    kind: 'person',
    accountId: 'a',
    name: '王芳',
    sessionId: 's',
    device: '',
    address: '',
  } as const;
  return { ...known, role, scope: wholeCity, ...parts };
}

describe('joining as a surface', () => {
  it.each(roles.flatMap((role) => surfaces.map((surface) => [role, surface] as const)))(
    'never lets %s do more on %s than it may',
    (role, surface) => {
      for (const grants of [undefined, [], ['cameras:view']] as const) {
        const before = principal(role, grants === undefined ? {} : { grants });
        const after = narrowTo(surface, before, 'main');
        const more = capabilities.filter(
          (capability) => after !== undefined && may(after, capability) && !may(before, capability),
        );
        expect(more).toEqual([]);
      }
    },
  );

  it('keeps the sign-in, so that revoking it ends every surface that was opened with it', () => {
    for (const surface of ['wall', 'desk', 'showcase'] as const) {
      expect(narrowTo(surface, principal('supervisor'), 'main')?.sessionId).toBe('s');
    }
  });

  it('opens no other screen for a screen than its own', () => {
    const screen = principal('screen', { kind: 'screen', accountId: 'left' });
    expect(narrowTo('wall', screen, 'left')).toBe(screen);
    expect(narrowTo('wall', screen, 'right')).toBeUndefined();
    expect(narrowTo('desk', screen, 'left')).toBeUndefined();
  });

  it('makes a screen of the person who opens one, and nothing of a person who opens the field page', () => {
    const opened = narrowTo('wall', principal('duty_officer'), 'left');
    expect(opened).toMatchObject({ kind: 'screen', role: 'screen', accountId: 'left' });
    expect(opened !== undefined && may(opened, 'wall:view', { screenId: 'right' })).toBe(false);
    expect(narrowTo('field', principal('administrator'), 'main')).toMatchObject({ role: 'stranger' });
  });

  it('lets a phone open the field page only, and a platform nothing', () => {
    const phone = principal('squad_member', { kind: 'phone' });
    expect(surfaces.filter((surface) => narrowTo(surface, phone, 'main') !== undefined)).toEqual(['field']);
    expect(
      surfaces.filter((surface) => narrowTo(surface, principal('platform'), 'main') !== undefined),
    ).toEqual([]);
    expect(narrowTo('desk', stranger('', ''), 'main')).toBeUndefined();
  });
});
