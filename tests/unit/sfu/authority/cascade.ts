import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'cascade:manage': 'a',
  },
  requests: {
    'cascade:list': ['a', 'city'],
    'cascade:readCameras': ['a', 'city'],
    'cascade:add': ['a', 'city'],
    'cascade:change': ['a', 'city'],
    'cascade:remove': ['a', 'city'],
    'cascade:share': ['a', 'city'],
    'cascade:shutPlatform': ['a', 'city'],
    'cascade:shutCamera': ['a', 'city'],
    'cascade:openCamera': ['a', 'city'],
  },
  notices: {
    'cascade:changed': 'a',
  },
};
