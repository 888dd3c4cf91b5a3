import type { TFunction } from 'i18next';

/** Codes of refusals over HTTP that a desk may be given; `no_answer` is this page's own: nothing answered. */
export const httpRefusalCodes = [
  'no_answer',
  'access_denied',
  'outside_scope',
  'rate_limited',
  'wrong_host',
  'wrong_origin',
  'https_needed',
  'import_running',
  'not_importable',
  'malformed_form',
  'malformed_query',
  'malformed_json',
  'malformed_key',
  'malformed_kind',
  'beyond_own_rights',
  'key_exists',
  'body_incomplete',
  'body_too_slow',
  'body_too_large',
  'busy',
  'unsupported_type',
  'unsupported_charset',
  'not_utf8',
  'wrong_charset',
  'unstorable_text',
  'not_found',
  'no_snapshot',
  'not_storable',
  'not_durable',
  'no_browser',
  'printing_busy',
  'printing_failed',
  'no_public_url',
  'no_site_agreed',
  'too_many_codes',
] as const;

/** The sentence of a refusal over HTTP in the language of the page. */
export function httpRefusalText(code: string | undefined, t: TFunction): string {
  const known = httpRefusalCodes.find((one) => one === code);
  return t(`httpRefusal.${known ?? 'other'}`);
}
