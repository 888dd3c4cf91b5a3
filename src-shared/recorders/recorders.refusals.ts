/** Why the hub refuses a request about recorders: reason → the parameters of its sentence. */
export const recordersRefusals = {
  'recorders.no_such_recorder': [],
  'recorders.already_there': ['id'],
  'recorders.not_online': [],
  'recorders.not_received': [],
  'recorders.asked_just_now': [],
  'recorders.no_such_channel': [],
  'recorders.no_such_camera': [],
  'recorders.channel_used': ['camera'],
  'recorders.match_refused': ['problem'],
  'recorders.nothing_kept': [],
} as const;
