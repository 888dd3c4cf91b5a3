import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'hub:monitor': 'apu',
    'hub:viewTroubles': 'asdu',
  },
  notices: {
    'diagnostics:troublesChanged': 'asdu',
  },
  routes: {
    'GET /healthz': 'open',
    'GET /': 'open',
    'GET /metrics': ['au', 'city'],
    'GET /api/v1/openapi.json': 'open',
    'GET /api/v1/docs': 'open',
  },
};
