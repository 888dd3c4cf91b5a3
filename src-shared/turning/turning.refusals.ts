/** Why the hub refuses to turn a camera: reason → the parameters of its sentence. */
export const turningRefusals = {
  'turning.cannot_turn': [],
  'turning.held': ['by'],
  'turning.move_over': [],
  'turning.not_reached': [],
  'turning.no_such_preset': [],
  'turning.preset_gone': ['name'],
  'turning.preset_number_taken': ['number'],
  'turning.preset_numbers_unknown': [],
  'turning.presets_full': ['limit'],
} as const;
