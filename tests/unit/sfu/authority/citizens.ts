import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'citizens:answer': 'asd',
  },
  requests: {
    'citizens:readReports': ['asdu', 'thing', { own: [{ alertId: 'a' }], other: [{ alertId: 'b' }] }],
    'citizens:answer': [
      'asd',
      'thing',
      {
        own: [{ reportIds: ['r'], text: '已核查' }],
        other: [
          { reportIds: ['q'], text: '已核查' },
          { reportIds: ['r', 'q'], text: '已核查' },
        ],
      },
    ],
  },
  notices: {
    'citizens:reportsChanged': 'asdu',
  },
};
