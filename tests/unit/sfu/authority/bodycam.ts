import { members } from '../authoritySamples.ts';
import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'bodycam:view': 'asdwu',
    'bodycam:ask': 'asdl',
    'bodycam:send': 'lm',
  },
  requests: {
    'bodycam:ask': ['asdl', 'thing', members],
    'bodycam:end': ['asdl', 'thing', members],
    'bodycam:decline': ['lm', 'any'],
    'bodycam:produce': ['lm', 'any'],
    'bodycam:stop': ['lm', 'any'],
    'whip:makeDevice': [
      'as',
      'thing',
      { own: [{ name: 'r', memberId: 'ann' }], other: [{ name: 'r', memberId: 'zhang' }] },
    ],
    'whip:listDevices': ['as', 'filtered'],
    'whip:removeDevice': ['as', 'thing', { own: [{ deviceId: 'd' }], other: [{ deviceId: 'other' }] }],
  },
  notices: {
    'bodycam:asked': '',
    'bodycam:ended': '',
    'whip:devicesChanged': 'as',
  },
  routes: {
    'POST /whip/:deviceId': 'own',
    'PATCH /whip/:deviceId/:sessionId': 'own',
    'DELETE /whip/:deviceId/:sessionId': 'own',
    'GET /api/v1/whip-devices': ['as', 'filtered'],
    'POST /api/v1/whip-devices': ['as', 'filtered'],
    'DELETE /api/v1/whip-devices/:deviceId': ['as', 'filtered'],
  },
};
