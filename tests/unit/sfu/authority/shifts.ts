import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'shifts:view': 'asdu',
    'shifts:keep': 'asd',
    'shifts:override': 'as',
  },
  requests: {
    'shifts:list': ['asdu', 'filtered'],
    'shifts:read': ['asdu', 'filtered'],
    'shifts:begin': ['asd', 'any'],
    'shifts:writeNote': ['asd', 'filtered'],
    'shifts:work': ['asd', 'filtered'],
    'shifts:override': ['as', 'filtered'],
  },
  notices: {
    'shifts:changed': 'asdu',
  },
  routes: {
    'GET /api/v1/shifts/:shiftId/handover.html': ['asdu', 'filtered'],
  },
};
