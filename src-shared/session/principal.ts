import { can, type Capability, type Role } from './roles.ts';

/** What stands behind a door of the hub: each kind has its own door and its own credential. */
export const principalKinds = [
  'person',
  'screen',
  'phone',
  'recorder',
  'platform',
  'command_line',
  'site',
] as const;
export type PrincipalKind = (typeof principalKinds)[number];

/** The parts of the city that somebody works for: districts by their names in the register, squads by their ids. */
export interface Scope {
  districts: 'all' | readonly string[];
  squads: 'all' | readonly string[];
}

export const wholeCity: Scope = { districts: 'all', squads: 'all' };
export const nowhere: Scope = { districts: [], squads: [] };

/** Who asks something of the hub. Every door makes one; whatever is decided or recorded takes it, never a typed name. */
export interface Principal {
  kind: PrincipalKind;
  /** Of a person: the account. Of a phone: the member. Of a screen: the screen. Of a recorder: the device. Of a platform: the key. Of a site: the site. */
  accountId: string;
  /** For people to read, for example `王芳`. */
  name: string;
  role: Role;
  scope: Scope;
  /** What is revoked together: a sign-in, a pairing, a token. */
  sessionId: string;
  /** What it is, as far as known: `值班席 2`, or the short form of a browser's user agent. */
  device: string;
  /** Where it comes from, as the network says. */
  address: string;
  /**
   * Narrows what the role may do, never widens it. A platform has no capability that is not in this list: it follows from what its
   * key is for.
   */
  grants?: readonly Capability[];
  /** Why a person may do less than the role says: the desk is locked, or something is left to do at the sign-in page. */
  standing?: 'locked' | 'unfinished';
  /** Of a screen's page that a person opened: the account. A paired screen has none. */
  openedBy?: string;
}

/**
 * What something is done to. A part that is named decides; one that is named and `undefined` is not known, and is open only
 * to those who work for all of them. Example: `{ district: '咸安区' }`.
 */
export interface Resource {
  district?: string | undefined;
  squadId?: string | undefined;
  memberId?: string | undefined;
  screenId?: string | undefined;
  /** Named beside the district: whoever works at a site reaches that site alone. */
  siteId?: string | undefined;
}

/**
 * Whether a principal may do a thing; with a resource: to this resource. What is not granted is refused.
 */
export function may(
  principal: Pick<Principal, 'kind' | 'accountId' | 'role' | 'scope' | 'grants'>,
  capability: Capability,
  resource?: Resource,
): boolean {
  return holds(principal, capability) && (resource === undefined || isInScope(principal, resource));
}

/** Whether somebody with this role and these grants may do a thing at all, whatever it is done to. */
export function holds({ role, grants }: Pick<Principal, 'role' | 'grants'>, capability: Capability): boolean {
  if (!can(role, capability)) return false;
  return role === 'platform' || grants !== undefined ? grants?.includes(capability) === true : true;
}

function isInScope(principal: Pick<Principal, 'kind' | 'accountId' | 'scope'>, resource: Resource): boolean {
  const { kind, accountId, scope } = principal;
  // What names anything is somebody else's, unless it names this very site.
  if (kind === 'site') return Object.keys(resource).length === 0 || resource.siteId === accountId;
  // A phone is always its own member's, also while the member is moved from one squad to another.
  if (kind === 'phone' && resource.memberId === accountId) return true;
  if ('screenId' in resource && kind === 'screen' && resource.screenId !== accountId) return false;
  if ('district' in resource && !includes(scope.districts, resource.district)) return false;
  if ('squadId' in resource && !includes(scope.squads, resource.squadId)) return false;
  // Members are reached through their squads: whose squad is not named is nobody's but of those who work for all squads.
  return !('memberId' in resource) || 'squadId' in resource || scope.squads === 'all';
}

/** Whether somebody with this scope works for the district; for one that is not known only who works for all. */
export function worksForDistrict({ districts }: Scope, district: string | undefined): boolean {
  return includes(districts, district);
}

/** As `worksForDistrict`, of a squad. */
export function worksForSquad({ squads }: Scope, squadId: string | undefined): boolean {
  return includes(squads, squadId);
}

function includes(ids: 'all' | readonly string[], id: string | undefined): boolean {
  return ids === 'all' || (id !== undefined && ids.includes(id));
}
