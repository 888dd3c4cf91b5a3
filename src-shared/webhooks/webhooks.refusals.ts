/** Why the hub refuses a request about webhooks: reason → the parameters of its sentence. */
export const webhooksRefusals = {
  'webhooks.no_such_webhook': [],
  'webhooks.too_many': ['limit'],
  'webhooks.malformed_address': [],
  'webhooks.plain_not_allowed': [],
  'webhooks.address_not_allowed': [],
  'webhooks.hub_itself': [],
} as const;
