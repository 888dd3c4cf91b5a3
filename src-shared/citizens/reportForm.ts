/** What a report may hold, and why it is refused. The public's page loads this: nothing large is imported here. */

/** Characters of the sentence, and of the answer. */
export const maxReportText = 200;
export const maxAnswerText = 500;
/** A photograph as it is sent: pages make it smaller before. Bytes. */
export const maxReportPhoto = 3 * 1024 * 1024;
/** How the page names its report, so that a repeat is harmless; it is random, and nobody else knows it. */
export const reportIdPattern = /^[\w-]{22,64}$/;

/** What is left of a sentence: one line without control characters, marks of writing direction and towers of accents. */
export function cleanReportText(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replaceAll('\ufffd', '')
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .replaceAll(/(?!\u200d)\p{Cf}/gu, '')
    .replaceAll(/(\p{M}{3})\p{M}+/gu, '$1')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

/** How many characters people see, as nearly as code points say it. */
export function lengthOfText(text: string): number {
  return [...text].length;
}

/** By what two sentences are the same: letters and digits only, whatever stands between them. */
export function sameTextKey(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Why a report or a code is refused. The page has a sentence for each. */
export const reportProblems = [
  'no_such_site',
  'no_such_code',
  'text_missing',
  'text_too_long',
  'text_unreadable',
  'photo_too_large',
  'photo_heic',
  'photo_unreadable',
  'bad_form',
  'id_reused',
  'too_many_from_here',
  'too_many_of_site',
  'too_many',
  'busy',
  'not_stored',
] as const;
export type ReportProblem = (typeof reportProblems)[number];

/** Every refusal is `{ error }`. `retryAfterSeconds`: when to try again, where waiting helps. */
export interface ReportRefusal {
  code: ReportProblem;
  message: string;
  retryAfterSeconds?: number;
}
