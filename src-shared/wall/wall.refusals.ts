/** Why the hub refuses a command for the wall: reason → the parameters of its sentence. */
export const wallRefusals = {
  'wall.no_such_screen': ['screen', 'screens'],
  'wall.screen_never_opened': ['screen'],
  'wall.too_many_screens': ['limit'],
  'wall.screen_changed': ['screen'],
  'wall.no_such_camera': ['cameras'],
  'wall.no_such_tile': ['tiles', 'known'],
  'wall.no_such_programme': [],
  'wall.no_such_scene': [],
  'wall.no_tour': [],
  'wall.nothing_to_pin_against': [],
  'wall.tour_has_one_page': [],
  'wall.tour_has_no_earlier_page': [],
  'wall.tour_is_paused': [],
  'wall.tour_is_running': [],
  'wall.not_due': [],
  'wall.spotlight_is_shown': [],
  'wall.spotlight_waits': [],
  'wall.spotlight_has_ended': [],
  'wall.spotlight_not_found': [],
  'wall.too_many_spotlights': ['limit'],
  'wall.layout_badGrid': [],
  'wall.layout_noTiles': [],
  'wall.layout_tooManyTiles': [],
  'wall.layout_badTile': ['tile'],
  'wall.layout_outside': ['tile'],
  'wall.layout_overlap': ['tile'],
  'wall.library_changed': [],
  'wall.in_schedule': ['name', 'screens'],
  'wall.schedule_clash': [],
  'wall.too_many_saved': ['limit'],
  'wall.library_too_large': [],
  'wall.not_a_screen': [],
  'wall.held_by_supervisor': ['name', 'seconds'],
  'wall.shows_no_case': ['screen'],
} as const;

type WallReason = keyof typeof wallRefusals;

/** Why a machine of the wall takes no step: as an English sentence, and as a reason with its parameters. */
export interface WallRefusal<Reason extends WallReason = WallReason> {
  ok: false;
  reason: string;
  cause: CauseOf<Reason>;
}

type CauseOf<Reason extends WallReason> = {
  [Each in Reason]: { reason: Each } & { [Name in (typeof wallRefusals)[Each][number]]: string | number };
}[Reason];
