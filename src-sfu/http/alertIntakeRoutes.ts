import { createHash } from 'node:crypto';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { maxBatch, signatureHeaders, type IntakeAnswer } from '../../src-shared/alerts/alertIntake.ts';
import type { AlertDelivery, DeliveryOutcome, TakenSnapshot } from '../features/alerts/alertIntake.ts';
import {
  wrongSignature,
  type ApiKeysService,
  type SignatureClaim,
} from '../features/alerts/apiKeys.service.ts';
import type { SnapshotFiles } from '../features/alerts/alertPictures.ts';
import { parseDelivery, type ParsedDelivery } from './alertBody.ts';
import { BodyError, readBody } from './requestBody.ts';

export interface AlertIntakeRoutesOptions {
  keys: ApiKeysService;
  take(delivery: AlertDelivery): Promise<DeliveryOutcome>;
  files: Pick<SnapshotFiles, 'save'>;
}

/** Two snapshots of 5 MiB inline, in base64, with room for the rest. */
const bodyLimits = { maxBytes: 16 * 1024 * 1024, timeoutMs: 30_000 };
/** Bodies in memory at one time, together; more must wait. */
const maxHeldBytes = 96 * 1024 * 1024;
/** Refused signatures of one address within a minute; what is signed rightly is never held up by them. */
const failuresPerMinute = 30;
const idempotencyKeyPattern = /^[\x21-\x7e]{1,128}$/;

/** `POST /api/v1/alerts`: one alert or a batch, signed. Answered 202 when it is durable. */
export function createAlertIntakeRoutes(options: AlertIntakeRoutesOptions): FastifyPluginCallback {
  const { keys, files } = options;
  const failures = new RateLimiterMemory({ points: failuresPerMinute, duration: 60 });
  const limiters = new Map<string, { alertsPerSecond: number; limiter: RateLimiterMemory }>();
  let heldBytes = 0;

  const refuse = (
    reply: FastifyReply,
    status: number,
    error: { code: string; message: string; problems?: { path: string; message: string }[] },
  ): FastifyReply => reply.code(status).header('cache-control', 'no-store').send({ error });

  const refuseSignature = async (
    request: FastifyRequest,
    reply: FastifyReply,
    code: string,
    message: string,
  ): Promise<FastifyReply> => {
    try {
      await failures.consume(request.ip);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      reply.header('retry-after', String(Math.ceil(error.msBeforeNext / 1000)));
      return refuse(reply, 429, {
        code: 'too_many_failures',
        message: 'Too many wrong signatures came from this address. Wait, and check key, secret and clock.',
      });
    }
    return refuse(reply, 401, { code, message });
  };

  /** Undefined when these alerts are within the key's limit, else the seconds to wait. */
  const waitSeconds = async ({ key }: SignatureClaim, alerts: number): Promise<number | undefined> => {
    let known = limiters.get(key.keyId);
    if (known?.alertsPerSecond !== key.alertsPerSecond) {
      const { alertsPerSecond } = key;
      // A whole batch must fit into a second, or it could never be taken.
      const points = Math.max(alertsPerSecond, maxBatch);
      known = {
        alertsPerSecond,
        limiter: new RateLimiterMemory({ points, duration: points / alertsPerSecond }),
      };
      limiters.set(key.keyId, known);
    }
    try {
      await known.limiter.consume(key.keyId, alerts);
      return undefined;
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      return Math.max(1, Math.ceil(error.msBeforeNext / 1000));
    }
  };

  const takeSnapshots = (parsed: ParsedDelivery): Promise<AlertDelivery['alerts']> =>
    Promise.all(
      parsed.alerts.map(async ({ report, picture }) => {
        if (picture === undefined) return { report };
        if (!picture.ok) return { report, snapshot: picture };
        const hash = createHash('sha256').update(picture.bytes).digest('hex');
        await files.save(hash, picture.bytes);
        const { takenAtMs } = picture;
        const snapshot: TakenSnapshot = { ok: true, hash, bytes: picture.bytes.byteLength, takenAtMs };
        return { report, snapshot };
      }),
    );

  return (http, _options, done) => {
    http.addHook('onRoute', (route) => {
      route.config = { ...route.config, answersAnyHost: true };
    });
    // The body is read by the handler, once it knows who asks and that it may; and byte for byte, as it was signed.
    http.removeAllContentTypeParsers();
    http.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null, undefined));

    http.post('/api/v1/alerts', async (request, reply) => {
      const claimed = keys.claim(signatureOf(request));
      if (!claimed.ok) return refuseSignature(request, reply, claimed.code, claimed.message);
      const { claim } = claimed;
      const idempotencyKey = headerOf(request, 'idempotency-key');
      if (idempotencyKey !== undefined && !idempotencyKeyPattern.test(idempotencyKey)) {
        const message = 'Idempotency-Key must be 1 to 128 visible characters.';
        return refuse(reply, 400, { code: 'malformed_idempotency_key', message });
      }
      if (request.headers['content-encoding'] !== undefined) {
        const message = 'Send the body as it is, without Content-Encoding.';
        return refuse(reply, 415, { code: 'unsupported_encoding', message });
      }
      const announced = Number(request.headers['content-length'] ?? bodyLimits.maxBytes);
      const heldFor = Number.isFinite(announced)
        ? Math.min(announced, bodyLimits.maxBytes)
        : bodyLimits.maxBytes;
      if (heldBytes + heldFor > maxHeldBytes) {
        reply.header('retry-after', '1');
        return refuse(reply, 503, {
          code: 'busy',
          message: 'Many large requests are under way. Send it again.',
        });
      }
      heldBytes += heldFor;
      try {
        const body = await readBody(request.raw, bodyLimits);
        if (!keys.verify(claim, body)) {
          return await refuseSignature(request, reply, 'bad_signature', wrongSignature);
        }
        const parsed = await parseDelivery(body, request.headers['content-type'] ?? '');
        if (!parsed.ok) return refuse(reply, parsed.status, parsed.error);
        const wait = await waitSeconds(claim, parsed.delivery.alerts.length);
        if (wait !== undefined) {
          reply.header('retry-after', String(wait));
          const message = `This key may send ${claim.key.alertsPerSecond} alerts a second. Wait and send them again.`;
          return refuse(reply, 429, { code: 'rate_limited', message });
        }
        const delivery: AlertDelivery = {
          keyId: claim.key.keyId,
          source: claim.key.name,
          nonce: claim.nonce,
          idempotencyKey,
          bodyHash: createHash('sha256').update(body).digest('hex'),
          alerts: await takeSnapshots(parsed.delivery),
        };
        return await answer(reply, await options.take(delivery), refuse);
      } catch (error) {
        if (error instanceof BodyError) throw error;
        if ((error as Error).name !== 'LedgerError' && !isDiskError(error)) throw error;
        reply.header('retry-after', '5');
        const message = 'The hub could not write this down. Nothing of it was taken: send it again later.';
        return await refuse(reply, 503, { code: 'not_durable', message });
      } finally {
        heldBytes -= heldFor;
      }
    });
    done();
  };
}

function answer(
  reply: FastifyReply,
  outcome: DeliveryOutcome,
  refuse: (
    reply: FastifyReply,
    status: number,
    error: { code: string; message: string; problems?: { path: string; message: string }[] },
  ) => FastifyReply,
): FastifyReply {
  switch (outcome.type) {
    case 'taken':
      return reply.code(202).send(outcome.answer satisfies IntakeAnswer);
    case 'replayed':
      return refuse(reply, 409, {
        code: 'replayed',
        message:
          'This nonce was used before. To send a request again, sign it anew; externalId and Idempotency-Key keep it from counting twice.',
      });
    case 'keyReused':
      return refuse(reply, 422, {
        code: 'idempotency_key_reused',
        message: 'This Idempotency-Key was used for another body. Use a new one for each request.',
      });
    case 'wrong':
      return refuse(reply, 422, {
        code: 'not_acceptable',
        message: `Nothing was taken: ${outcome.problems.length} of the alerts cannot be right.`,
        problems: outcome.problems.slice(0, 50),
      });
  }
}

function signatureOf(request: FastifyRequest) {
  return {
    keyId: headerOf(request, signatureHeaders.keyId),
    time: headerOf(request, signatureHeaders.time),
    nonce: headerOf(request, signatureHeaders.nonce),
    signature: headerOf(request, signatureHeaders.signature),
  };
}

function headerOf(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function isDiskError(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE'].includes((error as NodeJS.ErrnoException).code ?? '');
}
