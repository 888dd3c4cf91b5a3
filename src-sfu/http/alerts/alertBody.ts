import type { z } from 'zod';
import {
  alertBatchSchema,
  maxBatch,
  reportedAlertSchema,
  type ReportedAlert,
  type ReportWarning,
} from '../../../src-shared/alerts/alertIntake.ts';
import { findUnstorable } from '../../../src-shared/protocol/storableText.ts';
import { tidyReport, type ReportClock } from '../../features/alerts/reportReader.ts';
import { parseContentType, textOf } from '../contentType.ts';
import { parseLenientJson } from './lenientJson.ts';
import { readForm } from '../multipartForm.ts';
import { BodyError } from '../requestBody.ts';
import { pictureOf, type SentPicture } from './sentPicture.ts';

/** A report that is as the schema asks, with what came with it. Its time is in Unix milliseconds. */
export interface ParsedReport {
  report: Omit<ReportedAlert, 'snapshot' | 'occurredAt'> & { occurredAtMs: number };
  warnings: ReportWarning[];
  picture?: SentPicture;
}

export interface ParsedDelivery {
  alerts: ParsedReport[];
}

export type BodyResult =
  | { ok: true; delivery: ParsedDelivery }
  | {
      ok: false;
      status: number;
      error: { code: string; message: string; problems?: { path: string; message: string }[] };
    };

const maxProblems = 50;
/** The part of a form that holds the JSON. */
const alertsPart = 'alerts';

/** Reads a body: JSON, or a form with the JSON in its part `alerts` and pictures in the others. */
export function parseDelivery(body: Buffer, contentType: string, clock: ReportClock): BodyResult {
  try {
    const { text, parts } = readParts(body, contentType);
    return readReports(parseLenientJson(text), parts, clock);
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    const { statusCode, code, message } = error;
    return { ok: false, status: statusCode, error: { code, message } };
  }
}

/** The text of the JSON, by the charset that it declares, and the bytes of the pictures by the names of their parts. */
function readParts(body: Buffer, contentType: string): { text: string; parts: Map<string, Uint8Array> } {
  const { essence, charset } = parseContentType(contentType);
  if (essence === 'application/json') return { text: textOf(body, charset), parts: new Map() };
  if (essence !== 'multipart/form-data') {
    const message = 'Send application/json, or multipart/form-data with the JSON in its part "alerts".';
    throw new BodyError(415, 'unsupported_type', message);
  }
  const parts = readForm(body, contentType);
  const [json, ...further] = parts.filter(({ name }) => name === alertsPart);
  if (further.length > 0) {
    // The reports in the second one would be lost without a word.
    const message = `The form has ${further.length + 1} parts "${alertsPart}". Send one with all reports: {"alerts":[…]}.`;
    throw new BodyError(400, 'malformed_form', message);
  }
  if (json === undefined) {
    throw new BodyError(400, 'malformed_form', `The form has no part "${alertsPart}".`);
  }
  const others = parts.filter(({ name }) => name !== alertsPart);
  return {
    text: textOf(json.bytes, json.charset),
    parts: new Map(others.map(({ name, bytes }) => [name, bytes])),
  };
}

function readReports(value: unknown, parts: ReadonlyMap<string, Uint8Array>, clock: ReportClock): BodyResult {
  const isBatch = typeof value === 'object' && value !== null && 'alerts' in value;
  const sent = isBatch && Array.isArray(value.alerts) ? (value.alerts as unknown[]) : undefined;
  const tidied = (sent ?? [value]).slice(0, maxBatch + 1).map((one) => tidyReport(one, clock));
  const reports = tidied.map(({ report }) => report);
  const parsed = isBatch
    ? alertBatchSchema.safeParse({ alerts: sent === undefined ? value.alerts : reports })
    : reportedAlertSchema.safeParse(reports[0]);
  if (!parsed.success) return malformedAlert(problemsOf(parsed.error));
  const unstorable = findUnstorable(parsed.data);
  if (unstorable !== undefined) return malformedAlert([unstorable]);
  const alerts = ('alerts' in parsed.data ? parsed.data.alerts : [parsed.data]).map((report, index) => {
    const { snapshot, occurredAt, ...others } = report;
    const picture = snapshot === undefined ? undefined : pictureOf(snapshot, parts);
    return {
      // A time that can be read is a number by now.
      report: { ...others, occurredAtMs: Number(occurredAt) },
      warnings: tidied[index]?.warnings ?? [],
      ...(picture === undefined ? {} : { picture }),
    };
  });
  return { ok: true, delivery: { alerts } };
}

function malformedAlert(problems: { path: string; message: string }[]): BodyResult {
  const message = 'The body is not what the description at /api/v1/docs asks for. Nothing was ingested.';
  return { ok: false, status: 400, error: { code: 'malformed_alert', message, problems } };
}

function problemsOf(error: z.ZodError): { path: string; message: string }[] {
  return error.issues
    .slice(0, maxProblems)
    .map(({ path, message }) => ({ path: path.join('.') || 'body', message }));
}
