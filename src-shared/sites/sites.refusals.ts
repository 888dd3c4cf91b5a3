/** Why the hub refuses a request about sites and their links: reason → the parameters of its sentence. */
export const sitesRefusals = {
  'sites.no_such_site': [],
  'sites.no_such_link': [],
  'sites.link_exists': [],
  'sites.too_many_links': ['limit'],
  'sites.code_unknown': [],
  'sites.code_used': [],
  'sites.code_expired': [],
  'sites.secret_in_use': [],
  'sites.too_many_wrong_codes': [],
  'sites.not_signed_in': [],
  'sites.no_such_alert': [],
  'sites.no_such_appeal': [],
  'sites.decided_already': [],
} as const;
