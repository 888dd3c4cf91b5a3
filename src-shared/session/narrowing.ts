import { may, nowhere, type Principal } from './principal.ts';
import { capabilitiesOf, surfacesOf, type Role, type Surface } from './roles.ts';

/** A phone whose field page is open and on which nobody has signed in: it may do nothing but sign in. */
export function stranger(address: string, device: string): Principal {
  return {
    kind: 'phone',
    accountId: '',
    name: '',
    role: 'stranger',
    scope: nowhere,
    sessionId: '',
    device,
    address,
  };
}

/**
 * What a principal is on a surface: `session:join` can only narrow what it may do. Undefined where its role does not open this
 * surface. Example: an administrator who opens a screen of the wall may from there do what a screen may.
 */
export function narrowTo(surface: Surface, principal: Principal, screenId: string): Principal | undefined {
  if (!surfacesOf[principal.role].includes(surface)) return undefined;
  if (surface === 'desk' || principal.kind === 'phone' || principal.kind === 'site') return principal;
  if (surface === 'field') return stranger(principal.address, principal.device);
  if (surface === 'showcase') return withRole(principal, 'showcase');
  if (principal.kind === 'screen') return principal.accountId === screenId ? principal : undefined;
  const { accountId } = principal;
  return { ...withRole(principal, 'screen'), kind: 'screen', accountId: screenId, openedBy: accountId };
}

/** With what both roles may do. */
function withRole(principal: Principal, role: Role): Principal {
  const grants = capabilitiesOf(role).filter((capability) => may(principal, capability));
  return { ...principal, role, grants };
}
