import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  requests: {
    'session:join': ['asdlmwhpuxt', 'any'],
    'session:checkLink': ['asdlmwhpuxt', 'any'],
  },
  notices: {
    'session:noticesDropped': '',
    'session:hubStopping': 'asdlmwhpuxt',
    'session:clockSet': 'asdlmwhpuxt',
  },
};
