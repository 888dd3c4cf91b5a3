import { emergencies, members } from '../authoritySamples.ts';
import type { ExpectedFeature } from '../authorityTables.ts';

export const expected: ExpectedFeature = {
  capabilities: {
    'squads:view': 'asdwu',
    'squads:viewEmergencies': 'asdwu',
    'squads:viewEnded': 'asdu',
    'squads:show': 'asdw',
    'squads:direct': 'asd',
    'squads:manage': 'as',
    'squads:serve': 'lm',
    'squads:lead': 'l',
  },
  requests: {
    'squads:saveSquad': [
      'as',
      'thing',
      {
        own: [
          { squad: { squadId: 'wenquan', name: '温泉中队' } },
          // Another district's, which was there before, stays.
          { squad: { squadId: 'wenquan', name: '温泉中队', homeDistricts: ['咸安区', '崇阳县'] } },
        ],
        other: [
          { squad: { squadId: 'wenquan', name: '温泉中队', homeDistricts: ['咸安区'] } },
          { squad: { squadId: 'wenquan', name: '温泉中队', homeDistricts: ['崇阳县', '赤壁市'] } },
          { squad: { squadId: 'yongan', name: '永安中队' } },
          { squad: { squadId: 'new', name: '新中队' } },
        ],
      },
    ],
    'squads:removeSquad': ['as', 'thing', { own: [{ squadId: 'wenquan' }], other: [{ squadId: 'yongan' }] }],
    'squads:saveMember': [
      'as',
      'thing',
      {
        own: [
          { member: { memberId: 'ann', squadId: 'wenquan', name: '李强' } },
          { member: { memberId: 'new', squadId: 'wenquan', name: '李强' } },
        ],
        other: [
          { member: { memberId: 'ann', squadId: 'yongan', name: '李强' } },
          { member: { memberId: 'zhang', squadId: 'wenquan', name: '李强' } },
        ],
      },
    ],
    'squads:setLeader': [
      'as',
      'thing',
      {
        own: [{ memberId: 'ann', isLeader: true }],
        other: [
          { memberId: 'zhang', isLeader: true },
          { memberId: 'nobody', isLeader: false },
        ],
      },
    ],
    'squads:leadDuty': [
      'l',
      'thing',
      {
        own: [
          { commandId: 'k', isOnDuty: true },
          { commandId: 'k', isOnDuty: true, memberId: 'ann' },
        ],
        other: [
          { commandId: 'k', isOnDuty: true, memberId: 'zhang' },
          { commandId: 'k', isOnDuty: false, memberId: 'nobody' },
        ],
      },
    ],
    'squads:removeMember': ['as', 'thing', members],
    'squads:makeSignInCode': ['as', 'thing', members],
    'squads:revokePhone': ['as', 'thing', members],
    'squads:setStatus': [
      'asd',
      'thing',
      {
        own: [{ changeId: 'k', memberId: 'ann', status: 'available' }],
        other: [{ changeId: 'k', memberId: 'zhang', status: 'available' }],
      },
    ],
    'squads:signIn': ['asdlmwhpuxt', 'any'],
    'squads:signOut': ['lm', 'any'],
    'squads:reportStatuses': ['lm', 'any'],
    'squads:checkIn': ['lm', 'any'],
    'squads:reportPositions': ['lm', 'any'],
    'squads:stopSharingPosition': ['lm', 'any'],
    'squads:reportPhone': ['lm', 'any'],
    'squads:raiseEmergency': ['lm', 'any'],
    'squads:confirmEmergencyShown': ['asdw', 'thing', emergencies],
    'squads:acknowledgeEmergency': ['asd', 'thing', emergencies],
    'squads:listEmergencies': ['asdu', 'filtered'],
    'squads:endEmergency': [
      'asd',
      'thing',
      {
        own: [{ emergencyId: 'e', outcome: 'false', reason: 'r' }],
        other: [{ emergencyId: 'f', outcome: 'false', reason: 'r' }],
      },
    ],
  },
  notices: {
    'squads:squadsChanged': 'asdwu',
    'squads:membersChanged': 'asdwu',
    'squads:positionsChanged': 'asdwu',
    'squads:emergencyChanged': 'asdwu',
    'squads:signedOut': '',
  },
};
