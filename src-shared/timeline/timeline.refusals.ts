/** Why the hub refuses a request about a timeline: reason → the parameters of its sentence. */
export const timelineRefusals = {
  'timeline.no_such_subject': [],
  'timeline.period_reversed': [],
  'timeline.period_too_long': ['days'],
  'timeline.reading_expired': [],
} as const;
