import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'audit:view': 'asu',
  },
  requests: {
    'audit:search': ['asu', 'city'],
    'retention:readGrowth': ['au', 'city'],
  },
  routes: {
    'GET /api/v1/audit.csv': ['asu', 'city'],
  },
};
