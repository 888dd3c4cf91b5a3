import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  changeAccountBody,
  newAccountBody,
  resetBody,
  type AccountsAnswer,
} from '../../../src-shared/accounts/accounts.protocol.ts';
import { ok } from '../../../src-shared/protocol/define.ts';
import type { Actor } from '../../features/accounts/accounts.service.ts';
import type { Admit } from '../httpServer.ts';
import type { AccountParts } from './accountParts.ts';
import { accountBodyLimit, answer, bodyOf } from './answers.ts';
import { noSuchSignIn, shownSignIn } from './sessionRoutes.ts';

const idParams = z.object({ id: z.string().min(1).max(64) });

/**
 * What administrators do with accounts, sign-ins and screens. Each change asks for the password or a code within 5 min. They are for
 * administrators of the whole city alone: whoever makes accounts could make one of the whole city.
 */
export function createAccountAdminRoutes(options: {
  parts: AccountParts;
  admit: Admit;
  nowMs(): number;
}): FastifyPluginCallback {
  const { parts, admit, nowMs } = options;
  const { accounts, sessions, screens } = parts;
  const list = (): AccountsAnswer => ({
    accounts: accounts.list(),
    signIns: sessions.list().map(shownSignIn),
    screens: screens.list(),
  });
  const idOf = (params: unknown): string => idParams.safeParse(params).data?.id ?? '';
  const nameOf = ({ principal }: FastifyRequest): string => principal?.name ?? '';
  const actorOf = ({ principal }: FastifyRequest): Actor => ({
    name: principal?.name ?? '',
    accountId: principal?.accountId ?? '',
    isSignedIn: () => principal !== undefined && sessions.of(principal.sessionId) !== undefined,
  });

  return (http, _options, done) => {
    const reading = { onRequest: admit('accounts:manage', 'city') };
    const changing = { onRequest: admit('accounts:manage', 'city', 'step_up') };
    const sending = { ...changing, bodyLimit: accountBodyLimit };

    http.get('/api/v1/accounts', reading, (_request, reply) => answer(reply, ok(list())));

    http.post('/api/v1/accounts', sending, async (request, reply) => {
      const body = bodyOf(newAccountBody, request);
      if (!body.ok) return answer(reply, body);
      return answer(reply, await accounts.add(body.data, actorOf(request)), 201);
    });

    http.patch('/api/v1/accounts/:id', sending, async (request, reply) => {
      const body = bodyOf(changeAccountBody, request);
      if (!body.ok) return answer(reply, body);
      return answer(reply, await accounts.change(idOf(request.params), body.data, actorOf(request)));
    });

    http.post('/api/v1/accounts/:id/reset', sending, async (request, reply) => {
      const body = bodyOf(resetBody, request);
      if (!body.ok) return answer(reply, body);
      return answer(reply, await accounts.reset(idOf(request.params), body.data, actorOf(request)));
    });

    http.delete('/api/v1/sign-ins/:id', changing, async (request, reply) => {
      const session = sessions.of(idOf(request.params));
      if (session === undefined) return answer(reply, noSuchSignIn());
      const isStored = await sessions.end((one) => one === session, {
        atMs: nowMs(),
        actor: nameOf(request),
        action: 'accounts:revoke',
        subject: session.sessionId,
        detail: { accountId: session.accountId },
      });
      return answer(reply, ok({ isStored }));
    });

    http.delete('/api/v1/screens/:id', changing, async (request, reply) =>
      answer(reply, await screens.revoke(idOf(request.params), nameOf(request))),
    );
    done();
  };
}
