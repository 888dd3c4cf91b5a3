import type { FastifyPluginCallback } from 'fastify';
import { alertDocsPage } from './alertDocsPage.ts';
import { alertOpenApi } from './alertOpenApi.ts';

/** `GET /api/v1/openapi.json` and, for people, `GET /api/v1/docs`. Open to all: they hold nothing of this city. */
export function createAlertDocsRoutes(version: string): FastifyPluginCallback {
  const document = alertOpenApi(version);
  const page = alertDocsPage(document);
  return (http, _options, done) => {
    http.get('/api/v1/openapi.json', (_request, reply) => reply.send(document));
    http.get('/api/v1/docs', (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
    done();
  };
}
