import type { TFunction } from 'i18next';
import { refusalReasons, type RefusalReason } from '../../src-shared/protocol/refusals.ts';
import { refusalText } from './refusalText.ts';

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
  'unavailable',
  'forbidden',
  'too_many',
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

/** What a refusal says of itself: its reason where that has a sentence without parameters, or else its code. `httpRefusalText` words both. */
export function httpProblemOf(error: { code?: string; reason?: string } | undefined): string | undefined {
  const reason = error?.reason;
  return reason !== undefined && isWhole(reason) ? reason : error?.code;
}

/** The sentence of a refusal over HTTP, by its code or its reason (`httpProblemOf`), in the language of the page. */
export function httpRefusalText(code: string | undefined, t: TFunction): string {
  if (code !== undefined && isWhole(code)) return refusalText({ reason: code }, t);
  const known = httpRefusalCodes.find((one) => one === code);
  return t(`httpRefusal.${known ?? 'other'}`);
}

function isWhole(reason: string): reason is RefusalReason {
  return Object.hasOwn(refusalReasons, reason) && refusalReasons[reason as RefusalReason].length === 0;
}
