/** Why the hub refuses a request about cameras: reason → the parameters of its sentence. */
export const camerasRefusals = {
  'cameras.not_in_registry': ['camera'],
  'cameras.password_not_withheld': ['camera'],
  'cameras.stream_not_held': [],
  'cameras.stream_not_running': [],
} as const;
