import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'media:receive': 'asdlmwhut',
  },
  requests: {
    'media:createTransport': ['asdlmwhut', 'any'],
    'media:connectTransport': ['asdlmwhut', 'any'],
    'media:restartIce': ['asdlmwhut', 'any'],
    'media:closeTransport': ['asdlmwhut', 'any'],
    'media:consume': ['asdlmwhut', 'filtered'],
    'media:resumeConsumers': ['asdlmwhut', 'any'],
    'media:pauseConsumers': ['asdlmwhut', 'any'],
    'media:closeConsumers': ['asdlmwhut', 'any'],
  },
  notices: {
    'media:workerReplaced': 'asdlmwhut',
    'media:consumersClosed': '',
  },
};
