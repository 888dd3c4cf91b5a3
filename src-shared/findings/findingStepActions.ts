/** What can happen to a finding, as its history names it. */
export const findingStepActions = [
  'found',
  'answered',
  'appealed',
  'reviewStarted',
  'closed',
  'sentBack',
  'upheld',
  'declined',
  'withdrawn',
  'dueMoved',
  'escalated',
  'noted',
] as const;
