import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'talk:hear': 'asdlmu',
    'talk:speak': 'asdlm',
    'talk:override': 'as',
  },
  requests: {
    'talk:requestFloor': ['asdlm', 'filtered'],
    'talk:confirmFloor': ['asdlm', 'filtered'],
    'talk:releaseFloor': ['asdlm', 'filtered'],
    'talk:revokeFloor': [
      'as',
      'thing',
      {
        own: [
          { groupId: 'squad:wenquan', epoch: 1 },
          { groupId: 'private:ann', epoch: 1 },
          { groupId: 'order:o', epoch: 1 },
        ],
        other: [
          { groupId: 'squad:yongan', epoch: 1 },
          { groupId: 'private:zhang', epoch: 1 },
          { groupId: 'order:other', epoch: 1 },
          { groupId: 'all', epoch: 1 },
        ],
      },
    ],
    'talk:readHistory': ['asdlmu', 'filtered'],
    'talk:openSending': ['asdlm', 'any'],
    'talk:connectSending': ['asdlm', 'any'],
    'talk:restartSendingIce': ['asdlm', 'any'],
    'talk:produceVoice': ['asdlm', 'any'],
  },
  notices: {
    'talk:groupsChanged': '',
    'talk:floorTaken': '',
    'talk:floorIdle': '',
    'talk:floorGranted': '',
    'talk:floorDenied': '',
    'talk:queueMoved': '',
    'talk:limitNear': '',
    'talk:floorRevoked': '',
  },
};
