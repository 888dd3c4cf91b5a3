/** Why the hub lets nobody speak into a kitchen: reason → the parameters of its sentence. */
export const kitchenTalkRefusals = {
  'kitchenTalk.busy': ['by'],
  'kitchenTalk.over': [],
  'kitchenTalk.no_such_kind': [],
  'kitchenTalk.no_such_sentence': [],
  'kitchenTalk.bad_sound': [],
  'kitchenTalk.no_voice': [],
  'kitchenTalk.voice_must_be_alaw': [],
  'kitchenTalk.no_back_channel': [],
  'kitchenTalk.no_alaw': [],
  'kitchenTalk.no_tcp': [],
  'kitchenTalk.no_stream': [],
  'kitchenTalk.not_reached': [],
  'kitchenTalk.wrong_password': [],
  'kitchenTalk.camera_refused': [],
  'kitchenTalk.recorders_off': [],
  'kitchenTalk.recorder_away': [],
  'kitchenTalk.recorder_refused': [],
  'kitchenTalk.recorder_silent': [],
  'kitchenTalk.ended_by_device': [],
} as const;

/** Why the hub cannot speak through a camera: the fault (`kitchenTalk.protocol.ts`) → the reason with its sentence. */
export const earRefusalReasons = {
  noBackChannel: 'kitchenTalk.no_back_channel',
  noALaw: 'kitchenTalk.no_alaw',
  noTcp: 'kitchenTalk.no_tcp',
  noStream: 'kitchenTalk.no_stream',
  notReached: 'kitchenTalk.not_reached',
  wrongPassword: 'kitchenTalk.wrong_password',
  cameraRefused: 'kitchenTalk.camera_refused',
  off: 'kitchenTalk.recorders_off',
  away: 'kitchenTalk.recorder_away',
  refused: 'kitchenTalk.recorder_refused',
  silent: 'kitchenTalk.recorder_silent',
  endedByDevice: 'kitchenTalk.ended_by_device',
} as const satisfies Record<string, keyof typeof kitchenTalkRefusals>;
