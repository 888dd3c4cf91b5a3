import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'webhooks:manage': 'a',
  },
  requests: {
    'webhooks:list': ['a', 'city'],
    'webhooks:create': ['a', 'city'],
    'webhooks:setState': ['a', 'city'],
    'webhooks:delete': ['a', 'city'],
    'webhooks:sendTest': ['a', 'city'],
  },
  notices: {
    'webhooks:changed': 'a',
  },
  routes: {
    'GET /api/v1/webhooks': ['a', 'city'],
    'POST /api/v1/webhooks': ['a', 'city'],
    'POST /api/v1/webhooks/:webhookId/state': ['a', 'city'],
    'POST /api/v1/webhooks/:webhookId/test': ['a', 'city'],
    'DELETE /api/v1/webhooks/:webhookId': ['a', 'city'],
  },
};
