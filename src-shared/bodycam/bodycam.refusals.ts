/** Why the hub refuses a request about body cams and their recorders: reason → the parameters of its sentence. */
export const bodycamRefusals = {
  'bodycam.is_live': ['name'],
  'bodycam.phone_not_connected': ['name'],
  'bodycam.not_asked': [],
  'bodycam.not_found': [],
  'bodycam.may_not_view': [],
  'bodycam.picture_first': [],
  'bodycam.recorder_exists': ['name'],
  'bodycam.recorder_removed': ['name'],
  'bodycam.too_many_recorders': ['limit'],
} as const;
