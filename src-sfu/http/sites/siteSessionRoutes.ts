import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import { ok } from '../../../src-shared/protocol/define.ts';
import { siteSignInBody, siteSignInLifeMs } from '../../../src-shared/sites/sites.protocol.ts';
import type { Denial } from '../../base/denial.ts';
import { deviceOf, visitOf } from '../../base/doors.ts';
import type { SiteLinks } from '../../features/sites/siteLinks.ts';
import { accountBodyLimit, answer, bodyOf } from '../accounts/answers.ts';
import { setCookie } from '../accounts/cookies.ts';
import { siteLinksOf } from './siteDoor.ts';

const path = '/api/v1/site-session';

/** The sign-in of a site's phone: the code of a link is exchanged once for a cookie, which ends with the link. */
export function createSiteSessionRoutes(options: {
  links: SiteLinks;
  siteName(siteId: string): string | undefined;
  /** A code was wrong, used or too old. */
  denied(denial: Denial): void;
}): FastifyPluginCallback {
  const { links } = options;
  const current = (request: FastifyRequest) => siteLinksOf(visitOf(request.raw), links);
  const shown = (siteId: string) => ({ site: { siteId, siteName: options.siteName(siteId) ?? '' } });
  return (http, _options, done) => {
    const limited = { bodyLimit: accountBodyLimit };

    http.post(path, limited, async (request, reply) => {
      const body = bodyOf(siteSignInBody, request);
      if (!body.ok) return answer(reply, body);
      const visit = visitOf(request.raw);
      const { address } = visit;
      const signedIn = await links.signIn({
        ...body.data,
        device: deviceOf(visit),
        address,
        before: current(request),
      });
      if (!signedIn.ok) {
        const code = signedIn.reason.replace('sites.', '');
        options.denied({ actor: '', subject: `POST ${path}`, code, address });
        return answer(reply, signedIn);
      }
      reply.header('set-cookie', setCookie('site', request.raw, body.data.token, siteSignInLifeMs / 1_000));
      return answer(reply, ok(shown(signedIn.data.siteId)));
    });

    /** The site that this browser is signed in for, if any. */
    http.get(path, (request, reply) => {
      const [link] = current(request);
      return answer(reply, ok(link === undefined ? {} : shown(link.siteId)));
    });

    http.delete(path, limited, async (request, reply) => {
      for (const { siteId, linkId, forWhom } of current(request)) {
        await links.end(siteId, linkId, 'signed_out', forWhom);
      }
      reply.header('set-cookie', setCookie('site', request.raw, undefined));
      return answer(reply, ok({}));
    });
    done();
  };
}
