/**
 * What somebody is to the command centre (domain.md: 管理员, 指挥长, 值班员, 队长, 队员, 观众, 审计员). A screen is one display of a wall, a
 * platform is another system with a key, a stranger is a phone or a page that has not signed in. A site is a phone of a kitchen's own
 * people (食品安全员), who came in by a link of the desk.
 */
export const roles = [
  'administrator',
  'supervisor',
  'duty_officer',
  'squad_leader',
  'squad_member',
  'screen',
  'showcase',
  'platform',
  'auditor',
  'stranger',
  'site',
] as const;
export type Role = (typeof roles)[number];

/** What can be asked of the hub. One word pair a thing, `feature:verb`. */
export const capabilities = [
  'cameras:view',
  'cameras:list',
  'cameras:manage',
  'cameras:relay',
  'cameras:turn',
  'cameras:override',
  'kitchens:speak',
  'recorders:manage',
  'cascade:manage',
  'media:receive',
  'wall:view',
  'wall:drive',
  'wall:override',
  'alerts:count',
  'alerts:viewMarkers',
  'alerts:viewDetails',
  'alerts:work',
  'alerts:manage',
  'alerts:report',
  'squads:view',
  'squads:viewEmergencies',
  'squads:viewEnded',
  'squads:show',
  'squads:direct',
  'squads:manage',
  'squads:serve',
  'squads:lead',
  'talk:hear',
  'talk:speak',
  'talk:override',
  'bodycam:view',
  'bodycam:ask',
  'bodycam:send',
  'orders:view',
  'orders:direct',
  'findings:view',
  'findings:write',
  'findings:review',
  'clauses:list',
  'clauses:manage',
  'attachments:view',
  'attachments:list',
  'attachments:add',
  'board:view',
  'board:export',
  'orders:override',
  'orders:manage',
  'shifts:view',
  'shifts:keep',
  'shifts:override',
  'audit:view',
  'hub:monitor',
  'hub:viewTroubles',
  'accounts:manage',
  'sites:manage',
  'sites:serve',
  'webhooks:manage',
  'public:view',
  'public:drawCurtain',
  'public:manage',
  'citizens:answer',
  'showcase:view',
  'showcase:drive',
  'showcase:manage',
] as const;
export type Capability = (typeof capabilities)[number];

/** What everybody may view who works at the command centre, and an auditor. */
const viewing: readonly Capability[] = [
  'cameras:view',
  'cameras:list',
  'media:receive',
  'wall:view',
  'alerts:count',
  'alerts:viewMarkers',
  'alerts:viewDetails',
  'squads:view',
  'squads:viewEmergencies',
  'squads:viewEnded',
  'talk:hear',
  'bodycam:view',
  'hub:viewTroubles',
  'orders:view',
  'findings:view',
  'clauses:list',
  'attachments:view',
  'attachments:list',
  'shifts:view',
  'public:view',
  'showcase:view',
];

/** The capabilities of everybody who works at a desk of the command centre. */
const atDesk: readonly Capability[] = [
  ...viewing,
  'cameras:turn',
  'kitchens:speak',
  'wall:drive',
  'alerts:work',
  'squads:direct',
  'squads:show',
  'talk:speak',
  'bodycam:ask',
  'orders:direct',
  'findings:write',
  'findings:review',
  'attachments:add',
  'shifts:keep',
  'public:drawCurtain',
  'citizens:answer',
  'showcase:drive',
];

/** What a supervisor may do beyond a duty officer: also against what a duty officer does. */
const supervising: readonly Capability[] = [
  'cameras:override',
  'alerts:manage',
  'squads:manage',
  'talk:override',
  'wall:override',
  'board:view',
  'board:export',
  'orders:override',
  'audit:view',
  'clauses:manage',
  'sites:manage',
  'shifts:override',
  'public:manage',
  'showcase:manage',
];

/** The capabilities of a squad's phone. */
const onDuty = [
  'media:receive',
  'squads:serve',
  'talk:hear',
  'talk:speak',
  'bodycam:send',
  'clauses:list',
  'attachments:view',
  'attachments:list',
  'attachments:add',
] as const satisfies readonly Capability[];

/**
 * What a squad leader may do beyond a member, always within the own squad alone. `squads:lead`: begins and ends the duty of the squad,
 * because the leader stands beside those who come and go; sees the position of every member and every order of the squad; accepts,
 * rejects and hands over those orders among the own members, because the leader knows who is free; and is heard before a member who
 * is talking, but never before a desk, an officer who overrides, or an SOS. `bodycam:ask`: asks for the own members' body cams, which the
 * command centre then sees. To give orders to another squad, to end an SOS and to make sign-in codes stays with the desk.
 */
const leading = ['squads:lead', 'bodycam:ask'] as const satisfies readonly Capability[];

/** What each role may do; whatever is not here is refused. */
const grants = {
  administrator: [
    ...atDesk,
    ...supervising,
    'cameras:manage',
    'recorders:manage',
    'cascade:manage',
    'orders:manage',
    'hub:monitor',
    'accounts:manage',
    'webhooks:manage',
  ],
  supervisor: [...atDesk, ...supervising],
  duty_officer: [...atDesk],
  squad_leader: [...onDuty, ...leading],
  squad_member: onDuty,
  screen: [
    'cameras:view',
    'media:receive',
    'wall:view',
    'alerts:count',
    'alerts:viewMarkers',
    'squads:view',
    'squads:viewEmergencies',
    'squads:show',
    'bodycam:view',
    'board:view',
  ],
  // Softened pictures, and nothing else of any camera.
  showcase: ['public:view', 'media:receive', 'showcase:view'],
  // Of these a key has what it was made for.
  platform: [
    'alerts:report',
    'alerts:viewDetails',
    'cameras:list',
    'cameras:manage',
    'cameras:relay',
    'recorders:manage',
    'orders:view',
    'orders:direct',
    'findings:view',
    'findings:write',
    'hub:monitor',
  ],
  auditor: [...viewing, 'board:view', 'board:export', 'audit:view', 'hub:monitor'],
  stranger: [],
  // Of its own site alone (principal.ts).
  site: ['cameras:view', 'media:receive', 'sites:serve', 'attachments:view', 'attachments:add'],
} as const satisfies Record<Role, readonly Capability[]>;

/** The capabilities of a role, or of any of several roles, as a type. */
export type CapabilityOf<R extends Role> = (typeof grants)[R][number];

/**
 * What is left at a desk that is locked: the call goes on, alarms are counted, and a call for help is shown. Nothing can be changed, and
 * nothing of the registry is read.
 */
export const whileLocked = [
  'media:receive',
  'talk:hear',
  'talk:speak',
  'alerts:count',
  'squads:viewEmergencies',
  'squads:show',
] as const satisfies readonly Capability[];

/** Whether a role may do a thing at all. The hub asks it for every request; a surface asks it to enable its buttons. */
export function can(role: Role, capability: Capability): boolean {
  const granted: readonly Capability[] = grants[role];
  return granted.includes(capability);
}

/** Everything that a role may do at all. */
export function capabilitiesOf(role: Role): readonly Capability[] {
  return grants[role];
}

/** The surfaces of architecture.md. */
export const surfaces = ['wall', 'desk', 'field', 'showcase', 'site'] as const;
export type Surface = (typeof surfaces)[number];

const atCentre: readonly Surface[] = ['wall', 'desk', 'field', 'showcase'];

/** Which surfaces each role opens. A phone is a member's only when it is signed in; before that it is a stranger's. */
export const surfacesOf: Record<Role, readonly Surface[]> = {
  administrator: atCentre,
  supervisor: atCentre,
  duty_officer: atCentre,
  auditor: atCentre,
  squad_leader: ['field'],
  squad_member: ['field'],
  screen: ['wall'],
  showcase: ['showcase'],
  platform: [],
  stranger: ['field'],
  site: ['site'],
};
