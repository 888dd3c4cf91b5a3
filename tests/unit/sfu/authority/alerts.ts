import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'alerts:count': 'asdwu',
    'alerts:viewMarkers': 'asdwu',
    'alerts:viewDetails': 'asdpu',
    'alerts:work': 'asd',
    'alerts:manage': 'as',
    'alerts:report': 'p',
  },
  requests: {
    'alerts:work': [
      'asd',
      'thing',
      {
        own: [
          { commandId: 'k', alertIds: ['a'], deed: { type: 'acknowledge' } },
          { commandId: 'k', alertIds: ['a'], deed: { type: 'dispatch', orderId: 'o' } },
        ],
        other: [
          { commandId: 'k', alertIds: ['a'], deed: { type: 'callDuplicate', of: 'b' } },
          { commandId: 'k', alertIds: ['a'], deed: { type: 'dispatch', orderId: 'p' } },
          { commandId: 'k', alertIds: ['a'], deed: { type: 'endOrder', orderId: 'p' } },
          { commandId: 'k', alertIds: ['b'], deed: { type: 'acknowledge' } },
          { commandId: 'k', alertIds: ['a', 'b'], deed: { type: 'resolve' } },
        ],
      },
    ],
    'alerts:read': ['asdu', 'thing', { own: [{ alertId: 'a' }], other: [{ alertId: 'b' }] }],
    'alerts:getSnapshot': ['asdwu', 'thing', { own: [{ alertId: 'a' }], other: [{ alertId: 'b' }] }],
    'alerts:search': ['asdu', 'filtered'],
    'alerts:readStatistics': ['asdu', 'filtered'],
    'alerts:saveKind': ['as', 'city'],
  },
  notices: {
    'alerts:arrived': 'asdu',
    'alerts:changed': 'asdu',
    'alerts:marksChanged': 'w',
    'alerts:countsChanged': 'asdwu',
    'alerts:kindsChanged': 'asdwu',
  },
  routes: {
    'GET /api/v1/alert-keys': ['as', 'city'],
    'POST /api/v1/alert-keys': ['as', 'city'],
    'DELETE /api/v1/alert-keys/:keyId': ['as', 'city'],
    'GET /api/v1/alert-kinds': ['as', 'city'],
    'PUT /api/v1/alert-kinds': ['as', 'city'],
    'GET /api/v1/alerts/:alertId': ['asdu', 'filtered'],
    'GET /api/v1/alerts/:alertId/snapshot.jpg': ['asdu', 'filtered'],
    'GET /api/v1/alerts/:alertId/recording.mp4': ['asdu', 'filtered'],
    'GET /api/v1/alerts.csv': ['asdu', 'filtered'],
    'GET /api/v1/false-alarms': ['asdu', 'filtered'],
    'POST /api/v1/alerts': 'own',
  },
};
