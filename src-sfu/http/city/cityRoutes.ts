import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { RequestDefinition } from '../../../src-shared/protocol/define.ts';
import { refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { requests, type RequestName } from '../../../src-shared/protocol/index.ts';
import type { MessageDates } from '../../base/messageDates.ts';
import { answer } from '../accounts/answers.ts';
import { asRequest } from '../asRequest.ts';
import type { Admit } from '../httpServer.ts';

interface CityRequest {
  method: 'GET' | 'POST' | 'DELETE';
  url: string;
  name: RequestName;
  /** 200 where it is left out. */
  status?: number;
  /** Only for those who work for all districts. */
  about?: 'city';
}

/** What the city's own systems ask of orders and findings, and what is asked about webhooks: each route is a request of a desk, with the same rights and refusals. */
const cityRequests = [
  { method: 'GET', url: '/api/v1/orders', name: 'orders:search' },
  { method: 'GET', url: '/api/v1/orders/:orderId', name: 'orders:read' },
  { method: 'POST', url: '/api/v1/orders', name: 'orders:create', status: 201 },
  { method: 'POST', url: '/api/v1/orders/:orderId/commands', name: 'orders:direct' },
  { method: 'GET', url: '/api/v1/findings', name: 'findings:search' },
  { method: 'GET', url: '/api/v1/findings/:findingId', name: 'findings:read' },
  { method: 'POST', url: '/api/v1/findings', name: 'findings:create', status: 201 },
  { method: 'POST', url: '/api/v1/findings/:findingId/commands', name: 'findings:work' },
  { method: 'GET', url: '/api/v1/webhooks', name: 'webhooks:list', about: 'city' },
  { method: 'POST', url: '/api/v1/webhooks', name: 'webhooks:create', status: 201, about: 'city' },
  { method: 'POST', url: '/api/v1/webhooks/:webhookId/state', name: 'webhooks:setState', about: 'city' },
  { method: 'POST', url: '/api/v1/webhooks/:webhookId/test', name: 'webhooks:sendTest', about: 'city' },
  { method: 'DELETE', url: '/api/v1/webhooks/:webhookId', name: 'webhooks:delete', about: 'city' },
] as const satisfies readonly CityRequest[];

export type CityRequestName = (typeof cityRequests)[number]['name'];

/** The largest order has 30 lines of a checklist and 2,000 characters of instructions. Bytes. */
const bodyLimit = 64 * 1024;
/** How many are answered when the query says nothing. */
const usualLimit = '100';

/**
 * Orders and findings for the city's own systems, with a key of `orders` or as a person who is signed in. A query has the fields of the
 * search; lists are written with commas: `GET /api/v1/orders?states=dispatched,accepted&limit=50`. The next page begins at `next` of the
 * answer, written `cursor=CREATED_AT_MS,ORDER_ID` or `cursor=FOUND_AT_MS,FINDING_ID`. The ids of what is written are
 * made by who sends it, so that a repeat is harmless.
 */
export function createCityRoutes({
  ask,
  dates,
  admit,
}: {
  /** Answers as the desk's request is answered, within the scope of who asks. */
  ask(
    name: CityRequestName,
    input: unknown,
    request: FastifyRequest,
  ): Promise<Ack<unknown> | 'outside_scope'>;
  dates: MessageDates;
  admit: Admit;
}): FastifyPluginCallback {
  return (http, _options, done) => {
    for (const route of cityRequests) {
      const { method, url, name } = route;
      const status = 'status' in route ? route.status : 200;
      http.route({
        method,
        url,
        bodyLimit,
        onRequest: admit(...asRequest(name, 'about' in route ? route.about : undefined)),
        handler: async (request, reply) => {
          const sent = method === 'GET' ? readQuery(request.query, name) : request.body;
          const parsed = readInput(name, { ...asObject(sent), ...asObject(request.params) });
          if (!parsed.ok) return answer(reply, parsed);
          const ack = await ask(name, dates.own(parsed.data), request);
          if (ack === 'outside_scope') return request.outsideScope();
          return answer(reply, dates.shown(ack), status);
        },
      });
    }
    done();
  };
}

/** The input of a request, or what does not fit; fields that nobody knows are refused, so that a misspelt one is noticed. */
function readInput(name: CityRequestName, fields: object): Ack<unknown> {
  const { input }: RequestDefinition = requests[name];
  const parsed = (input instanceof z.ZodObject ? input.strict() : input).safeParse(fields);
  if (parsed.success) return { ok: true, data: parsed.data };
  const issue = parsed.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  return refuse(
    'bad_request',
    `${path === '' ? 'The request' : path}: ${issue?.message ?? 'not understood'}.`,
    {
      reason: 'session.not_understood',
    },
  );
}

const lists: readonly string[] = ['states', 'districts'];
const numbers: readonly string[] = ['limit', 'escalation', 'fromMs', 'toMs'];

/** A query as the fields of a search: numbers, lists and the place of the next page are written as text there. */
function readQuery(query: unknown, name: CityRequestName): Record<string, unknown> {
  const fields = { ...(name.endsWith(':search') ? { limit: usualLimit } : {}), ...asObject(query) };
  return Object.fromEntries(
    Object.entries(fields).map(([field, value]) => {
      if (typeof value !== 'string') return [field, value];
      if (numbers.includes(field)) return [field, numberOf(value)];
      if (lists.includes(field)) return [field, value.split(',')];
      if (field !== 'cursor') return [field, value];
      const [atMs = '', id] = value.split(',');
      return [
        field,
        name === 'findings:search'
          ? { foundAtMs: numberOf(atMs), findingId: id }
          : { createdAtMs: numberOf(atMs), orderId: id },
      ];
    }),
  );
}

function numberOf(text: string): number {
  return text.trim() === '' ? NaN : Number(text);
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
