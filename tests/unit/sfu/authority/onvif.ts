import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  requests: {
    'onvif:list': ['a', 'city'],
    'onvif:search': ['a', 'city'],
    'onvif:signIn': ['a', 'city'],
    'onvif:readPicture': ['a', 'city'],
    'onvif:place': ['a', 'city'],
    'onvif:takeOver': ['a', 'city'],
    'onvif:setMotionAlerts': ['a', 'city'],
    'onvif:forget': ['a', 'city'],
  },
  notices: {
    'onvif:changed': 'a',
  },
};
