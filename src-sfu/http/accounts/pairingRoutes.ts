import type { FastifyPluginCallback } from 'fastify';
import {
  confirmPairingBody,
  secretBody,
  startPairingBody,
} from '../../../src-shared/accounts/accounts.protocol.ts';
import { ok, refuse } from '../../../src-shared/protocol/define.ts';
import { can } from '../../../src-shared/session/roles.ts';
import { clientAddressOf } from '../../base/clientAddress.ts';
import type { AccountParts } from './accountParts.ts';
import { accountBodyLimit, answer, bodyOf } from './answers.ts';
import { isSecure, longestCookieSeconds, readCookies, setCookie } from './cookies.ts';
import type { Visitors } from './visitors.ts';

/** Pairing of walls and showcases: the screen shows a code, and somebody at a desk confirms it. */
export function createPairingRoutes(options: {
  parts: AccountParts;
  visitors: Visitors;
}): FastifyPluginCallback {
  const { screens } = options.parts;
  const { visitors } = options;
  return (http, _options, done) => {
    const limited = { bodyLimit: accountBodyLimit };

    http.post('/api/v1/pairings', limited, (request, reply) => {
      const body = bodyOf(startPairingBody, request);
      if (!body.ok) return answer(reply, body);
      const address = clientAddressOf(request.raw);
      return answer(reply, screens.begin({ ...body.data, address }), 201);
    });

    /** The screen asks it every second or two, until the answer is yes. With a ticket the first answer is yes. */
    http.post('/api/v1/pairings/collect', limited, async (request, reply) => {
      const body = bodyOf(secretBody, request);
      if (!body.ok) return answer(reply, body);
      const collected = await screens.collect(body.data.secret);
      if (!collected.ok) return answer(reply, collected);
      const { credential } = collected.data;
      if (credential !== undefined) {
        reply.header('set-cookie', setCookie('screen', request.raw, credential, longestCookieSeconds));
      }
      return answer(reply, ok({ isPaired: credential !== undefined }));
    });

    /** The screen that this browser is, if it is paired. */
    http.get('/api/v1/screen', (request, reply) => {
      for (const credential of readCookies('screen', {
        headers: request.raw.headers,
        isSecure: isSecure(request.raw),
      })) {
        const screen = screens.find(credential);
        if (screen === undefined) continue;
        const { surface, screenId, name } = screen;
        return answer(reply, ok({ screen: { surface, screenId, name } }));
      }
      return answer(reply, ok({}));
    });

    http.post('/api/v1/pairings/confirm', limited, async (request, reply) => {
      const person = visitors.readyPerson(request);
      if (!person.ok) return answer(reply, person);
      const { account } = person.data;
      if (!can(account.role, 'wall:drive')) {
        return answer(
          reply,
          refuse('forbidden', 'Only those who drive the wall pair screens.', {
            reason: 'accounts.may_not_pair',
          }),
        );
      }
      const body = bodyOf(confirmPairingBody, request);
      if (!body.ok) return answer(reply, body);
      return answer(reply, await screens.confirm(body.data, account.name));
    });
    done();
  };
}
