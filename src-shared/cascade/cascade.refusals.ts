/** Why the hub refuses a request about upper platforms: reason → the parameters of its sentence. */
export const cascadeRefusals = {
  'cascade.no_such_platform': [],
  'cascade.no_such_camera': [],
  'cascade.too_many': ['most'],
  'cascade.already_there': ['name'],
  'cascade.ourselves': [],
  'cascade.changed_meanwhile': ['name'],
} as const;
