import type { FastifyPluginCallback } from 'fastify';
import { z } from 'zod';
import {
  changeAccountBody,
  newAccountBody,
  resetBody,
  type AccountsAnswer,
} from '../../../src-shared/accounts/accounts.protocol.ts';
import { ok } from '../../../src-shared/protocol/define.ts';
import type { AccountParts } from './accountParts.ts';
import { accountBodyLimit, answer, bodyOf } from './answers.ts';
import { noSuchSignIn, shownSignIn } from './sessionRoutes.ts';
import type { Visitors } from './visitors.ts';

const idParams = z.object({ id: z.string().min(1).max(64) });

/** What administrators do with accounts, sign-ins and screens. Each change asks for the password or a code within 5 min. */
export function createAccountAdminRoutes(options: {
  parts: AccountParts;
  visitors: Visitors;
  nowMs(): number;
}): FastifyPluginCallback {
  const { parts, visitors, nowMs } = options;
  const { accounts, sessions, screens } = parts;
  const list = (): AccountsAnswer => ({
    accounts: accounts.list(),
    signIns: sessions.list().map(shownSignIn),
    screens: screens.list(),
  });
  const idOf = (params: unknown): string => idParams.safeParse(params).data?.id ?? '';

  return (http, _options, done) => {
    const limited = { bodyLimit: accountBodyLimit };

    http.get('/api/v1/accounts', (request, reply) => {
      const person = visitors.administrator(request, { isConfirmed: false });
      return answer(reply, person.ok ? ok(list()) : person);
    });

    http.post('/api/v1/accounts', limited, async (request, reply) => {
      const person = visitors.administrator(request, { isConfirmed: true });
      if (!person.ok) return answer(reply, person);
      const body = bodyOf(newAccountBody, request);
      if (!body.ok) return answer(reply, body);
      return answer(reply, await accounts.add(body.data, person.data.account.name), 201);
    });

    http.patch('/api/v1/accounts/:id', limited, async (request, reply) => {
      const person = visitors.administrator(request, { isConfirmed: true });
      if (!person.ok) return answer(reply, person);
      const body = bodyOf(changeAccountBody, request);
      if (!body.ok) return answer(reply, body);
      return answer(reply, await accounts.change(idOf(request.params), body.data, person.data.account.name));
    });

    http.post('/api/v1/accounts/:id/reset', limited, async (request, reply) => {
      const person = visitors.administrator(request, { isConfirmed: true });
      if (!person.ok) return answer(reply, person);
      const body = bodyOf(resetBody, request);
      if (!body.ok) return answer(reply, body);
      return answer(reply, await accounts.reset(idOf(request.params), body.data, person.data.account.name));
    });

    http.delete('/api/v1/sign-ins/:id', async (request, reply) => {
      const person = visitors.administrator(request, { isConfirmed: true });
      if (!person.ok) return answer(reply, person);
      const session = sessions.of(idOf(request.params));
      if (session === undefined) return answer(reply, noSuchSignIn());
      const isStored = await sessions.end((one) => one === session, {
        atMs: nowMs(),
        actor: person.data.account.name,
        action: 'accounts:revoke',
        subject: session.sessionId,
        detail: { accountId: session.accountId },
      });
      return answer(reply, ok({ isStored }));
    });

    http.delete('/api/v1/screens/:id', async (request, reply) => {
      const person = visitors.administrator(request, { isConfirmed: true });
      if (!person.ok) return answer(reply, person);
      return answer(reply, await screens.revoke(idOf(request.params), person.data.account.name));
    });
    done();
  };
}
