/** Why the hub refuses a request about what is public: reason → the parameters of its sentence. */
export const publicRefusals = {
  'public.no_such_site': [],
  'public.not_shown': [],
  'public.all_places_taken': ['limit'],
  'public.date_in_future': [],
} as const;
