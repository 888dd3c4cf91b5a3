/** Parts of a hub whose state `/healthz` and the desk show. */
export const hubParts = ['database', 'disk', 'clock', 'workers', 'spool', 'audit'] as const;
export type HubPart = (typeof hubParts)[number];

/**
 * `degraded`: everything that is asked is done, and something needs attention. `failing`: something that is asked is refused, or
 * is lost when the hub ends.
 */
export type HubLevel = 'ok' | 'degraded' | 'failing';

/** Everything that a hub can find wrong with itself. The locale files have a sentence for each (`hubTrouble.*`). */
export const hubTroubleKinds = [
  'database_locked',
  'database_full',
  'database_read_only',
  'database_damaged',
  'database_failing',
  'disk_low',
  'disk_full',
  'disk_read_only',
  'clock_stepped',
  'workers_some_dead',
  'workers_all_dead',
  'spool_unwritable',
  'audit_cut_off',
  'audit_changed',
] as const;
export type HubTroubleKind = (typeof hubTroubleKinds)[number];

const levels: Record<HubTroubleKind, 'degraded' | 'failing'> = {
  database_locked: 'failing',
  database_full: 'failing',
  database_read_only: 'failing',
  database_damaged: 'failing',
  database_failing: 'failing',
  disk_low: 'degraded',
  disk_full: 'failing',
  disk_read_only: 'failing',
  clock_stepped: 'degraded',
  workers_some_dead: 'degraded',
  workers_all_dead: 'failing',
  spool_unwritable: 'degraded',
  // Nobody is helped by another start of the hub.
  audit_cut_off: 'degraded',
  audit_changed: 'degraded',
};

/** How much one trouble keeps the hub from its work. */
export function levelOfTrouble(kind: HubTroubleKind): 'degraded' | 'failing' {
  return levels[kind];
}

/** Which part of the hub has this trouble. */
export function partOfTrouble(kind: HubTroubleKind): HubPart {
  return kind.slice(0, kind.indexOf('_')) as HubPart;
}

/** The worst of several levels; `ok` for none. */
export function worstLevel(levelsFound: readonly HubLevel[]): HubLevel {
  if (levelsFound.includes('failing')) return 'failing';
  return levelsFound.includes('degraded') ? 'degraded' : 'ok';
}
