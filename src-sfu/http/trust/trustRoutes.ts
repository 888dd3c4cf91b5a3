import { X509Certificate } from 'node:crypto';
import type { FastifyPluginCallback, FastifyReply } from 'fastify';
import { trustLanguage, trustPage } from './trustPage.ts';
import { trustProfile } from './trustProfile.ts';
import type { TlsServer } from './tlsServer.ts';

export interface TrustRoutesOptions {
  /** Undefined while HTTPS is not running. */
  tls(): Pick<TlsServer, 'port' | 'authority' | 'nextAuthority' | 'phoneHost' | 'covers'> | undefined;
  /** Port of plain HTTP. */
  plainPort(): number;
}

/**
 * `GET /trust`: how a phone comes to trust this hub, with the authority's certificate. Open to everybody: a phone has no
 * key yet, and a certificate is no secret. `GET /trust/addresses` gives pages the addresses for phones.
 */
export function createTrustRoutes({ tls, plainPort }: TrustRoutesOptions): FastifyPluginCallback {
  const authority = (): X509Certificate | undefined => {
    const pem = tls()?.authority();
    return pem === undefined ? undefined : new X509Certificate(pem);
  };
  /** The one that phones install beside it, while it is prepared to follow. */
  const nextAuthority = (): X509Certificate | undefined => {
    const pem = tls()?.nextAuthority();
    return pem === undefined ? undefined : new X509Certificate(pem);
  };
  const missing = (reply: FastifyReply): FastifyReply =>
    reply.code(404).send({
      error: {
        code: 'not_found',
        message: 'This hub has no certificate of its own to trust: see "Phones" in the README.',
      },
    });
  /** The host a page was asked under, when phones can use it; whatever else is claimed is not repeated. */
  const addresses = (claimed: string | undefined) => {
    const running = tls();
    if (running === undefined) return undefined;
    const asked = hostOf(claimed);
    const usable = asked !== undefined && !isLoopback(asked) && running.covers(asked);
    const host = usable ? asked : running.phoneHost();
    const inUrl = host.includes(':') ? `[${host}]` : host;
    return {
      trustUrl: `http://${inUrl}:${plainPort()}/trust`,
      fieldUrl: `https://${inUrl}:${running.port()}/field.html`,
    };
  };

  return (http, _options, done) => {
    http.addHook('onRoute', (route) => {
      route.config = { ...route.config, answersAnyHost: true, answersInTheClear: true };
    });
    http.get('/trust', async (request, reply) => {
      const known = addresses(request.headers.host);
      if (known === undefined) return missing(reply);
      const language = trustLanguage(
        (request.query as Record<string, unknown>).lang,
        request.headers['accept-language'],
      );
      const page = trustPage({
        language,
        ...known,
        fingerprint: authority()?.fingerprint256,
        nextFingerprint: nextAuthority()?.fingerprint256,
      });
      return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page);
    });

    http.get('/trust/addresses', async (request, reply) => {
      const known = addresses(request.headers.host);
      if (known === undefined) return missing(reply);
      const fingerprints = [authority(), nextAuthority()].flatMap((one) => one?.fingerprint256 ?? []);
      return reply.header('cache-control', 'no-cache').send({ ...known, fingerprints });
    });

    http.get('/trust/mingchu.crt', async (_request, reply) => {
      const certificate = authority();
      if (certificate === undefined) return missing(reply);
      return reply.type('application/x-x509-ca-cert').send(certificate.raw);
    });

    http.get('/trust/mingchu-next.crt', async (_request, reply) => {
      const certificate = nextAuthority();
      if (certificate === undefined) return missing(reply);
      return reply.type('application/x-x509-ca-cert').send(certificate.raw);
    });

    http.get('/trust/mingchu.mobileconfig', async (_request, reply) => {
      const certificate = authority();
      if (certificate === undefined) return missing(reply);
      return reply.type('application/x-apple-aspen-config').send(trustProfile(certificate, nextAuthority()));
    });
    done();
  };
}

function hostOf(claimed: string | undefined): string | undefined {
  try {
    return new URL(`http://${claimed ?? ''}`).hostname.replace(/^\[|\]$/g, '');
  } catch {
    return undefined;
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
