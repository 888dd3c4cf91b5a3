import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  routes: {
    'GET /trust': 'open',
    'GET /trust/addresses': 'open',
    'GET /trust/mingchu.crt': 'open',
    'GET /trust/mingchu-next.crt': 'open',
    'GET /trust/mingchu.mobileconfig': 'open',
  },
};
