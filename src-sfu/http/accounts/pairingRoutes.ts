import type { FastifyPluginCallback } from 'fastify';
import {
  confirmPairingBody,
  secretBody,
  startPairingBody,
} from '../../../src-shared/accounts/accounts.protocol.ts';
import { ok } from '../../../src-shared/protocol/define.ts';
import { clientAddressOf } from '../../base/clientAddress.ts';
import type { Admit } from '../httpServer.ts';
import type { AccountParts } from './accountParts.ts';
import { accountBodyLimit, answer, bodyOf } from './answers.ts';
import { isSecure, longestCookieSeconds, readCookies, setCookie } from './cookies.ts';

/** Pairing of walls and showcases: the screen shows a code, and somebody at a desk confirms it. */
export function createPairingRoutes(options: { parts: AccountParts; admit: Admit }): FastifyPluginCallback {
  const { admit } = options;
  const { screens } = options.parts;
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

    /** The screen that this browser is, if it is paired; otherwise whether a desk asks it for a code. */
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
      return answer(reply, ok(screens.isAskingForCodes() ? { isCodeAsked: true } : {}));
    });

    // The code on a screen opens nothing before somebody confirms it.
    http.post(
      '/api/v1/pairings/ask',
      { ...limited, onRequest: admit('wall:drive', 'city') },
      async (request, reply) => answer(reply, await screens.askForCodes(request.principal?.name ?? '')),
    );

    // A screen shows the whole city, so it is let in only by those who work for all of it.
    const confirming = { ...limited, onRequest: admit('wall:drive', 'city', 'step_up') };
    http.post('/api/v1/pairings/confirm', confirming, async (request, reply) => {
      const body = bodyOf(confirmPairingBody, request);
      if (!body.ok) return answer(reply, body);
      return answer(reply, await screens.confirm(body.data, request.principal?.name ?? ''));
    });
    done();
  };
}
