import type { KeyPurpose } from '../../../src-shared/session/keyPurposes.ts';

/** What is expected of the table of rights, by the letters of authorityStage.ts. A new name that is not here fails the test. */

/** Inputs about a thing of the county, and about things of others. */
interface Samples {
  own: readonly object[];
  other: readonly object[];
}

/** Who may ask; which part of the city it is about; inputs for a request that is about one thing. */
export type ExpectedRequest = readonly [
  letters: string,
  about: 'any' | 'filtered' | 'city' | 'thing',
  samples?: Samples,
];

const members: Samples = {
  own: [{ memberId: 'ann' }],
  other: [{ memberId: 'zhang' }, { memberId: 'nobody' }],
};
const order = { kind: 'other', priority: 2, place: { name: '一店' }, instructions: '', checklist: [] };
const found = { findingId: 'n', content: { class: 2, clauses: [], words: '垃圾桶未加盖' } };
const emergencies: Samples = { own: [{ emergencyId: 'e' }], other: [{ emergencyId: 'f' }] };

export const expectedCapabilities: Record<string, string> = {
  'cameras:view': 'asdwu',
  'cameras:list': 'asdpu',
  'cameras:manage': 'ap',
  'media:receive': 'asdlmwu',
  'wall:view': 'asdwu',
  'wall:drive': 'asd',
  'wall:override': 'as',
  'alerts:count': 'asdwu',
  'alerts:viewMarkers': 'asdwu',
  'alerts:viewDetails': 'asdpu',
  'alerts:work': 'asd',
  'alerts:manage': 'as',
  'alerts:report': 'p',
  'squads:view': 'asdwu',
  'squads:viewEmergencies': 'asdwu',
  'squads:show': 'asdw',
  'squads:direct': 'asd',
  'squads:manage': 'as',
  'squads:serve': 'lm',
  'talk:hear': 'asdlmu',
  'talk:speak': 'asdlm',
  'talk:override': 'as',
  'bodycam:view': 'asdwu',
  'bodycam:ask': 'asd',
  'bodycam:send': 'lm',
  'orders:view': 'asdu',
  'orders:direct': 'asd',
  'findings:view': 'asdu',
  'findings:write': 'asd',
  'findings:review': 'asd',
  'clauses:list': 'asdlmu',
  'clauses:manage': 'as',
  'attachments:view': 'asdlmu',
  'attachments:add': 'asdlm',
  'board:view': 'aswu',
  'board:export': 'asu',
  'audit:view': 'asu',
  'hub:monitor': 'au',
  'hub:viewTroubles': 'asdu',
  'accounts:manage': 'a',
};

export const expectedRequests: Record<string, ExpectedRequest> = {
  'session:join': ['asdlmwhpux', 'any'],
  'session:checkLink': ['asdlmwhpux', 'any'],
  'media:createTransport': ['asdlmwu', 'any'],
  'media:connectTransport': ['asdlmwu', 'any'],
  'media:restartIce': ['asdlmwu', 'any'],
  'media:closeTransport': ['asdlmwu', 'any'],
  'media:consume': ['asdlmwu', 'filtered'],
  'media:resumeConsumers': ['asdlmwu', 'any'],
  'media:pauseConsumers': ['asdlmwu', 'any'],
  'media:closeConsumers': ['asdlmwu', 'any'],
  'board:readFigures': ['aswu', 'filtered'],
  'cameras:readDirectory': ['asdu', 'filtered'],
  'cameras:readHealth': ['asdu', 'filtered'],
  'cameras:getPoster': [
    'asdwu',
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
    'asdwu',
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
  'cameras:closeStream': ['asdwu', 'any'],
  'cameras:reportDecoding': ['asdwu', 'any'],
  'cameras:openStreams': [
    'asdwu',
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
    'asdwu',
    'thing',
    {
      own: [{ streamId: 'c:sub' }, { streamId: 'bodycam:ann' }],
      other: [{ streamId: 'elsewhere:sub' }, { streamId: 'unknown' }, { streamId: 'bodycam:zhang' }],
    },
  ],
  'wall:showContent': ['asd', 'city'],
  'wall:showCameras': ['asd', 'city'],
  'wall:showPage': ['asd', 'city'],
  'wall:placeCamera': ['asd', 'city'],
  'wall:spotlightCamera': ['asd', 'city'],
  'wall:endSpotlight': ['asd', 'city'],
  'wall:saveProgramme': ['asd', 'city'],
  'wall:saveScene': ['asd', 'city'],
  'wall:removeSaved': ['asd', 'city'],
  'wall:saveSchedule': ['asd', 'city'],
  'wall:showSaved': ['asd', 'city'],
  'wall:reportDisplay': ['asdwu', 'any'],
  'wall:reportPlayback': ['asdwu', 'any'],
  'wall:startTour': ['asd', 'city'],
  'wall:steerTour': ['asd', 'city'],
  'wall:pinTile': ['asd', 'city'],
  'alerts:work': [
    'asd',
    'thing',
    {
      own: [{ commandId: 'k', alertIds: ['a'], deed: { type: 'acknowledge' } }],
      other: [
        { commandId: 'k', alertIds: ['b'], deed: { type: 'acknowledge' } },
        { commandId: 'k', alertIds: ['a', 'b'], deed: { type: 'resolve' } },
      ],
    },
  ],
  'alerts:read': ['asdu', 'thing', { own: [{ alertId: 'a' }], other: [{ alertId: 'b' }] }],
  'alerts:getSnapshot': ['asdwu', 'thing', { own: [{ alertId: 'a' }], other: [{ alertId: 'b' }] }],
  'alerts:search': ['asdu', 'filtered'],
  'alerts:readStatistics': ['asdu', 'filtered'],
  'alerts:saveKind': ['as', 'city'],
  'audit:search': ['asu', 'city'],
  'retention:readGrowth': ['au', 'city'],
  'cameras:allowClearPassword': [
    'a',
    'thing',
    { own: [{ cameraId: 'c' }], other: [{ cameraId: 'elsewhere' }, { cameraId: 'unknown' }] },
  ],
  'map:readSettings': ['asdwu', 'any'],
  'map:readSites': ['asdwu', 'filtered'],
  'squads:saveSquad': [
    'as',
    'thing',
    {
      own: [{ squad: { squadId: 'wenquan', name: '温泉中队' } }],
      other: [
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
  'squads:signIn': ['asdlmwhpux', 'any'],
  'squads:signOut': ['lm', 'any'],
  'squads:reportStatuses': ['lm', 'any'],
  'squads:checkIn': ['lm', 'any'],
  'squads:reportPositions': ['lm', 'any'],
  'squads:stopSharingPosition': ['lm', 'any'],
  'squads:reportPhone': ['lm', 'any'],
  'squads:raiseEmergency': ['lm', 'any'],
  'squads:confirmEmergencyShown': ['asdw', 'thing', emergencies],
  'squads:acknowledgeEmergency': ['asd', 'thing', emergencies],
  'squads:endEmergency': [
    'asd',
    'thing',
    {
      own: [{ emergencyId: 'e', outcome: 'false', reason: 'r' }],
      other: [{ emergencyId: 'f', outcome: 'false', reason: 'r' }],
    },
  ],
  'orders:create': [
    'asd',
    'thing',
    {
      own: [
        { orderId: 'n', content: { ...order, place: { name: '一店', district: '咸安区' } } },
        { orderId: 'n', content: { ...order, alertId: 'a' } },
      ],
      other: [
        { orderId: 'n', content: { ...order, place: { name: '一店', district: '赤壁市' } } },
        { orderId: 'n', content: { ...order, alertId: 'b' } },
        { orderId: 'n', content: order },
        {
          orderId: 'n',
          content: { ...order, place: { name: '一店', district: '咸安区' } },
          crew: { memberIds: ['zhang'], inChargeId: 'zhang' },
        },
      ],
    },
  ],
  'orders:direct': [
    'asd',
    'thing',
    {
      own: [{ commandId: 'k', orderId: 'o', revision: 1, deed: { type: 'note', note: 'n' } }],
      other: [
        { commandId: 'k', orderId: 'p', revision: 1, deed: { type: 'note', note: 'n' } },
        {
          commandId: 'k',
          orderId: 'o',
          revision: 1,
          deed: { type: 'dispatch', crew: { memberIds: ['zhang'], inChargeId: 'zhang' } },
        },
      ],
    },
  ],
  'orders:read': ['asdu', 'thing', { own: [{ orderId: 'o' }], other: [{ orderId: 'p' }] }],
  'orders:search': ['asdu', 'filtered'],
  'orders:rank': ['asd', 'filtered'],
  'orders:report': ['lm', 'any'],
  'findings:create': [
    'asd',
    'thing',
    {
      own: [
        { ...found, siteId: 's' },
        { ...found, orderId: 'o' },
        { ...found, alertId: 'a' },
        { ...found, siteId: 's', cameraId: 'c' },
      ],
      other: [
        { ...found, siteId: 't' },
        { ...found, siteId: 'unknown' },
        { ...found, orderId: 'p' },
        { ...found, alertId: 'b' },
        { ...found, cameraId: 'elsewhere' },
        { ...found, siteId: 's', alertId: 'b' },
        found,
      ],
    },
  ],
  'findings:work': [
    'asd',
    'thing',
    {
      own: [{ commandId: 'k', findingId: 'f', revision: 1, deed: { type: 'note', words: 'n' } }],
      other: [{ commandId: 'k', findingId: 'g', revision: 1, deed: { type: 'note', words: 'n' } }],
    },
  ],
  'findings:review': [
    'asd',
    'thing',
    {
      own: [{ commandId: 'k', findingId: 'f', revision: 1, deed: { type: 'start' } }],
      other: [{ commandId: 'k', findingId: 'g', revision: 1, deed: { type: 'start' } }],
    },
  ],
  'findings:read': ['asdu', 'thing', { own: [{ findingId: 'f' }], other: [{ findingId: 'g' }] }],
  'findings:search': ['asdu', 'filtered'],
  'findings:listOffenders': ['asdu', 'filtered'],
  'findings:falseAlarmRates': ['asdu', 'filtered'],
  'findings:getPictures': ['asdu', 'thing', { own: [{ findingId: 'f' }], other: [{ findingId: 'g' }] }],
  'findings:listClauses': ['asdlmu', 'any'],
  'findings:saveClause': ['as', 'city'],
  'findings:report': ['lm', 'any'],
  'attachments:list': ['asdlmu', 'filtered'],
  'bodycam:ask': ['asd', 'thing', members],
  'bodycam:end': ['asd', 'thing', members],
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
};

export const expectedNotices: Record<string, string> = {
  'session:noticesDropped': '',
  'session:hubStopping': 'asdlmwhpux',
  'session:clockSet': 'asdlmwhpux',
  'media:workerReplaced': 'asdlmwu',
  'media:consumersClosed': '',
  'cameras:directoryChanged': 'asdu',
  'cameras:healthChanged': 'asdu',
  'cameras:streamChanged': '',
  'wall:screenChanged': 'asd',
  'wall:libraryChanged': 'asd',
  'alerts:arrived': 'asdu',
  'alerts:changed': 'asdu',
  'alerts:marksChanged': 'w',
  'alerts:countsChanged': 'asdwu',
  'alerts:kindsChanged': 'asdwu',
  'map:sitesChanged': 'w',
  'squads:squadsChanged': 'asdwu',
  'squads:membersChanged': 'asdwu',
  'squads:positionsChanged': 'asdwu',
  'squads:emergencyChanged': 'asdwu',
  'squads:signedOut': '',
  'bodycam:asked': '',
  'bodycam:ended': '',
  'diagnostics:troublesChanged': 'asdu',
  'orders:changed': 'asdu',
  'findings:changed': 'asdu',
  'attachments:added': 'asdu',
  'orders:roadsChanged': 'asdu',
  'whip:devicesChanged': 'as',
  'talk:groupsChanged': '',
  'talk:floorTaken': '',
  'talk:floorIdle': '',
  'talk:floorGranted': '',
  'talk:floorDenied': '',
  'talk:queueMoved': '',
  'talk:limitNear': '',
  'talk:floorRevoked': '',
};

/** What a key of each purpose may do at all. */
export const expectedKeyCapabilities: Record<KeyPurpose, readonly string[]> = {
  alerts: ['alerts:report'],
  registry: ['cameras:list', 'cameras:manage'],
  records: ['alerts:viewDetails'],
};

/** The routes that a key of each purpose is let in by, of those that ask who somebody is. A key of alerts signs, and is sent to none. */
export const expectedKeyRoutes: Record<KeyPurpose, readonly string[]> = {
  alerts: [],
  registry: ['POST /api/v1/registry/import', 'GET /api/v1/registry/export', 'GET /api/v1/registry/template'],
  records: [
    'GET /api/v1/alerts.csv',
    'GET /api/v1/alerts/:alertId',
    'GET /api/v1/alerts/:alertId/snapshot.jpg',
    'GET /api/v1/false-alarms',
  ],
};

/** `who`: the roles that may, and `city` where it is only for those who work for all districts. `open`: for everybody. `own`: shows a credential of its own. */
export const expectedRoutes: Record<
  string,
  'open' | 'own' | readonly [letters: string, about: 'city' | 'filtered']
> = {
  'GET /healthz': 'open',
  'GET /': 'open',
  'GET /metrics': ['au', 'city'],
  'POST /api/v1/registry/import': ['a', 'city'],
  'GET /api/v1/registry/export': ['a', 'city'],
  'GET /api/v1/registry/template': ['a', 'city'],
  'GET /api/v1/cameras/:cameraId/poster.jpg': ['asdwu', 'filtered'],
  'GET /map/basemap.pmtiles': ['asdwu', 'filtered'],
  'GET /map/districts.geojson': ['asdwu', 'filtered'],
  'POST /whip/:deviceId': 'own',
  'PATCH /whip/:deviceId/:sessionId': 'own',
  'DELETE /whip/:deviceId/:sessionId': 'own',
  'GET /api/v1/whip-devices': ['as', 'filtered'],
  'POST /api/v1/whip-devices': ['as', 'filtered'],
  'DELETE /api/v1/whip-devices/:deviceId': ['as', 'filtered'],
  'GET /api/v1/alert-keys': ['as', 'city'],
  'POST /api/v1/alert-keys': ['as', 'city'],
  'DELETE /api/v1/alert-keys/:keyId': ['as', 'city'],
  'GET /api/v1/alert-kinds': ['as', 'city'],
  'PUT /api/v1/alert-kinds': ['as', 'city'],
  'GET /api/v1/alerts/:alertId': ['asdu', 'filtered'],
  'GET /api/v1/alerts/:alertId/snapshot.jpg': ['asdu', 'filtered'],
  'POST /api/v1/attachments': ['asdlm', 'filtered'],
  'GET /api/v1/attachments/:attachmentId/upload': ['asdlm', 'filtered'],
  'PUT /api/v1/attachments/:attachmentId/upload': ['asdlm', 'filtered'],
  'GET /api/v1/attachments/:attachmentId/file': ['asdlmu', 'filtered'],
  'GET /api/v1/attachments/:attachmentId/thumbnail.jpg': ['asdlmu', 'filtered'],
  'GET /api/v1/board/export': ['asu', 'filtered'],
  'GET /api/v1/audit.csv': ['asu', 'city'],
  'GET /api/v1/alerts.csv': ['asdu', 'filtered'],
  'GET /api/v1/false-alarms': ['asdu', 'filtered'],
  'GET /api/v1/openapi.json': 'open',
  'GET /api/v1/docs': 'open',
  'POST /api/v1/alerts': 'own',
  'DELETE /api/v1/screens/:id': ['a', 'city'],
  'DELETE /api/v1/session': 'own',
  'DELETE /api/v1/session/codes': 'own',
  'DELETE /api/v1/session/sign-ins/:sessionId': 'own',
  'DELETE /api/v1/sign-ins/:id': ['a', 'city'],
  'GET /api/v1/accounts': ['a', 'city'],
  'GET /api/v1/screen': 'own',
  'GET /api/v1/session': 'own',
  'GET /api/v1/session/sign-ins': 'own',
  'PATCH /api/v1/accounts/:id': ['a', 'city'],
  'POST /api/v1/accounts': ['a', 'city'],
  'POST /api/v1/accounts/:id/reset': ['a', 'city'],
  'POST /api/v1/pairings': 'own',
  'POST /api/v1/pairings/collect': 'own',
  'POST /api/v1/pairings/confirm': ['asd', 'city'],
  'POST /api/v1/session': 'own',
  'POST /api/v1/session/codes': 'own',
  'POST /api/v1/session/codes/confirm': 'own',
  'POST /api/v1/session/confirm': 'own',
  'POST /api/v1/session/lock': 'own',
  'POST /api/v1/session/password': 'own',
  'POST /api/v1/session/redeem': 'own',
  'POST /api/v1/session/unlock': 'own',
  'GET /trust': 'open',
  'GET /trust/addresses': 'open',
  'GET /trust/mingchu.crt': 'open',
  'GET /trust/mingchu-next.crt': 'open',
  'GET /trust/mingchu.mobileconfig': 'open',
};

/** What asks a person for the password or a code again. */
export const expectedStepUp = {
  requests: [
    'cameras:allowClearPassword',
    'squads:removeMember',
    'squads:removeSquad',
    'wall:removeSaved',
    'whip:makeDevice',
    'whip:removeDevice',
  ],
  routes: [
    'POST /api/v1/registry/import',
    'GET /api/v1/registry/export',
    'POST /api/v1/whip-devices',
    'DELETE /api/v1/whip-devices/:deviceId',
    'POST /api/v1/alert-keys',
    'DELETE /api/v1/alert-keys/:keyId',
    'GET /api/v1/alerts.csv',
    'GET /api/v1/board/export',
    'GET /api/v1/audit.csv',
    'POST /api/v1/accounts',
    'PATCH /api/v1/accounts/:id',
    'POST /api/v1/accounts/:id/reset',
    'DELETE /api/v1/sign-ins/:id',
    'DELETE /api/v1/screens/:id',
    'POST /api/v1/pairings/confirm',
  ],
};

/** Routes that do the same as a request of a desk: for whom, and with what confirmation, is said by the request. */
export const twinsOfRoutes = {
  'GET /api/v1/whip-devices': 'whip:listDevices',
  'POST /api/v1/whip-devices': 'whip:makeDevice',
  'DELETE /api/v1/whip-devices/:deviceId': 'whip:removeDevice',
  'PUT /api/v1/alert-kinds': 'alerts:saveKind',
  'GET /api/v1/alerts/:alertId': 'alerts:read',
  'GET /api/v1/cameras/:cameraId/poster.jpg': 'cameras:getPoster',
} as const;
