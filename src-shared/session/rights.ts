import type { RequestName } from '../protocol/index.ts';
import type { Resource } from './principal.ts';
import { can, type Capability } from './roles.ts';
import type { RightStanding } from './session.protocol.ts';

/**
 * What the desk asks over HTTP, by what it needs. `city`: only of those who work for all districts. The routes themselves say the
 * same to `admit`; a test compares them.
 */
export const deskRoutes = {
  'POST /api/v1/registry/import': { capability: 'cameras:manage', about: 'city' },
  'GET /api/v1/registry/export': { capability: 'cameras:manage', about: 'city' },
  'GET /api/v1/registry/template': { capability: 'cameras:manage', about: 'city' },
  'GET /api/v1/alert-keys': { capability: 'alerts:manage', about: 'city' },
  'POST /api/v1/alert-keys': { capability: 'alerts:manage', about: 'city' },
  'DELETE /api/v1/alert-keys/:keyId': { capability: 'alerts:manage', about: 'city' },
  'PUT /api/v1/alert-kinds': { capability: 'alerts:manage', about: 'city' },
  'POST /api/v1/clauses/import': { capability: 'clauses:manage', about: 'city' },
  'GET /api/v1/clauses/export': { capability: 'clauses:manage', about: 'city' },
  'GET /api/v1/alerts.csv': { capability: 'alerts:viewDetails', about: 'filtered' },
  'GET /api/v1/accounts': { capability: 'accounts:manage', about: 'city' },
  'POST /api/v1/accounts': { capability: 'accounts:manage', about: 'city' },
  'PATCH /api/v1/accounts/:id': { capability: 'accounts:manage', about: 'city' },
  'POST /api/v1/accounts/:id/reset': { capability: 'accounts:manage', about: 'city' },
  'DELETE /api/v1/sign-ins/:id': { capability: 'accounts:manage', about: 'city' },
  'DELETE /api/v1/screens/:id': { capability: 'accounts:manage', about: 'city' },
  'POST /api/v1/attachments': { capability: 'attachments:add', about: 'filtered' },
  'POST /api/v1/pairings/ask': { capability: 'wall:drive', about: 'city' },
  'POST /api/v1/pairings/confirm': { capability: 'wall:drive', about: 'city' },
  'GET /api/v1/shifts/:shiftId/handover.html': { capability: 'shifts:view', about: 'filtered' },
  'GET /api/v1/board/export': { capability: 'board:export', about: 'filtered' },
  'GET /api/v1/timeline.html': { capability: 'orders:view', about: 'filtered' },
  'GET /api/v1/timeline.pdf': { capability: 'orders:view', about: 'filtered' },
  'GET /api/v1/public/codes.pdf': { capability: 'public:manage', about: 'filtered' },
  'GET /api/v1/audit.csv': { capability: 'audit:view', about: 'city' },
} as const satisfies Record<string, { capability: Capability; about: 'city' | 'filtered' }>;
type DeskRoute = keyof typeof deskRoutes;

/** What a control of the desk asks of the hub: the name of a request, or a route. Example: `wall:showContent`. */
export type Ask = RequestName | DeskRoute;

/** What a right is about where it is about everything. */
const everything: Resource = { district: undefined, squadId: undefined };

/** Whom to ask, from the nearest to the furthest. */
const helpers = ['duty_officer', 'supervisor', 'administrator'] as const;

/** How it stands with one thing that may be asked: it may be, or who may. */
export function standingOf(
  { capability, about }: { capability: Capability; about: string },
  mayDo: (capability: Capability, resource?: Resource) => boolean,
): RightStanding {
  if (!mayDo(capability)) return helpers.find((role) => can(role, capability)) ?? 'nobody';
  return about !== 'city' || mayDo(capability, everything) ? 'may' : 'whole_city';
}
