import { clientAddressOf } from '../../base/clientAddress.ts';
import type { Denial } from '../../base/denial.ts';
import { createHash } from 'node:crypto';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { maxBatch, reusedIdsHeader, signatureHeaders } from '../../../src-shared/alerts/alertIntake.ts';
import type { AlertDelivery, DeliveryOutcome } from '../../features/alerts/alertIntake.ts';
import type { TakenSnapshot } from '../../features/alerts/takenSnapshot.ts';
import { may } from '../../../src-shared/session/principal.ts';
import { askedBy } from '../../base/asking.ts';
import { deviceOf } from '../../base/doors.ts';
import {
  wrongSignature,
  type ApiKeysService,
  type SignatureClaim,
} from '../../features/alerts/apiKeys.service.ts';
import type { SnapshotFiles } from '../../features/alerts/alertPictures.ts';
import type { SnapshotQuota } from '../../features/alerts/snapshotQuota.ts';
import { answerDelivery, answerFault, refuse } from './alertAnswers.ts';
import type { ParsedDelivery } from './alertBody.ts';
import { createAlertBodyReader } from './alertBodyReader.ts';
import { createBodyBudget } from './bodyBudget.ts';
import { createKnownSenders } from './knownSenders.ts';
import { createOpenRequests } from '../openRequests.ts';
import { BodyError, readBody } from '../requestBody.ts';
import type { SentPicture } from './sentPicture.ts';

export interface AlertIntakeRoutesOptions {
  keys: ApiKeysService;
  take(delivery: AlertDelivery): Promise<DeliveryOutcome>;
  /** What would happen to a delivery; nothing of it is ingested. */
  preview(delivery: AlertDelivery): Promise<DeliveryOutcome>;
  files: Pick<SnapshotFiles, 'save' | 'has'>;
  quota: SnapshotQuota;
  /** A request was not signed with a key that is good now. */
  denied(denial: Denial): void;
  nowMs(): number;
  /** The date, with which the times of other systems are compared. */
  wallMs(): number;
}

/** Two snapshots of 5 MiB inline, in base64, with room for the rest. */
const bodyLimits = { maxBytes: 16 * 1024 * 1024, timeoutMs: 30_000, stallMs: 5_000 };
const mebibyte = 1024 * 1024;
/** At most 128 MiB together. A body of 16 MiB fits into half of the smallest room for large ones. */
const budgetLimits = {
  smallBytes: mebibyte / 4,
  known: { small: 32 * mebibyte, large: 48 * mebibyte },
  unknown: { small: 12 * mebibyte, large: 36 * mebibyte },
  share: 0.5,
  idleMs: 1_000,
};
/** Refused signatures of one address within a minute; what is signed rightly is never held up by them. */
const failuresPerMinute = 30;
const idempotencyKeyPattern = /^[\x21-\x7e]{1,128}$/;

/** `POST /api/v1/alerts`: one alert or a batch, signed. Answered 202 when it is durable. */
export function createAlertIntakeRoutes(options: AlertIntakeRoutesOptions): FastifyPluginCallback {
  const { keys, files } = options;
  const failures = new RateLimiterMemory({ points: failuresPerMinute, duration: 60 });
  const limiters = new Map<string, { alertsPerSecond: number; limiter: RateLimiterMemory }>();
  const senders = createKnownSenders(options.nowMs);
  const reader = createAlertBodyReader();
  /** A delivery that is coming in ends with its key. */
  const openRequests = createOpenRequests();
  keys.onEnded(openRequests.end);
  const budget = createBodyBudget({ ...budgetLimits, nowMs: () => performance.now() });

  const refuseSignature = async (
    request: FastifyRequest,
    reply: FastifyReply,
    code: string,
    message: string,
  ): Promise<FastifyReply> => {
    const address = clientAddressOf(request.raw);
    // Only keys that there are, or were, have a name in the log: whoever guesses must not fill it with names.
    const keyId = keys.list().find((key) => key.keyId === headerOf(request, signatureHeaders.keyId))?.keyId;
    options.denied({ actor: keyId ?? '', subject: 'POST /api/v1/alerts', code, address });
    try {
      await failures.consume(address);
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
      // A whole batch must fit into the limit of one second, because otherwise it could never be ingested.
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

  /** Stores the pictures of a delivery on the disk first, if it would be ingested; a refused or known delivery leaves none there. */
  const withSnapshots = async (
    parsed: ParsedDelivery,
    delivery: Omit<AlertDelivery, 'alerts'>,
  ): Promise<AlertDelivery | { refused: DeliveryOutcome }> => {
    const alerts = parsed.alerts.map(({ report, warnings, picture }) => ({
      report,
      warnings,
      picture,
      snapshot: picture === undefined ? undefined : takenSnapshot(picture),
    }));
    if (!alerts.some(({ snapshot }) => snapshot?.ok === true)) return { ...delivery, alerts };
    const outcome = await options.preview({ ...delivery, alerts });
    if (outcome.type !== 'taken') return { refused: outcome };
    const { results } = outcome.answer;
    return {
      ...delivery,
      alerts: await Promise.all(
        alerts.map(async ({ report, warnings, picture, snapshot }, index) => {
          if (picture?.ok !== true || snapshot?.ok !== true || results[index]?.status === 'repeated') {
            return { report, warnings, snapshot };
          }
          const { hash } = snapshot;
          if (!(await files.has(hash)) && !options.quota.take(delivery.keyId, snapshot.bytes)) {
            const message = 'The key has sent more pictures within a day than it may.';
            return {
              report,
              warnings,
              snapshot: { ok: false as const, code: 'snapshot_quota', message, hash },
            };
          }
          await files.save(hash, picture.bytes);
          return { report, warnings, snapshot };
        }),
      ),
    };
  };

  return (http, _options, done) => {
    http.addHook('onClose', () => reader.close());
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
      openRequests.begin(claim.key.keyId, request.raw, reply.raw);
      const idempotencyKey = headerOf(request, 'idempotency-key');
      if (idempotencyKey !== undefined && !idempotencyKeyPattern.test(idempotencyKey)) {
        const message = 'Idempotency-Key must be 1 to 128 visible characters.';
        return refuse(reply, 400, { code: 'malformed_idempotency_key', message });
      }
      const reusedIds = headerOf(request, reusedIdsHeader);
      if (reusedIds !== undefined && reusedIds !== 'accept' && reusedIds !== 'refuse') {
        const message = 'X-Mingchu-Reused-Ids is "accept" or "refuse".';
        return refuse(reply, 400, { code: 'malformed_reused_ids', message });
      }
      // "identity" says that nothing was done to the body (RFC 9110, 12.5.3).
      if (!/^(?:identity)?$/i.test(request.headers['content-encoding']?.trim() ?? '')) {
        const message = 'Send the body as it is, without Content-Encoding.';
        return refuse(reply, 415, { code: 'unsupported_encoding', message });
      }
      const sender = { keyId: claim.key.keyId, address: clientAddressOf(request.raw) };
      const isKnown = senders.isKnown(sender);
      let giveUp = (): void => undefined;
      const share = isKnown ? sender.keyId : sender.address;
      const holding = budget.open({ isKnown, share }, () => giveUp());
      try {
        const body = await readBody(request.raw, bodyLimits, {
          take: (bytes) => holding.take(bytes),
          onReading: (end) => {
            giveUp = () => {
              holding.release();
              end();
            };
          },
        });
        // What is worked on is not idle.
        giveUp = () => undefined;
        if (!keys.verify(claim, body)) {
          return await refuseSignature(request, reply, 'bad_signature', wrongSignature);
        }
        senders.note(sender);
        const principal = keys.principalOf(claim.key, { address: sender.address, device: deviceOf(request) });
        if (!may(principal, 'alerts:report')) {
          return await refuse(reply, 403, { code: 'forbidden', message: 'This key is not for alerts.' });
        }
        const bodyHash = createHash('sha256').update(body).digest('hex');
        const contentType = request.headers['content-type'] ?? '';
        const parsed = await reader.read(body, contentType, options.wallMs());
        if (!parsed.ok) return refuse(reply, parsed.status, parsed.error);
        const wait = await waitSeconds(claim, parsed.delivery.alerts.length);
        if (wait !== undefined) {
          reply.header('retry-after', String(wait));
          const message = `This key may send ${claim.key.alertsPerSecond} alerts a second. Wait and send them again.`;
          return refuse(reply, 429, { code: 'rate_limited', message });
        }
        const delivery = await withSnapshots(parsed.delivery, {
          keyId: claim.key.keyId,
          source: claim.key.name,
          districts: claim.key.districts,
          nonce: claim.nonce,
          idempotencyKey,
          bodyHash,
          refusesReusedIds: reusedIds === 'refuse',
        });
        const taken =
          'refused' in delivery ? delivery.refused : askedBy(principal, () => options.take(delivery));
        return answerDelivery(reply, await taken);
      } catch (error) {
        if (!(error instanceof BodyError)) return answerFault(reply, error);
        if (error.statusCode === 503) reply.header('retry-after', '1');
        throw error;
      } finally {
        holding.release();
      }
    });
    done();
  };
}

function takenSnapshot(picture: SentPicture): TakenSnapshot {
  if (!picture.ok) return picture;
  const { bytes, takenAtMs } = picture;
  const hash = createHash('sha256').update(bytes).digest('hex');
  return { ok: true, hash, bytes: bytes.byteLength, takenAtMs };
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
