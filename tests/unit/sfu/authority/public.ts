import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'public:view': 'asdhu',
    'public:drawCurtain': 'asd',
    'public:manage': 'as',
  },
  requests: {
    'public:readSite': [
      'asd',
      'thing',
      { own: [{ siteId: 's' }], other: [{ siteId: 't' }, { siteId: 'nowhere' }] },
    ],
    'public:recordConsent': [
      'as',
      'thing',
      {
        own: [{ siteId: 's', agreedOn: '2026-03-01' }],
        other: [
          { siteId: 't', agreedOn: '2026-03-01' },
          { siteId: 'nowhere', agreedOn: '2026-03-01' },
        ],
      },
    ],
    'public:withdrawConsent': [
      'as',
      'thing',
      { own: [{ siteId: 's' }], other: [{ siteId: 't' }, { siteId: 'nowhere' }] },
    ],
    'public:saveSite': [
      'as',
      'thing',
      {
        own: [{ siteId: 's', hours: null, facts: {} }],
        other: [
          { siteId: 't', hours: null, facts: {} },
          { siteId: 'nowhere', hours: null, facts: {} },
        ],
      },
    ],
    'public:saveCamera': [
      'as',
      'thing',
      {
        own: [{ cameraId: 'c', room: null, headPercent: null }],
        other: [
          { cameraId: 'elsewhere', room: null, headPercent: null },
          { cameraId: 'unknown', room: null, headPercent: null },
        ],
      },
    ],
    'public:drawCurtain': [
      'asd',
      'thing',
      {
        own: [
          { target: { type: 'site', siteId: 's' }, isDrawn: true },
          { target: { type: 'camera', cameraId: 'c' }, isDrawn: true },
        ],
        other: [
          { target: { type: 'site', siteId: 't' }, isDrawn: true },
          { target: { type: 'camera', cameraId: 'elsewhere' }, isDrawn: true },
        ],
      },
    ],
    'public:readKitchens': ['asdhu', 'any'],
    'public:watch': ['asdhu', 'any'],
    'public:unwatch': ['asdhu', 'any'],
    'public:getStill': ['asdhu', 'any'],
  },
  notices: {
    'public:kitchensChanged': 'asdhu',
    'public:siteChanged': 'asd',
  },
  routes: {
    'GET /public/stills/:name': ['asdhu', 'filtered'],
    'GET /api/v1/public/codes.pdf': ['as', 'filtered'],
  },
};
