import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'sites:manage': 'as',
    'sites:serve': 't',
  },
  requests: {
    'sites:makeLink': [
      'as',
      'thing',
      {
        own: [{ siteId: 's', forWhom: '张经理' }],
        other: [
          { siteId: 't', forWhom: '张经理' },
          { siteId: 'nowhere', forWhom: '张经理' },
        ],
      },
    ],
    'sites:listLinks': ['as', 'thing', { own: [{ siteId: 's' }], other: [{ siteId: 't' }] }],
    'sites:revokeLink': [
      'as',
      'thing',
      { own: [{ siteId: 's', linkId: 'l' }], other: [{ siteId: 't', linkId: 'l' }] },
    ],
    'sites:readAlert': ['asdu', 'thing', { own: [{ alertId: 'a' }], other: [{ alertId: 'b' }] }],
    'sites:decideAppeal': [
      'asd',
      'thing',
      {
        own: [{ alertId: 'a', decision: { type: 'uphold' } }],
        other: [{ alertId: 'b', decision: { type: 'uphold' } }],
      },
    ],
    'sites:readAlerts': ['t', 'filtered'],
    'sites:getAlertPicture': ['t', 'filtered'],
    'sites:report': ['t', 'filtered'],
  },
  notices: {
    'sites:alertsChanged': 't',
    'sites:camerasChanged': 't',
    'sites:answersChanged': 'asdu',
  },
  routes: {
    'GET /api/v1/site-session': 'own',
    'POST /api/v1/site-session': 'own',
    'DELETE /api/v1/site-session': 'own',
  },
};
