import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'attachments:view': 'asdlmut',
    'attachments:list': 'asdlmu',
    'attachments:add': 'asdlmt',
  },
  requests: {
    'attachments:list': ['asdlmu', 'filtered'],
  },
  notices: {
    'attachments:added': 'asdu',
  },
  routes: {
    'POST /api/v1/attachments': ['asdlmt', 'filtered'],
    'GET /api/v1/attachments/:attachmentId/upload': ['asdlmt', 'filtered'],
    'PUT /api/v1/attachments/:attachmentId/upload': ['asdlmt', 'filtered'],
    'GET /api/v1/attachments/:attachmentId/file': ['asdlmut', 'filtered'],
    'GET /api/v1/attachments/:attachmentId/thumbnail.jpg': ['asdlmut', 'filtered'],
  },
};
