import type { FastifyReply } from 'fastify';
import type { IntakeAnswer } from '../../../src-shared/alerts/alertIntake.ts';
import type { DeliveryOutcome } from '../../features/alerts/alertIntake.ts';

/** A refusal as `problemSchema` describes it. */
export interface Refusal {
  code: string;
  message: string;
  problems?: { path: string; message: string }[];
}

const maxProblems = 50;

export function refuse(reply: FastifyReply, status: number, error: Refusal): FastifyReply {
  return reply.code(status).header('cache-control', 'no-store').send({ error });
}

/** Answers with what became of a delivery. */
export function answerDelivery(reply: FastifyReply, outcome: DeliveryOutcome): FastifyReply {
  switch (outcome.type) {
    case 'taken':
      return reply.code(202).send(outcome.answer satisfies IntakeAnswer);
    case 'replayed':
      return refuse(reply, 409, {
        code: 'replayed',
        message:
          'This nonce was used before. To send a request again, sign it again; externalId and Idempotency-Key keep it from counting twice.',
      });
    case 'keyReused':
      return refuse(reply, 422, {
        code: 'idempotency_key_reused',
        message: 'This Idempotency-Key was used for another body. Use a new one for each request.',
      });
    case 'idsReused':
      return refuse(reply, 409, {
        code: 'external_id_reused',
        message: `Nothing was ingested: ${outcome.problems.length} of the ids were used before for alerts with other content.`,
        problems: outcome.problems.slice(0, maxProblems),
      });
    case 'wrong':
      return refuse(reply, 422, {
        code: 'not_acceptable',
        message: `Nothing was ingested: ${outcome.problems.length} of the alerts cannot be right.`,
        problems: outcome.problems.slice(0, maxProblems),
      });
  }
}

/** Answers a delivery that could not be written; rethrows what is a fault of the hub's own. */
export function answerFault(reply: FastifyReply, error: unknown): FastifyReply {
  const { name, code } = error as NodeJS.ErrnoException;
  if (name === 'RefusedByStoreError') {
    const message =
      'The hub cannot store this request as it is, and nothing of it was ingested. Sending it again will not help; see the log of the hub.';
    return refuse(reply, 422, { code: 'not_storable', message });
  }
  const isDiskError = ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE'].includes(code ?? '');
  if (name !== 'LedgerError' && !isDiskError) throw error;
  reply.header('retry-after', '5');
  const message =
    'The hub could not store this: send it again, until it is answered with 202. Alerts of class 1 are shown at the desks already.';
  return refuse(reply, 503, { code: 'not_durable', message });
}
