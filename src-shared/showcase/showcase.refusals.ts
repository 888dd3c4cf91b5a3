/** Why the hub refuses a request about the showcase: reason → the parameters of its sentence. */
export const showcaseRefusals = {
  'showcase.changed_meanwhile': [],
  'showcase.not_stored': [],
  'showcase.not_running': [],
  'showcase.not_of_order': [],
} as const;
