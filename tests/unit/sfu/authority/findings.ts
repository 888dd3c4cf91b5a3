import type { ExpectedFeature } from '../authorityTables.ts';

const found = { findingId: 'n', content: { class: 2, clauses: [], words: '垃圾桶未加盖' } };

export const expected: ExpectedFeature = {
  capabilities: {
    'findings:view': 'asdpu',
    'findings:write': 'asdp',
    'findings:review': 'asd',
    'clauses:list': 'asdlmu',
    'clauses:manage': 'as',
  },
  requests: {
    'findings:create': [
      'asd',
      'thing',
      {
        own: [
          { ...found, siteId: 's' },
          { ...found, orderId: 'o' },
          { ...found, alertId: 'a' },
          { ...found, siteId: 's', cameraId: 'c' },
        ],
        other: [
          { ...found, siteId: 't' },
          { ...found, siteId: 'unknown' },
          { ...found, orderId: 'p' },
          { ...found, alertId: 'b' },
          { ...found, cameraId: 'elsewhere' },
          { ...found, siteId: 's', alertId: 'b' },
          found,
        ],
      },
    ],
    'findings:work': [
      'asd',
      'thing',
      {
        own: [{ commandId: 'k', findingId: 'f', revision: 1, deed: { type: 'note', words: 'n' } }],
        other: [{ commandId: 'k', findingId: 'g', revision: 1, deed: { type: 'note', words: 'n' } }],
      },
    ],
    'findings:review': [
      'asd',
      'thing',
      {
        own: [{ commandId: 'k', findingId: 'f', revision: 1, deed: { type: 'start' } }],
        other: [{ commandId: 'k', findingId: 'g', revision: 1, deed: { type: 'start' } }],
      },
    ],
    'findings:read': ['asdu', 'thing', { own: [{ findingId: 'f' }], other: [{ findingId: 'g' }] }],
    'findings:search': ['asdu', 'filtered'],
    'findings:listOffenders': ['asdu', 'filtered'],
    'findings:falseAlarmRates': ['asdu', 'filtered'],
    'findings:getPictures': ['asdu', 'thing', { own: [{ findingId: 'f' }], other: [{ findingId: 'g' }] }],
    'findings:listClauses': ['asdlmu', 'any'],
    'findings:saveClause': ['as', 'city'],
    'findings:readTimes': ['asdu', 'any'],
    'findings:saveTimes': ['a', 'city'],
    'findings:report': ['lm', 'any'],
    'findings:readOwn': ['t', 'filtered'],
    'findings:getOwnPictures': ['t', 'filtered'],
    'findings:answerOwn': ['t', 'filtered'],
  },
  notices: {
    'findings:changed': 'asdu',
    'findings:ownChanged': 't',
  },
  routes: {
    'GET /api/v1/findings': ['asdu', 'filtered'],
    'GET /api/v1/findings/:findingId': ['asdu', 'filtered'],
    'POST /api/v1/findings': ['asd', 'filtered'],
    'POST /api/v1/findings/:findingId/commands': ['asd', 'filtered'],
    'POST /api/v1/clauses/import': ['as', 'city'],
    'GET /api/v1/clauses/export': ['as', 'city'],
  },
};
