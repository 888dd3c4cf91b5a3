import { z } from 'zod';
import {
  alertBatchSchema,
  idempotencyMs,
  intakeAnswerSchema,
  maxBatch,
  problemSchema,
  reportedAlertSchema,
  reusedIdsHeader,
  signatureHeaders,
  signatureWindowMs,
} from '../../../src-shared/alerts/alertIntake.ts';

/** A JSON Schema as the description holds it. */
export type JsonSchema = Record<string, unknown>;

/** An OpenAPI 3.1 document, as far as this hub writes and reads it. */
export interface OpenApiDocument {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: { schemas: Record<string, JsonSchema> };
}

export interface OpenApiOperation {
  operationId: string;
  summary: string;
  description: string;
  parameters: { name: string; in: 'header'; required: boolean; description: string; schema: JsonSchema }[];
  requestBody: { required: true; content: Record<string, { schema: JsonSchema; example?: unknown }> };
  responses: Record<
    string,
    {
      description: string;
      headers?: Record<string, { description: string; schema: JsonSchema }>;
      content?: Record<string, { schema: JsonSchema }>;
    }
  >;
}

const example = {
  alerts: [
    {
      externalId: 'evt-20261123-000017',
      kind: 'rat',
      cameraId: 'XA-000123-1',
      occurredAt: '2026-11-23T08:00:00+08:00',
      confidence: 0.93,
      regions: [{ x: 0.41, y: 0.62, width: 0.08, height: 0.05, label: 'rat' }],
    },
  ],
};

const signing = `Every request is signed with a key from the command centre. A key has an id and a secret.

What is signed is the text \`TIME.NONCE.\` in UTF-8 (the same values as in the headers, each followed by a full stop), followed by the body, with exactly the bytes that are sent. The signature is the HMAC-SHA256 of these bytes, with the secret as its key (the text of the secret in UTF-8, as you received it), written in hexadecimal. In a shell:

    TIME=$(date +%s%3N); NONCE=$(openssl rand -hex 16)
    SIGNATURE=$( { printf '%s.%s.' "$TIME" "$NONCE"; cat body.json; } | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d' ' -f1)
    curl -X POST http://HUB:7400/api/v1/alerts -H 'Content-Type: application/json' --data-binary @body.json \\
      -H "X-Mingchu-Key: $KEY_ID" -H "X-Mingchu-Time: $TIME" -H "X-Mingchu-Nonce: $NONCE" -H "X-Mingchu-Signature: $SIGNATURE"

A signature is accepted once, and only when its time differs from the server's clock by at most ${signatureWindowMs / 60_000} minutes. Send a request that was not answered again with a new time, nonce and signature: the externalId of an alert prevents it from being counted twice, no matter how often and in which batch it is sent.

The body is in UTF-8, or in the charset that its Content-Type declares: GBK, GB2312, GB18030 or UTF-16. Each part of a form declares its own. The server does not guess: bytes that do not match the declared charset, or that are not UTF-8 when none is declared, are refused with 400; any other charset is refused with 415.

An alert must have externalId, kind, cameraId and occurredAt; a refusal lists all problems with them at once. No other field can cause an alert to be refused: confidence, message, regions and snapshot are clipped, converted or left out where they do not match the description, null counts as left out, and unknown fields are ignored. Each such change is listed in the warnings of the answer. A time without an offset is the server's local time; seconds and microseconds are recognised, with a warning.

An externalId that is sent again with the same content (kind, cameraId, occurredAt, confidence, message, regions and the bytes of the picture) is answered "repeated". With different content, for example from a device whose counter began at 1 again, it is ingested as another alert, with the warning external_id_reused. A sender that prefers a refusal in this case sends \`X-Mingchu-Reused-Ids: refuse\` and is answered 409 external_id_reused; then nothing in that request is ingested.

202 means that everything in the request is written to the disk. With any other answer, nothing in it was ingested. Pictures are checked afterwards: a picture that cannot be decoded is kept but never shown, and its alert remains valid.`;

/** The description of the intake, made from the schemas that requests are checked with. */
export function alertOpenApi(version: string): OpenApiDocument {
  const registry = z.registry<{ id: string }>();
  registry.add(reportedAlertSchema, { id: 'ReportedAlert' });
  registry.add(alertBatchSchema, { id: 'AlertBatch' });
  registry.add(intakeAnswerSchema, { id: 'IntakeAnswer' });
  registry.add(problemSchema, { id: 'Problem' });
  const schemas = Object.fromEntries(
    Object.entries(
      z.toJSONSchema(registry, { io: 'input', uri: (id) => `#/components/schemas/${id}` }).schemas,
    ).map(([name, schema]) => {
      const { $id: _id, $schema: _schema, id: _name, ...rest } = schema as JsonSchema;
      return [name, rest];
    }),
  );
  const reference = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
  const body = { oneOf: [reference('AlertBatch'), reference('ReportedAlert')] };
  const header = (name: string, description: string, schema: JsonSchema, required = true) => ({
    name,
    in: 'header' as const,
    required,
    description,
    schema: { type: 'string', ...schema },
  });
  const problem = (description: string, retry = false): OpenApiOperation['responses'][string] => ({
    description,
    ...(retry
      ? { headers: { 'Retry-After': { description: 'seconds to wait', schema: { type: 'integer' } } } }
      : {}),
    content: { 'application/json': { schema: reference('Problem') } },
  });
  return {
    openapi: '3.1.0',
    info: { title: 'Mingchu 明厨: alerts', version, description: signing },
    paths: {
      '/api/v1/alerts': {
        post: {
          operationId: 'reportAlerts',
          summary: 'Reports one alert or a batch',
          description: `One alert, or up to ${maxBatch} as {"alerts": […]}. Snapshots are in the JSON as base64, or in parts of a form that are named by the JSON in the part "alerts". A body has at most 16 MiB.`,
          parameters: [
            header(signatureHeaders.keyId, 'id of the key', {}),
            header(signatureHeaders.time, 'Unix milliseconds', { pattern: '^\\d{1,16}$' }),
            header(signatureHeaders.nonce, '16 to 64 visible characters, new for each request', {
              minLength: 16,
              maxLength: 64,
            }),
            header(signatureHeaders.signature, 'HMAC-SHA256 in hexadecimal', {
              pattern: '^[0-9a-fA-F]{64}$',
            }),
            header(
              'idempotency-key',
              `A repeated request with the same key and body within ${idempotencyMs / 3_600_000} h gets the first answer again.`,
              { minLength: 1, maxLength: 128 },
              false,
            ),
            header(
              reusedIdsHeader,
              'accept (the default) or refuse: whether an externalId that is sent again with different content is ingested as another alert, or refused with 409',
              { enum: ['accept', 'refuse'] },
              false,
            ),
          ],
          requestBody: {
            required: true,
            content: {
              'application/json': { schema: body, example },
              'multipart/form-data': {
                schema: {
                  type: 'object',
                  required: ['alerts'],
                  properties: {
                    alerts: { ...body, description: 'the JSON' },
                  },
                  additionalProperties: {
                    type: 'string',
                    contentEncoding: 'binary',
                    description: 'a JPEG or PNG of at most 5 MiB, named by an alert’s snapshot.part',
                  },
                },
              },
            },
          },
          responses: {
            202: {
              description:
                'Everything is stored durably. The results of the alerts are in the order of the request.',
              content: { 'application/json': { schema: reference('IntakeAnswer') } },
            },
            400: problem('The body cannot be read, or does not match the schema.'),
            401: problem(
              'The request is not signed, its key is unknown, its signature is wrong, or its time is too old.',
            ),
            408: problem('The body stalled for 5 s, or arrived too slowly.'),
            409: problem(
              'The nonce was used before; or an externalId was used before with different content, and the sender asked for a refusal.',
            ),
            413: problem('The body is larger than 16 MiB.'),
            415: problem('The type, charset or encoding of the body is not supported.'),
            422: problem(
              'A time cannot be right, the Idempotency-Key was used for another body, or the content can never be stored.',
            ),
            429: problem('This key sent more than its limit, or too many wrong signatures came.', true),
            503: problem(
              'The content cannot be stored at the moment, or too many requests are in progress.',
              true,
            ),
          },
        },
      },
    },
    components: { schemas },
  };
}
