/** Why the hub refuses a request about shifts: reason → the parameters of its sentence. */
export const shiftsRefusals = {
  'shifts.no_such_shift': [],
  'shifts.has_shift': [],
  'shifts.beyond_scope': [],
  'shifts.ended': [],
  'shifts.own_shift': [],
  'shifts.not_received': [],
  'shifts.received_by_another': [],
  'shifts.no_such_item': [],
  'shifts.item_changed': [],
  'shifts.list_not_opened': [],
  'shifts.unsigned_items': [],
  'shifts.no_reason': [],
} as const;
