import {
  maxAgeMs,
  maxAheadMs,
  reportLimits,
  type ReportWarning,
} from '../../../src-shared/alerts/alertIntake.ts';
import { madeStorable } from '../../../src-shared/protocol/storableText.ts';
import { tidyRegions } from './reportedRegions.ts';
import { numberOf, shown, tidyText, type Warn } from './reportedValues.ts';
import { readReportedTime, type LocalTime } from './reportedTime.ts';

/** A report as it came, made to fit what the schema asks for; what it does not name is unchanged. */
export interface TidiedReport {
  /** For `reportedAlertSchema`, which finds what is missing or cannot be read. Times are Unix milliseconds. */
  report: unknown;
  /** The fields that are stored differently from how they were sent. */
  warnings: ReportWarning[];
}

export interface ReportClock {
  nowMs: number;
  localTime: LocalTime;
}

const fields = new Set([
  'externalId',
  'kind',
  'cameraId',
  'occurredAt',
  'confidence',
  'message',
  'regions',
  'snapshot',
]);
/** A share that is off by no more than this was rounded. */
const rounding = 0.001;

/**
 * Reads a report leniently. Fields that only describe an alert (confidence, message, regions, picture and its time) never cause a
 * refusal: they are clipped, converted or left out, with a warning for each. Fields that identify the alert (its id, type, camera
 * and time) are converted only where they can be read in one way; otherwise the schema refuses them.
 */
export function tidyReport(sent: unknown, clock: ReportClock): TidiedReport {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) return { report: sent, warnings: [] };
  const raw = sent as Record<string, unknown>;
  const warnings: ReportWarning[] = [];
  const warn = (code: string, message: string): void => void warnings.push({ code, message });
  const unknown = Object.keys(raw).filter((name) => !fields.has(name));
  if (unknown.length > 0) {
    const names = unknown.slice(0, 10).map((name) => JSON.stringify(madeStorable(name.slice(0, 40))));
    warn('unknown_field', `The hub knows no field ${names.join(', ')}: it was passed over.`);
  }
  const report: Record<string, unknown> = {
    externalId: tidyId('externalId', raw.externalId, warn),
    kind: tidyId('kind', raw.kind, warn),
    cameraId: tidyId('cameraId', raw.cameraId, warn),
    occurredAt: tidyOccurredAt(raw.occurredAt, clock, warn),
    confidence: tidyConfidence(raw.confidence, warn),
    message: tidyText('message', raw.message, reportLimits.message, warn),
    regions: tidyRegions(raw.regions, warn),
    snapshot: tidySnapshot(raw.snapshot, clock, warn),
  };
  return { report: withoutUndefined(report), warnings };
}

/** Numbers in the place of ids are read as text. Spaces and line breaks around an id are removed. */
function tidyId(name: string, value: unknown, warn: Warn): unknown {
  if (typeof value === 'number' && Number.isFinite(value)) {
    warn('read_as_text', `${name} is a number and was read as the text "${value}". Send it as text.`);
    return String(value);
  }
  if (typeof value !== 'string') return value;
  const trimmed = value.trim();
  if (trimmed !== value) warn('trimmed', `${name} has spaces around it, which were left out.`);
  return trimmed;
}

function tidyOccurredAt(value: unknown, { localTime }: ReportClock, warn: Warn): unknown {
  const time = readReportedTime(value, localTime);
  if (time === undefined) return value;
  if (time.isAssumed) warnOfTime('occurredAt', value, time.ms, warn);
  return time.ms;
}

function warnOfTime(name: string, value: unknown, ms: number, warn: Warn): void {
  const read = Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : String(ms);
  warn(
    'time_assumed',
    `${name} is neither RFC 3339 with an offset nor Unix milliseconds: ${shown(value)} was read as ${read}.`,
  );
}

/** A share of 0…1; percentages, numbers in text and values that were rounded a little too far are made one. */
function tidyConfidence(value: unknown, warn: Warn): number | undefined {
  if (value === undefined || value === null) return undefined;
  const number = numberOf(value);
  const isPercentage = number >= 2 || (typeof value === 'string' && value.includes('%'));
  const share = isPercentage ? number / 100 : number;
  if (!(share >= -rounding && share <= 1 + rounding)) {
    warn('confidence_left_out', `confidence is 0…1; ${shown(value)} was left out.`);
    return undefined;
  }
  const kept = Math.min(1, Math.max(0, share));
  if (kept !== value) warn('confidence_read_as', `confidence is 0…1; ${shown(value)} was read as ${kept}.`);
  return kept;
}

/** The picture's bytes in base64 or the name of its part, and when it was taken, if that can be. */
function tidySnapshot(value: unknown, { nowMs, localTime }: ReportClock, warn: Warn): object | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const leftOut = (): undefined => {
    const message =
      'snapshot has neither "base64" nor the name of a "part": the alert was ingested without it.';
    warn('snapshot_missing', message);
  };
  if (typeof value === 'string') {
    warn('snapshot_read_as', 'snapshot is text and was read as {"base64": …}.');
    return { base64: value };
  }
  if (typeof value !== 'object') return leftOut();
  const { base64, part, takenAt } = value as Record<string, unknown>;
  let picture: Record<string, unknown>;
  if (typeof base64 === 'string' && base64 !== '') picture = { base64 };
  else if (typeof part === 'string' || typeof part === 'number') picture = { part: String(part) };
  else return leftOut();
  if (takenAt === undefined || takenAt === null) return picture;
  const time = readReportedTime(takenAt, localTime);
  if (time === undefined || time.ms > nowMs + maxAheadMs || time.ms < nowMs - maxAgeMs) {
    const message = `snapshot.takenAt ${shown(takenAt)} cannot be right; the time of the alert stands for it.`;
    warn('snapshot_time_left_out', message);
    return picture;
  }
  if (time.isAssumed) warnOfTime('snapshot.takenAt', takenAt, time.ms, warn);
  return { ...picture, takenAt: time.ms };
}

function withoutUndefined(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
