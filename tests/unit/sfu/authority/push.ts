import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  requests: {
    'push:readKey': ['lm', 'any'],
    'push:subscribe': ['lm', 'any'],
  },
};
