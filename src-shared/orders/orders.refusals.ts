/** Why the hub refuses a request about orders: reason → the parameters of its sentence. */
export const ordersRefusals = {
  'orders.no_such_order': [],
  'orders.changed_meanwhile': ['number', 'who', 'action', 'atMs', 'revision'],
  'orders.step_cannot_follow': ['number'],
  'orders.already_ended': ['number'],
  'orders.no_such_member': [],
  'orders.not_of_your_squad': [],
  'orders.members_of_several_squads': [],
  'orders.members_go_already': ['number'],
  'orders.members_not_added': ['number'],
  'orders.too_many_members': ['number', 'limit'],
  'orders.due_in_the_past': [],
  'orders.too_many_open': ['limit'],
  'orders.alert_has_order': [],
  'orders.settings_changed_meanwhile': [],
} as const;
