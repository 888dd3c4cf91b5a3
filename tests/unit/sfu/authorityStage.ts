import { wholeCity, type Principal, type Scope } from '../../../src-shared/session/principal.ts';
import { grantsOfPurpose, type KeyPurpose } from '../../../src-shared/session/keyPurposes.ts';
import type { Role } from '../../../src-shared/session/roles.ts';

/** The letters by which the tables of expected answers name the roles. */
export const letters: Record<Role, string> = {
  administrator: 'a',
  supervisor: 's',
  duty_officer: 'd',
  squad_leader: 'l',
  squad_member: 'm',
  screen: 'w',
  showcase: 'h',
  platform: 'p',
  auditor: 'u',
  stranger: 'x',
  site: 't',
};

/** An officer's county, with one of its squads. */
export const county: Scope = { districts: ['咸安区'], squads: ['wenquan'] };

const kinds: Partial<Record<Role, Principal['kind']>> = {
  squad_leader: 'phone',
  squad_member: 'phone',
  stranger: 'phone',
  screen: 'screen',
  platform: 'platform',
  site: 'site',
};

/** Somebody of this role; a platform by its key's purpose, which is alerts unless another is named. */
export function principalOf(role: Role, scope: Scope = wholeCity, purpose: KeyPurpose = 'alerts'): Principal {
  return {
    kind: kinds[role] ?? 'person',
    accountId: 'one',
    name: '王芳',
    role,
    scope,
    sessionId: 's',
    device: '',
    address: '10.0.0.9',
    ...(role === 'platform' ? { grants: grantsOfPurpose[purpose] } : {}),
  };
}
