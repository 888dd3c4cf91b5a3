/** Why the hub refuses a request about reports of citizens: reason → the parameters of its sentence. */
export const citizensRefusals = {
  'citizens.no_such_report': [],
  'citizens.answered_already': [],
  'citizens.not_stored': [],
} as const;
