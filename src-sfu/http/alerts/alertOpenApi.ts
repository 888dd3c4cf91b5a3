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

const signing = `Every request is signed with a key that the centre hands out: its id and its secret.

What is signed is the text \`TIME.NONCE.\` in UTF-8 (both as in their headers, a full stop after each), followed by the body, byte for byte as it is sent. The signature is HMAC-SHA256 of that with the secret (the text of the secret in UTF-8, as it was handed out), in hexadecimal. In a shell:

    TIME=$(date +%s%3N); NONCE=$(openssl rand -hex 16)
    SIGNATURE=$( { printf '%s.%s.' "$TIME" "$NONCE"; cat body.json; } | openssl dgst -sha256 -hmac "$SECRET" -r | cut -d' ' -f1)
    curl -X POST http://HUB:7400/api/v1/alerts -H 'Content-Type: application/json' --data-binary @body.json \\
      -H "X-Mingchu-Key: $KEY_ID" -H "X-Mingchu-Time: $TIME" -H "X-Mingchu-Nonce: $NONCE" -H "X-Mingchu-Signature: $SIGNATURE"

A signature is taken when its time is within ${signatureWindowMs / 60_000} minutes of the hub's clock, and once. A request that was not answered is sent again with a new time, nonce and signature: an alert's externalId keeps it from counting twice, however often and in whatever batch it is sent.

The body is UTF-8, or what its Content-Type declares as charset: GBK, GB2312, GB18030 or UTF-16; each part of a form for itself. Nothing is guessed: bytes that are not what is declared, or not UTF-8 when nothing is, are refused with 400, another charset with 415.

What an alert needs is externalId, kind, cameraId and occurredAt; all problems with them are named at once in a refusal. Nothing else costs the alert: confidence, message, regions and snapshot are clipped, converted or left out where they are not as described, null counts as left out, and unknown fields are passed over. Each such change stands in the warnings of the answer. A time without an offset is the hub's local time; seconds and microseconds are recognised, with a warning.

An externalId that comes again with the same content (kind, cameraId, occurredAt, confidence, message, regions and the bytes of the picture) is answered "repeated". With other content, such as from a box whose counter began at 1 again, it is ingested as another alert, with the warning external_id_reused. A sender that wants a refusal in this case sends \`X-Mingchu-Reused-Ids: refuse\` and is answered 409 external_id_reused; nothing of that request is ingested.

202 means that everything in the request is written to the disk. With any other answer nothing of it was taken. What a picture is worth is found out afterwards: one that cannot be decoded is kept and never shown, and its alert stands.`;

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
          description: `One alert, or up to ${maxBatch} as {"alerts": […]}. Snapshots stand in the JSON in base64, or in parts of a form that the JSON, in the part "alerts", names. A body is at most 16 MiB.`,
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
              `A repeat with the same key and body within ${idempotencyMs / 3_600_000} h gets the first answer again.`,
              { minLength: 1, maxLength: 128 },
              false,
            ),
            header(
              reusedIdsHeader,
              'accept (the default) or refuse: whether an externalId that comes again with other content is ingested as another alert, or refused with 409',
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
              description: 'Everything is durable; what became of each, in the order of the request.',
              content: { 'application/json': { schema: reference('IntakeAnswer') } },
            },
            400: problem('The body cannot be read, or is not what the schema asks for.'),
            401: problem('Not signed, not with a known key, wrongly, or too long ago.'),
            408: problem('The body stalled for 5 s, or came too slowly.'),
            409: problem(
              'The nonce was used before; or an externalId was, with other content, and the sender asked for a refusal.',
            ),
            413: problem('The body is larger than 16 MiB.'),
            415: problem('The type, charset or encoding of the body is not taken.'),
            422: problem(
              'A time that cannot be right, an Idempotency-Key used for another body, or what the hub can never store.',
            ),
            429: problem('More than this key may send, or too many wrong signatures.', true),
            503: problem('It could not be written down, or too much is under way.', true),
          },
        },
      },
    },
    components: { schemas },
  };
}
