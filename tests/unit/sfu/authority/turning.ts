import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  requests: {
    'turning:read': [
      'asd',
      'thing',
      { own: [{ cameraId: 'c' }], other: [{ cameraId: 'elsewhere' }, { cameraId: 'unknown' }] },
    ],
    'turning:move': [
      'asd',
      'thing',
      {
        own: [{ cameraId: 'c', moveId: 1, motion: { pan: 0, tilt: 0, zoom: 0, focus: 0 } }],
        other: [
          { cameraId: 'elsewhere', moveId: 1, motion: { pan: 0, tilt: 0, zoom: 0, focus: 0 } },
          { cameraId: 'unknown', moveId: 1, motion: { pan: 0, tilt: 0, zoom: 0, focus: 0 } },
        ],
      },
    ],
    'turning:keepMoving': [
      'asd',
      'thing',
      {
        own: [{ cameraId: 'c', moveId: 1 }],
        other: [
          { cameraId: 'elsewhere', moveId: 1 },
          { cameraId: 'unknown', moveId: 1 },
        ],
      },
    ],
    'turning:stop': [
      'asd',
      'thing',
      {
        own: [{ cameraId: 'c', moveId: 1 }],
        other: [
          { cameraId: 'elsewhere', moveId: 1 },
          { cameraId: 'unknown', moveId: 1 },
        ],
      },
    ],
    'turning:takeOver': [
      'as',
      'thing',
      { own: [{ cameraId: 'c' }], other: [{ cameraId: 'elsewhere' }, { cameraId: 'unknown' }] },
    ],
    'turning:goToPreset': [
      'asd',
      'thing',
      {
        own: [{ cameraId: 'c', number: 1 }],
        other: [
          { cameraId: 'elsewhere', number: 1 },
          { cameraId: 'unknown', number: 1 },
        ],
      },
    ],
    'turning:savePreset': [
      'asd',
      'thing',
      {
        own: [{ cameraId: 'c', name: '灶台' }],
        other: [
          { cameraId: 'elsewhere', name: '灶台' },
          { cameraId: 'unknown', name: '灶台' },
        ],
      },
    ],
    'turning:deletePreset': [
      'asd',
      'thing',
      {
        own: [{ cameraId: 'c', number: 1 }],
        other: [
          { cameraId: 'elsewhere', number: 1 },
          { cameraId: 'unknown', number: 1 },
        ],
      },
    ],
    'turning:relistPreset': [
      'asd',
      'thing',
      {
        own: [{ cameraId: 'c', number: 1 }],
        other: [
          { cameraId: 'elsewhere', number: 1 },
          { cameraId: 'unknown', number: 1 },
        ],
      },
    ],
  },
  notices: {
    'turning:changed': 'asd',
  },
};
