/** Why the hub refuses a request about alerts: reason → the parameters of its sentence. */
export const alertsRefusals = {
  'alerts.note_missing': [],
  'alerts.not_storable': [],
  'alerts.not_durable': [],
  'alerts.no_such_alert': [],
  'alerts.no_such_snapshot': [],
} as const;
