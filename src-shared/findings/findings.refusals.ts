/** Why the hub refuses a request about findings: reason → the parameters of its sentence. */
export const findingsRefusals = {
  'findings.no_such_finding': [],
  'findings.no_such_site': [],
  'findings.no_such_clause': ['clause'],
  'findings.no_such_order': [],
  'findings.no_such_alert': [],
  'findings.places_differ': [],
  'findings.changed_meanwhile': ['number', 'who', 'action', 'atMs', 'revision'],
  'findings.step_cannot_follow': ['number'],
  'findings.already_ended': ['number'],
  'findings.same_person': ['number'],
  'findings.reviewed_by_another': ['number'],
  'findings.appealed_before': ['number'],
  'findings.date_passed': [],
  'findings.too_many_open': ['limit'],
  'findings.times_changed_meanwhile': [],
  'findings.too_many_clauses': ['limit'],
} as const;
