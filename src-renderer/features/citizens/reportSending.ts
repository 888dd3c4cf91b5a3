import type { FollowedReport, ReportReceipt } from '../../../src-shared/citizens/citizenPage.ts';
import { reportProblems, type ReportRefusal } from '../../../src-shared/citizens/reportForm.ts';

/** `unreachable`: no answer came, or none of the hub's. What was sent may have arrived: it is sent again with the same id. */
export type PageProblem = ReportRefusal | { code: 'unreachable' };
export type PageAnswer<T> = { ok: true; data: T } | { ok: false; problem: PageProblem };

/** What one press sends. */
export interface Draft {
  /** The same for each attempt to send the same. */
  sentId: string;
  siteCode: string;
  text: string;
  photo: Blob | undefined;
}

/** A photograph over a slow network, and the hub's own work. Milliseconds. */
const sendingMs = 40_000;
const askingMs = 10_000;

/** 128 random bits, in hexadecimal; also without HTTPS, where browsers have no `randomUUID`. */
export function newSentId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function sendReport(draft: Draft, fetch: typeof window.fetch): Promise<PageAnswer<ReportReceipt>> {
  const form = new FormData();
  form.append('id', draft.sentId);
  form.append('site', draft.siteCode);
  form.append('text', draft.text);
  if (draft.photo !== undefined) form.append('photo', draft.photo, 'photo.jpg');
  return ask(fetch, '/public/reports', { method: 'POST', body: form }, sendingMs);
}

export function readReport(code: string, fetch: typeof window.fetch): Promise<PageAnswer<FollowedReport>> {
  // A header takes Latin letters only; whatever else was typed is no code.
  const sent = code.replaceAll(/[^\w-]/g, '').slice(0, 40);
  return ask(fetch, '/public/report', { headers: { 'x-report-code': sent } }, askingMs);
}

async function ask<T>(
  fetch: typeof window.fetch,
  path: string,
  request: RequestInit,
  limitMs: number,
): Promise<PageAnswer<T>> {
  // `AbortSignal.timeout` is missing in the browsers of older phones.
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), limitMs);
  try {
    const answer = await fetch(path, { ...request, signal: control.signal });
    const body = (await answer.json()) as { error?: ReportRefusal };
    // The page and its answers come from the same server, so that they fit.
    if (answer.ok) return { ok: true, data: body as T };
    const { error } = body;
    const isKnown = error !== undefined && reportProblems.includes(error.code);
    return { ok: false, problem: isKnown ? error : { code: 'unreachable' } };
  } catch {
    return { ok: false, problem: { code: 'unreachable' } };
  } finally {
    clearTimeout(timer);
  }
}

const followPrefix = 'follow';

/** The code in the page's address for following a report, `#follow-7KXM2-QPD9T`; empty where none is given yet; undefined on other pages. */
export function followedCode(hash: string): string | undefined {
  const found = /^#?follow(?:-(.*))?$/.exec(hash);
  return found === null ? undefined : (found[1] ?? '').slice(0, 40);
}

/** The address of the page on which a report is followed. */
export function followAddress(code = ''): string {
  return `#${followPrefix}${code === '' ? '' : `-${code}`}`;
}
