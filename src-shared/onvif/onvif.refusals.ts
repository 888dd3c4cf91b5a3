/** Why the hub refuses a request about ONVIF devices: reason → the parameters of its sentence. */
export const onvifRefusals = {
  'onvif.no_such_device': [],
  'onvif.no_such_stream': [],
  'onvif.no_such_site': [],
  'onvif.nothing_to_search': [],
  'onvif.bad_address': ['line'],
  'onvif.too_many_addresses': ['limit'],
  'onvif.search_running': [],
  'onvif.already_placed': ['camera'],
  'onvif.placed_twice': [],
  'onvif.not_at_address': [],
  'onvif.not_signed_in': ['device'],
  'onvif.place_refused': ['problem'],
  'onvif.in_use': ['camera'],
} as const;
