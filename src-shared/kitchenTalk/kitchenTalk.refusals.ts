/** Why the hub lets nobody speak into a kitchen: reason → the parameters of its sentence. */
export const kitchenTalkRefusals = {
  'kitchenTalk.busy': ['by'],
  'kitchenTalk.over': [],
  'kitchenTalk.no_voice': [],
  'kitchenTalk.voice_must_be_alaw': [],
  'kitchenTalk.no_back_channel': [],
  'kitchenTalk.no_alaw': [],
  'kitchenTalk.not_reached': [],
  'kitchenTalk.wrong_password': [],
  'kitchenTalk.camera_refused': [],
  'kitchenTalk.recorders_off': [],
  'kitchenTalk.recorder_away': [],
  'kitchenTalk.recorder_refused': [],
  'kitchenTalk.recorder_silent': [],
  'kitchenTalk.ended_by_device': [],
} as const;
