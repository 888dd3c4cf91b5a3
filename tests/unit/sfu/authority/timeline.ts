import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  requests: {
    'timeline:read': [
      'asdu',
      'thing',
      {
        own: [{ subject: { type: 'order', id: 'o' } }, { subject: { type: 'site', id: 's' } }],
        other: [{ subject: { type: 'order', id: 'p' } }, { subject: { type: 'emergency', id: 'nobody' } }],
      },
    ],
  },
  routes: {
    'GET /api/v1/timeline.html': ['asdu', 'filtered'],
    'GET /api/v1/timeline.pdf': ['asdu', 'filtered'],
  },
};
