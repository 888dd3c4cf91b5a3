import { httpProblemOf } from './httpRefusal.ts';

/** A file of the hub, or the reason or code of why there is none; `no_answer` where nothing answered. */
export type HttpFile = { ok: true; file: Blob; headers: Headers } | { ok: false; problem: string };

/** Asks the hub for a file over HTTP. Never rejects: `httpRefusalText` has the sentence for each problem. */
export async function fetchFile(fetch: typeof window.fetch, address: string): Promise<HttpFile> {
  try {
    const answer = await fetch(address);
    if (answer.ok) return { ok: true, file: await answer.blob(), headers: answer.headers };
    // A proxy may answer with a page of its own.
    const { error } = (await answer.json().catch(() => ({}))) as {
      error?: { code?: string; reason?: string };
    };
    return { ok: false, problem: httpProblemOf(error) ?? `HTTP ${answer.status}` };
  } catch {
    return { ok: false, problem: 'no_answer' };
  }
}
