/** Why the hub refuses a request about talk: reason → the parameters of its sentence. */
export const talkRefusals = {
  'talk.not_in_group': [],
  'talk.only_supervisors_override': [],
  'talk.is_over': [],
  'talk.voice_must_be_opus': [],
} as const;
