import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'recorders:manage': 'ap',
  },
  requests: {
    'recorders:list': ['a', 'city'],
    'recorders:setPlatform': ['a', 'city'],
    'recorders:add': ['a', 'city'],
    'recorders:change': ['a', 'city'],
    'recorders:remove': ['a', 'city'],
    'recorders:askCatalogue': ['a', 'city'],
    'recorders:readChannels': ['a', 'city'],
    'recorders:match': ['a', 'city'],
    'recorders:release': ['a', 'city'],
    'recorders:readTrace': ['a', 'city'],
  },
  notices: {
    'recorders:changed': 'a',
  },
  routes: {
    'GET /api/v1/recorders': ['a', 'city'],
    'POST /api/v1/recorders': ['a', 'city'],
    'DELETE /api/v1/recorders/:recorderId': ['a', 'city'],
  },
};
