/**
 * What other systems send to `POST /api/v1/alerts` and what they are answered. The published OpenAPI description is made
 * from these schemas.
 */
import { z } from 'zod';
import { storableText } from '../protocol/storableText.ts';
import { alertRegionSchema, maxLabelLength } from './alertView.ts';

/** Alerts in one request. */
export const maxBatch = 500;
/** One snapshot picture, as bytes. */
export const maxSnapshotBytes = 5 * 1024 * 1024;
/** A signature is accepted this long before and after the hub's own time; nonces are remembered as long. Milliseconds. */
export const signatureWindowMs = 5 * 60_000;
/** An alert may be as old as this when it arrives, after an outage; and as far in the future, by clocks that differ. */
export const maxAgeMs = 30 * 24 * 60 * 60_000;
export const maxAheadMs = 5 * 60_000;
/** An idempotency key is remembered this long. Milliseconds. */
export const idempotencyMs = 24 * 60 * 60_000;

/** The longest description that is stored; more is left out with a warning. Characters, and the number of regions. */
export const reportLimits = { message: 500, regions: 20, label: maxLabelLength } as const;

/** Names of the headers of a signed request, in lower case. */
export const signatureHeaders = {
  keyId: 'x-mingchu-key',
  time: 'x-mingchu-time',
  nonce: 'x-mingchu-nonce',
  signature: 'x-mingchu-signature',
} as const;

/** With `refuse` in this header, an id that is sent again with other content is refused (409); otherwise it becomes another alert. */
export const reusedIdsHeader = 'x-mingchu-reused-ids';

/**
 * What is signed with HMAC-SHA256 is this text in UTF-8 and then the body, byte for byte as it is sent. `time` is in Unix
 * milliseconds, as in its header.
 */
export function signedPrefix(time: string, nonce: string): string {
  return `${time}.${nonce}.`;
}

// eslint-disable-next-line no-control-regex -- control characters are what is kept out
const printable = /^[^\u0000-\u001f\u007f]+$/;
const name = (longest: number) =>
  storableText
    .min(1, `is needed: text of 1 to ${longest} characters`)
    .max(longest, `must be text of 1 to ${longest} characters`)
    .regex(printable, 'must not hold control characters');

const timeSchema = z
  .union([z.iso.datetime({ offset: true }), z.number().int().min(0).max(8.64e15)], {
    error: 'is needed: RFC 3339 with an offset, such as 2026-11-23T08:00:00+08:00, or Unix milliseconds',
  })
  .meta({ description: 'RFC 3339 with an offset, such as 2026-11-23T08:00:00+08:00, or Unix milliseconds' });

/** The picture: its bytes here, or the name of the part of a multipart form that holds them. */
const sentSnapshotSchema = z.union([
  z
    .object({
      base64: z.string().meta({ description: 'a JPEG or PNG of at most 5 MiB, in base64' }),
      takenAt: timeSchema.optional(),
    })
    .meta({ title: 'Inline' }),
  z
    .object({
      part: z
        .string()
        .min(1)
        .max(100)
        .meta({ description: 'name of the part of the form that holds a JPEG or PNG of at most 5 MiB' }),
      takenAt: timeSchema.optional(),
    })
    .meta({ title: 'Part of the form' }),
]);

/**
 * One alert as a platform reports it. `externalId`, `kind`, `cameraId` and `occurredAt` are needed; all else describes the
 * alert and is clipped, converted or left out with a warning where it is not as it stands here (reportReader.ts).
 */
export const reportedAlertSchema = z
  .object({
    externalId: name(128).meta({
      description:
        'required: the platform’s own id. Sent again with the same key and content, it is the same alert and is ingested once; with different content, it is another alert, with a warning',
    }),
    kind: name(64).meta({
      description:
        'required: code of an alert type, such as rat, open_flame, no_hat; an unknown code is stored as other',
    }),
    cameraId: name(128).meta({
      description:
        'required: the camera’s external id in the registry; an alert of an unregistered camera is stored and marked',
    }),
    occurredAt: timeSchema,
    confidence: z.number().min(0).max(1).optional(),
    message: z.string().max(reportLimits.message).optional(),
    regions: z.array(alertRegionSchema).max(reportLimits.regions).optional(),
    snapshot: sentSnapshotSchema.optional(),
  })
  .meta({ id: 'ReportedAlert', title: 'Alert' });
export type ReportedAlert = z.output<typeof reportedAlertSchema>;

export const alertBatchSchema = z
  .object({ alerts: z.array(reportedAlertSchema).min(1).max(maxBatch) })
  .meta({ id: 'AlertBatch', title: 'Batch' });

/** A defect of a report that was ingested nevertheless. */
export const reportWarningSchema = z.object({ code: z.string(), message: z.string() });
export type ReportWarning = z.output<typeof reportWarningSchema>;

/** What became of one alert. */
export const intakeResultSchema = z
  .object({
    externalId: z.string(),
    alertId: z.string().meta({ description: 'id of the server’s alert that this report raised or joined' }),
    status: z.enum(['raised', 'joined', 'repeated']).meta({
      description:
        'raised: a new alert; joined: counted as another report of an open alert of this type at this camera; repeated: this externalId was ingested before, with the same content',
    }),
    warnings: z
      .array(reportWarningSchema)
      .optional()
      .meta({ description: 'what does not match the description; the alert was ingested nevertheless' }),
  })
  .meta({ id: 'IntakeResult' });
export type IntakeResult = z.output<typeof intakeResultSchema>;

/** Answered with 202, when everything is durable. */
export const intakeAnswerSchema = z
  .object({ results: z.array(intakeResultSchema) })
  .meta({ id: 'IntakeAnswer', title: 'Taken' });
export type IntakeAnswer = z.output<typeof intakeAnswerSchema>;

/** Every refusal. Nothing of the request was ingested. */
export const problemSchema = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string().meta({ description: 'what happened and what to do' }),
      problems: z
        .array(z.object({ path: z.string(), message: z.string() }))
        .optional()
        .meta({ description: 'what is wrong and where, at most 50' }),
    }),
  })
  .meta({ id: 'Problem' });
