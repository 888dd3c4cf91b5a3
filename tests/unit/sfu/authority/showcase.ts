import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'showcase:view': 'asdhu',
    'showcase:drive': 'asd',
    'showcase:manage': 'as',
  },
  requests: {
    'showcase:setCurtain': ['asd', 'thing', { own: [{ isDrawn: true }], other: [{ isDrawn: false }] }],
    'showcase:saveProgramme': ['as', 'city'],
    'showcase:releaseCase': [
      'asd',
      'thing',
      {
        own: [{ orderId: 'o', parts: { voice: true, place: true } }],
        other: [{ orderId: 'p', parts: { voice: true, place: true } }],
      },
    ],
    'showcase:takeBackCase': ['asd', 'any'],
    'showcase:reportReplaced': ['asdhu', 'any'],
  },
  notices: {
    'showcase:viewChanged': 'hu',
    'showcase:deskChanged': 'asd',
  },
};
