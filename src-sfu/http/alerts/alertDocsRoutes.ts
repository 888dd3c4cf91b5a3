import type { FastifyPluginCallback } from 'fastify';
import { alertDocsPage } from './alertDocsPage.ts';
import { alertOpenApi } from './alertOpenApi.ts';

/**
 * `GET /api/v1/openapi.json` and, for people, `GET /api/v1/docs`, in Chinese with `?lang=zh-CN`. Open to all: they hold
 * nothing of this city.
 */
export function createAlertDocsRoutes(version: string): FastifyPluginCallback {
  const document = alertOpenApi(version);
  const pages = { en: alertDocsPage(document, 'en'), 'zh-CN': alertDocsPage(document, 'zh-CN') };
  return (http, _options, done) => {
    http.get('/api/v1/openapi.json', (_request, reply) => reply.send(document));
    http.get('/api/v1/docs', (request, reply) => {
      const { lang } = request.query as { lang?: unknown };
      const language = lang === 'zh-CN' || lang === 'zh' ? 'zh-CN' : 'en';
      return reply.type('text/html; charset=utf-8').send(pages[language]);
    });
    done();
  };
}
