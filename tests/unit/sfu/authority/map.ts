import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  requests: {
    'map:readSettings': ['asdwu', 'any'],
    'map:readSites': ['asdwu', 'filtered'],
  },
  notices: {
    'map:sitesChanged': 'w',
  },
  routes: {
    'GET /map/basemap.pmtiles': ['asdwu', 'filtered'],
    'GET /map/districts.geojson': ['asdwu', 'filtered'],
  },
};
