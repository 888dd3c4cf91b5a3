import type { FastifyPluginCallback, FastifyReply } from 'fastify';
import { z } from 'zod';
import { districts } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { Principal } from '../../../src-shared/session/principal.ts';
import { wordLanguages, wordsOf, type WordLanguage } from '../../base/words.ts';
import {
  codeDocument,
  codeLayouts,
  type CodeLayout,
  type PrintedSite,
} from '../../features/public/codeDocument.ts';
import type { RecordExport } from '../exportLog.ts';
import type { Admit } from '../httpServer.ts';

/** `GET /api/v1/public/codes.pdf?layout=stickers&language=en&district=…&siteId=…`. */
const querySchema = z.strictObject({
  layout: z.enum(codeLayouts).default('stickers'),
  language: z.enum(wordLanguages).default('zh-CN'),
  district: z.enum(districts).optional(),
  siteId: z.string().min(1).max(64).optional(),
});

/** Sites in one file: Chromium prints 1,500 stickers in some 20 s. */
const mostSites = { stickers: 3_000, sheet: 60 } as const;

type Printed =
  { ok: true; pdf: Uint8Array } | { ok: false; reason: 'no_browser' | 'busy' | 'failed'; message: string };

const refusals = {
  no_browser: { status: 503, code: 'no_browser' },
  busy: { status: 503, code: 'printing_busy' },
  failed: { status: 500, code: 'printing_failed' },
} as const;

export interface CodeRoutesOptions {
  admit: Admit;
  /** Sites that agreed and that the person may see, in the order of their districts and names. */
  sites(principal: Principal, wanted: { district?: string; siteId?: string }): PrintedSite[];
  /** The address of the public's page; undefined where none is set. */
  address: string | undefined;
  print(html: string): Promise<Printed>;
  recordExport: RecordExport;
}

/** The QR codes of sites that agreed, as a PDF: a sheet to hang up for each, or stickers. */
export function createCodeRoutes(options: CodeRoutesOptions): FastifyPluginCallback {
  const refuse = (reply: FastifyReply, status: number, code: string, message: string): FastifyReply =>
    reply.code(status).header('cache-control', 'no-store').send({ error: { code, message } });
  let isMaking = false;

  return (http, _settings, done) => {
    http.get(
      '/api/v1/public/codes.pdf',
      { onRequest: options.admit('public:manage', undefined, 'step_up') },
      async (request, reply) => {
        const parsed = querySchema.safeParse(request.query);
        const { principal } = request;
        if (!parsed.success || principal === undefined) {
          return refuse(reply, 400, 'malformed_query', 'Ask with layout, language, district and siteId.');
        }
        const { address } = options;
        if (address === undefined) {
          const message = 'Set MINGCHU_PUBLIC_URL to the address at which phones reach the public’s page.';
          return refuse(reply, 409, 'no_public_url', message);
        }
        const { layout, language, ...others } = parsed.data;
        const wanted = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
        const sites = options.sites(principal, wanted);
        if (sites.length === 0) {
          return refuse(reply, 404, 'no_site_agreed', 'No site has agreed to be shown to the public.');
        }
        const most = mostSites[layout];
        if (sites.length > most) {
          const message = `${sites.length} sites are too many for one file of at most ${most}; choose a district.`;
          return refuse(reply, 409, 'too_many_codes', message);
        }
        if (isMaking) return refuse(reply, 503, 'printing_busy', 'Another file of codes is being made.');
        isMaking = true;
        try {
          return await sendCodes(reply, { sites, layout, language, address });
        } finally {
          isMaking = false;
        }

        async function sendCodes(
          to: FastifyReply,
          made: {
            sites: PrintedSite[];
            layout: CodeLayout;
            language: WordLanguage;
            address: string;
          },
        ): Promise<FastifyReply> {
          const printed = await options.print(await codeDocument({ ...made, words: wordsOf(made.language) }));
          if (!printed.ok) {
            const { status, code } = refusals[printed.reason];
            return refuse(to, status, code, printed.message);
          }
          const detail = { layout, language, ...wanted, sites: sites.length };
          await options.recordExport(request, { action: 'public:printCodes', detail });
          return to
            .type('application/pdf')
            .header('content-disposition', `attachment; filename="codes-${made.layout}.pdf"`)
            .header('cache-control', 'no-store')
            .send(Buffer.from(printed.pdf));
        }
      },
    );
    done();
  };
}
