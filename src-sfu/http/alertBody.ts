import type { z } from 'zod';
import {
  alertBatchSchema,
  maxSnapshotBytes,
  millisecondsOf,
  reportedAlertSchema,
  type ReportedAlert,
} from '../../src-shared/alerts/alertIntake.ts';

/** The bytes that came with an alert, which begin as a picture does; or why they were not taken. */
export type SentPicture =
  | { ok: true; bytes: Uint8Array; takenAtMs?: number | undefined }
  | { ok: false; code: string; message: string };

export interface ParsedDelivery {
  alerts: { report: ReportedAlert; picture?: SentPicture }[];
}

export type BodyResult =
  | { ok: true; delivery: ParsedDelivery }
  | {
      ok: false;
      status: 400 | 415;
      error: { code: string; message: string; problems?: { path: string; message: string }[] };
    };

const maxProblems = 50;
/** The part of a form that holds the JSON. */
const alertsPart = 'alerts';

/** Reads a body: JSON, or a form with the JSON in its part `alerts` and pictures in the others. */
export async function parseDelivery(body: Buffer, contentType: string): Promise<BodyResult> {
  if (/^application\/json\b/i.test(contentType)) return parseJson(body.toString('utf8'), new Map());
  if (!/^multipart\/form-data\b/i.test(contentType)) {
    const message = 'Send application/json, or multipart/form-data with the JSON in its part "alerts".';
    return refused(415, 'unsupported_type', message);
  }
  let form: FormData;
  try {
    form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  } catch {
    return refused(400, 'malformed_form', 'The form cannot be read: check its boundary and its end.');
  }
  const json = form.get(alertsPart);
  if (json === null) return refused(400, 'malformed_form', `The form has no part "${alertsPart}".`);
  const parts = new Map<string, Uint8Array>();
  for (const [name, value] of form) {
    if (name !== alertsPart && typeof value !== 'string') {
      parts.set(name, new Uint8Array(await value.arrayBuffer()));
    }
  }
  return parseJson(typeof json === 'string' ? json : await json.text(), parts);
}

function parseJson(text: string, parts: ReadonlyMap<string, Uint8Array>): BodyResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refused(400, 'malformed_json', `The body is not JSON: ${(error as Error).message}.`);
  }
  const isBatch = typeof value === 'object' && value !== null && 'alerts' in value;
  const parsed = isBatch ? alertBatchSchema.safeParse(value) : reportedAlertSchema.safeParse(value);
  if (!parsed.success) {
    const problems = problemsOf(parsed.error);
    const message = 'The body is not what the description at /api/v1/docs asks for. Nothing was taken.';
    return { ok: false, status: 400, error: { code: 'malformed_alert', message, problems } };
  }
  const reports = 'alerts' in parsed.data ? parsed.data.alerts : [parsed.data];
  const alerts = reports.map((report) => {
    const { snapshot, ...others } = report;
    const picture = snapshot === undefined ? undefined : pictureOf(snapshot, parts);
    return { report: others, ...(picture === undefined ? {} : { picture }) };
  });
  return { ok: true, delivery: { alerts } };
}

function pictureOf(
  snapshot: NonNullable<ReportedAlert['snapshot']>,
  parts: ReadonlyMap<string, Uint8Array>,
): SentPicture {
  const bytes = 'part' in snapshot ? parts.get(snapshot.part) : decodeBase64(snapshot.base64);
  if (bytes === undefined) {
    const message =
      'part' in snapshot ? 'The form has no such part for the snapshot.' : 'The snapshot is not base64.';
    return { ok: false, code: 'snapshot_missing', message };
  }
  if (bytes.byteLength > maxSnapshotBytes) {
    return { ok: false, code: 'snapshot_too_large', message: 'The snapshot is larger than 5 MiB.' };
  }
  if (!isJpegOrPng(bytes)) {
    return { ok: false, code: 'snapshot_unusable', message: 'The snapshot is neither a JPEG nor a PNG.' };
  }
  const takenAtMs = snapshot.takenAt === undefined ? undefined : millisecondsOf(snapshot.takenAt);
  return { ok: true, bytes, takenAtMs };
}

/** The first bytes only; whether it is a picture throughout is found out before it is shown. */
function isJpegOrPng(bytes: Uint8Array): boolean {
  const startsWith = (...start: number[]): boolean => start.every((byte, index) => bytes[index] === byte);
  return startsWith(0xff, 0xd8, 0xff) || startsWith(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
}

function decodeBase64(text: string): Uint8Array | undefined {
  const plain = text.startsWith('data:') ? text.slice(text.indexOf(',') + 1) : text;
  const bytes = Buffer.from(plain, 'base64');
  return bytes.length === 0 ? undefined : bytes;
}

function problemsOf(error: z.ZodError): { path: string; message: string }[] {
  return error.issues
    .slice(0, maxProblems)
    .map(({ path, message }) => ({ path: path.join('.') || 'body', message }));
}

function refused(status: 400 | 415, code: string, message: string): BodyResult {
  return { ok: false, status, error: { code, message } };
}
