import type { FastifyPluginCallback } from 'fastify';
import { alertDocsPage } from './alertDocsPage.ts';
import { alertOpenApi, type OpenApiDocument } from './alertOpenApi.ts';

/**
 * `GET /api/v1/openapi.json` and, for people, `GET /api/v1/docs`, in Chinese with `?lang=zh-CN`. Open to all: they hold
 * nothing of this city.
 */
export function createAlertDocsRoutes(version: string): FastifyPluginCallback {
  // Few hubs are ever asked for them: they are made when somebody does, and not at each start.
  let made: OpenApiDocument | undefined;
  const document = (): OpenApiDocument => (made ??= alertOpenApi(version));
  return (http, _options, done) => {
    http.get('/api/v1/openapi.json', (_request, reply) => reply.send(document()));
    http.get('/api/v1/docs', (request, reply) => {
      const { lang } = request.query as { lang?: unknown };
      const language = lang === 'zh-CN' || lang === 'zh' ? 'zh-CN' : 'en';
      return reply.type('text/html; charset=utf-8').send(alertDocsPage(document(), language));
    });
    done();
  };
}
