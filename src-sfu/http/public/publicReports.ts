import { randomUUID } from 'node:crypto';
import type { FastifyPluginCallback, FastifyReply } from 'fastify';
import type { FollowedReport, ReportReceipt } from '../../../src-shared/citizens/citizenPage.ts';
import {
  maxReportPhoto,
  reportIdPattern,
  type ReportProblem,
} from '../../../src-shared/citizens/reportForm.ts';
import { clientAddressOf } from '../../base/clientAddress.ts';
import { readForm } from '../multipartForm.ts';
import { BodyError, readBody } from '../requestBody.ts';

type Problem = { ok: false; problem: ReportProblem; retryAfterSeconds?: number };

export interface PublicReportsOptions {
  /** Counts a form that is about to be read; why it may not be. */
  mayRead(address: string): Problem | undefined;
  receive(sent: {
    sentId: string;
    siteCode: string;
    text: string;
    photo?: Buffer;
    address: string;
  }): Promise<{ ok: true; receipt: ReportReceipt } | Problem>;
  /** `sender` names the request: while somebody guesses codes it waits for its turn, until `senderGone`. */
  follow(
    code: string,
    address: string,
    sender: string,
  ): Promise<{ ok: true; report: FollowedReport } | Problem>;
  senderGone(sender: string): void;
  /** A form was refused before it could be read as a report. */
  refused(): void;
}

/** A photograph with the rest of the form. */
const bodyLimits = { maxBytes: maxReportPhoto + 32 * 1024, timeoutMs: 25_000, stallMs: 5_000 };
/** Forms that are in memory at one time: at most 25 MiB. */
const maxForms = 8;
/** A sentence of 200 characters takes at most 800 bytes; blanks and marks that are removed may stand between them. */
const maxTextBytes = 4_096;
const maxPartBytes = 128;

const dangerWords = 'In danger call 119; for food safety call 12315.';
const sentences: Record<ReportProblem, readonly [status: number, message: string]> = {
  no_such_site: [404, 'There is no kitchen of this code.'],
  no_such_code: [404, 'There is no report of this code.'],
  text_missing: [400, 'Write one sentence about what you saw.'],
  text_too_long: [400, 'The text may have at most 200 characters.'],
  text_unreadable: [400, 'The text is not UTF-8.'],
  photo_too_large: [413, 'The photograph is too large. Send a smaller one, or none.'],
  photo_heic: [415, 'HEIC photographs cannot be read. Send a JPEG or PNG, or none.'],
  photo_unreadable: [415, 'This is no photograph that can be read. Send a JPEG or PNG, or none.'],
  bad_form: [400, 'The form cannot be read. Load the page again.'],
  id_reused: [409, 'This report was sent before with other content. Load the page again.'],
  too_many_from_here: [429, `Too much was sent from this network. Try again later. ${dangerWords}`],
  too_many_of_site: [429, `Many reports about this kitchen have come. Try again later. ${dangerWords}`],
  too_many: [429, `Too many reports have come. Try again later. ${dangerWords}`],
  busy: [503, `Too many reports come at this moment. Try again in a few seconds. ${dangerWords}`],
  not_stored: [503, `The report could not be stored. Try again in a minute. ${dangerWords}`],
};

/**
 * `POST /public/reports` (multipart: `id`, `site`, `text`, `photo`) and `GET /public/report` with the code in the header
 * `x-report-code`, so that no proxy writes it into its log. No answer may be kept by a cache.
 */
export function createPublicReports(options: PublicReportsOptions): FastifyPluginCallback {
  let reading = 0;
  const refuse = (reply: FastifyReply, { problem, retryAfterSeconds }: Problem): FastifyReply => {
    const [status, message] = sentences[problem];
    if (retryAfterSeconds !== undefined) void reply.header('retry-after', String(retryAfterSeconds));
    // The rest of an announced body of the usual size is read and thrown away, so that its sender gets to read the answer.
    const announced = Number(reply.request.headers['content-length'] ?? 0);
    if (!(announced <= bodyLimits.maxBytes)) void reply.header('connection', 'close');
    return reply.code(status).send({
      error: { code: problem, message, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) },
    });
  };
  const refuseForm = (
    reply: FastifyReply,
    problem: ReportProblem,
    retryAfterSeconds?: number,
  ): FastifyReply => {
    options.refused();
    return refuse(reply, {
      ok: false,
      problem,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
  };

  return (http, _options, done) => {
    http.addHook('onRequest', async (_request, reply) => void reply.header('cache-control', 'no-store'));
    // The handler reads the body itself, once it knows that this address may send one.
    http.addContentTypeParser('multipart/form-data', (_request, _payload, parsed) => parsed(null, undefined));

    http.post('/public/reports', async (request, reply) => {
      const address = clientAddressOf(request.raw);
      const over = options.mayRead(address);
      if (over !== undefined) return refuse(reply, over);
      if (reading >= maxForms) return refuseForm(reply, 'busy', 10);
      reading += 1;
      try {
        const body = await readBody(request.raw, bodyLimits);
        const form = readReport(body, request.headers['content-type'] ?? '');
        if (typeof form === 'string') return refuseForm(reply, form);
        const answer = await options.receive({ ...form, address });
        return answer.ok ? await reply.code(201).send(answer.receipt) : refuse(reply, answer);
      } catch (error) {
        if (!(error instanceof BodyError)) throw error;
        return refuseForm(reply, error.statusCode === 413 ? 'photo_too_large' : 'bad_form');
      } finally {
        reading -= 1;
      }
    });

    http.get('/public/report', async (request, reply) => {
      const code = request.headers['x-report-code'];
      if (typeof code !== 'string' || code.length > 40)
        return refuse(reply, { ok: false, problem: 'no_such_code' });
      const sender = randomUUID();
      reply.raw.once('close', () => options.senderGone(sender));
      const answer = await options.follow(code, clientAddressOf(request.raw), sender);
      return answer.ok ? reply.send(answer.report) : refuse(reply, answer);
    });
    done();
  };
}

/** The report in a form, or why the form is refused. Each part may come once; parts of other names are left out. */
function readReport(
  body: Buffer,
  contentType: string,
): { sentId: string; siteCode: string; text: string; photo?: Buffer } | ReportProblem {
  const parts = readForm(body, contentType);
  const named = (name: string): Buffer | undefined => {
    const found = parts.filter((part) => part.name === name);
    const [first] = found;
    return found.length !== 1 || first === undefined ? undefined : Buffer.from(first.bytes);
  };
  const [id, site, text] = ['id', 'site', 'text'].map(named);
  if (id === undefined || site === undefined || text === undefined) return 'bad_form';
  if (id.length > maxPartBytes || site.length > maxPartBytes) return 'bad_form';
  if (text.length > maxTextBytes) return 'text_too_long';
  const sentId = id.toString('latin1');
  if (!reportIdPattern.test(sentId)) return 'bad_form';
  const photos = parts.filter(({ name }) => name === 'photo');
  if (photos.length > 1) return 'bad_form';
  const photo = photos[0]?.bytes;
  if (photo !== undefined && photo.byteLength > maxReportPhoto) return 'photo_too_large';
  try {
    return {
      sentId,
      siteCode: site.toString('latin1'),
      text: new TextDecoder('utf-8', { fatal: true }).decode(text),
      // A browser sends a part without bytes for a field without a file.
      ...(photo === undefined || photo.byteLength === 0 ? {} : { photo: Buffer.from(photo) }),
    };
  } catch {
    return 'text_unreadable';
  }
}
