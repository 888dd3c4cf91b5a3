import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'cameras:view': 'asdwut',
    'cameras:list': 'asdpu',
    'cameras:manage': 'ap',
    'cameras:relay': 'p',
    'cameras:turn': 'asd',
    'cameras:override': 'as',
  },
  requests: {
    'cameras:readDirectory': ['asdu', 'filtered'],
    'cameras:readHealth': ['asdu', 'filtered'],
    'cameras:getPoster': [
      'asdwut',
      'thing',
      {
        own: [{ cameraId: 'c' }, { cameraId: 'bodycam:ann' }],
        other: [
          { cameraId: 'elsewhere' },
          { cameraId: 'unknown' },
          { cameraId: 'bodycam:zhang' },
          { cameraId: 'bodycam:nobody' },
        ],
      },
    ],
    'cameras:openStream': [
      'asdwut',
      'thing',
      {
        own: [
          { cameraId: 'c', stream: 'sub' },
          { cameraId: 'bodycam:ann', stream: 'main' },
        ],
        other: [
          { cameraId: 'elsewhere', stream: 'sub' },
          { cameraId: 'bodycam:zhang', stream: 'main' },
        ],
      },
    ],
    'cameras:closeStream': ['asdwut', 'any'],
    'cameras:reportDecoding': ['asdwut', 'any'],
    'cameras:openStreams': [
      'asdwut',
      'thing',
      {
        own: [{ streams: [{ cameraId: 'c', stream: 'sub' }] }],
        other: [
          {
            streams: [
              { cameraId: 'c', stream: 'sub' },
              { cameraId: 'elsewhere', stream: 'sub' },
            ],
          },
        ],
      },
    ],
    'cameras:getKeyPicture': [
      'asdwut',
      'thing',
      {
        own: [{ streamId: 'c:sub' }, { streamId: 'bodycam:ann' }],
        other: [{ streamId: 'elsewhere:sub' }, { streamId: 'unknown' }, { streamId: 'bodycam:zhang' }],
      },
    ],
    'cameras:allowClearPassword': [
      'a',
      'thing',
      { own: [{ cameraId: 'c' }], other: [{ cameraId: 'elsewhere' }, { cameraId: 'unknown' }] },
    ],
  },
  notices: {
    'cameras:directoryChanged': 'asdu',
    'cameras:healthChanged': 'asdu',
    'cameras:streamChanged': '',
  },
  routes: {
    'POST /api/v1/registry/import': ['a', 'city'],
    'GET /api/v1/registry/export': ['a', 'city'],
    'GET /api/v1/registry/template': ['a', 'city'],
    'GET /api/v1/cameras/:cameraId/poster.jpg': ['asdwut', 'filtered'],
  },
};
