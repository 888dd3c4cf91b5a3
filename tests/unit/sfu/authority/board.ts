import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'board:view': 'aswu',
    'board:export': 'asu',
  },
  requests: {
    'board:readFigures': ['aswu', 'filtered'],
  },
  routes: {
    'GET /api/v1/board/export': ['asu', 'filtered'],
  },
};
