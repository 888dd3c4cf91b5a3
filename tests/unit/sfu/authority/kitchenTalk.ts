import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'kitchens:speak': 'asd',
  },
  requests: {
    'kitchenTalk:read': [
      'asd',
      'thing',
      { own: [{ cameraId: 'c' }], other: [{ cameraId: 'elsewhere' }, { cameraId: 'unknown' }] },
    ],
    'kitchenTalk:produceVoice': ['asd', 'any'],
    'kitchenTalk:begin': [
      'asd',
      'thing',
      {
        own: [{ cameraId: 'c', commandId: 'k' }],
        other: [
          { cameraId: 'elsewhere', commandId: 'k' },
          { cameraId: 'unknown', commandId: 'k' },
        ],
      },
    ],
    'kitchenTalk:keep': [
      'asd',
      'thing',
      {
        own: [{ cameraId: 'c', commandId: 'k' }],
        other: [
          { cameraId: 'elsewhere', commandId: 'k' },
          { cameraId: 'unknown', commandId: 'k' },
        ],
      },
    ],
    'kitchenTalk:end': [
      'asd',
      'thing',
      {
        own: [{ cameraId: 'c', commandId: 'k' }],
        other: [
          { cameraId: 'elsewhere', commandId: 'k' },
          { cameraId: 'unknown', commandId: 'k' },
        ],
      },
    ],
    'kitchenTalk:takeOver': [
      'as',
      'thing',
      {
        own: [{ cameraId: 'c', commandId: 'k' }],
        other: [
          { cameraId: 'elsewhere', commandId: 'k' },
          { cameraId: 'unknown', commandId: 'k' },
        ],
      },
    ],
    'kitchenTalk:listSentences': ['asd', 'any'],
    'kitchenTalk:readSentence': ['asd', 'any'],
    'kitchenTalk:saveSentence': ['as', 'city'],
    'kitchenTalk:removeSentence': ['as', 'city'],
    'kitchenTalk:play': [
      'asd',
      'thing',
      {
        own: [{ cameraId: 'c', commandId: 'k', kindId: 'no_hat', language: 'zh' }],
        other: [
          { cameraId: 'elsewhere', commandId: 'k', kindId: 'no_hat', language: 'zh' },
          { cameraId: 'unknown', commandId: 'k', kindId: 'no_hat', language: 'zh' },
        ],
      },
    ],
  },
  notices: {
    'kitchenTalk:changed': 'asd',
    'kitchenTalk:sentencesChanged': 'asd',
  },
};
