import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { clientAddressOf, noteForwardedAddress } from '../../../base/clientAddress.ts';
import { busyRefusal, createPublicLimits } from '../publicLimits.ts';
import { isPagePath } from '../publicPaths.ts';
import { publicHeaders, sendRefusal } from '../quickAnswers.ts';
import { createAnswerCache, longestGraceMs, type KeptAnswer } from './answerCache.ts';
import { camerasHeader, wantedHeader } from './frontHeaders.ts';
import { sendUnanswered, type HubLink } from './hubLink.ts';

/** The front of the public's server: it has the public's port, and answers thousands of phones without the hub. */
export interface FrontServer {
  server: Server;
  /** Somebody may see less: no answer of before is given any more. */
  forget(): void;
  /** The hub is late: for a second it is asked for nothing that is live. */
  busy(): void;
  close(): void;
}

/** Connections at one time; more are closed at once. */
const maxConnections = 4_000;
/** A site's answer; the hub makes one in the same time. Milliseconds. */
const siteLifeMs = 250;
const kitchensLifeMs = 5_000;
/** Stills and segments: as long as caches may keep them. Milliseconds. */
const pictureLifeMs = 10_000;
/** Files of the page have other names in another build. Milliseconds. */
const fileLifeMs = 3_600_000;
/** Of pictures and of files, each. */
const maxBytes = 48 * 1024 * 1024;
const maxEntries = 4_000;
const maxSites = 2_000;

const sitePath = /^\/public\/sites\/([\dA-Za-z-]{12,16})(?:\?moving=(\d{1,2}))?$/;
const picturePath = /^\/public\/(?:stills\/[\w-]{27}\.jpg|segments\/[\w-]{27}\.(?:mp4|m4s))$/;
const filePath = /^\/(?:assets|fonts)\/[\w.-]+$/;
/** What goes on to phones of an answer that is kept. */
const givenHeaders = ['content-type', 'cache-control', 'content-encoding', 'vary', 'etag', 'last-modified'];

/** An answer of the hub that is the same for all. `headers`: with which the hub is asked. */
interface Shared {
  key: string;
  lifeMs: number;
  headers: Record<string, string>;
}

/**
 * Gives what many phones ask for from memory and passes everything else on to the hub, which does not notice the crowd: no answer is
 * made twice within its life. Limits of addresses are counted here, and again by the hub for what reaches it.
 */
export function createFrontServer({
  hub,
  isProxy,
  nowMs,
}: {
  hub: HubLink;
  isProxy(address: string): boolean;
  nowMs(): number;
}): FrontServer {
  const limits = createPublicLimits({ nowMs, isOwnLatenessBusy: false });
  const cache = createAnswerCache({ nowMs, maxBytes, maxEntries });
  // A withdrawal takes nothing from the page's own files.
  const files = createAnswerCache({ nowMs, maxBytes, maxEntries: 500 });
  /** The cameras of each site that was asked for, by its code. */
  const cameras = new Map<string, readonly string[]>();

  /** While the hub is late, what it has answered lately serves for a moment longer: what is hidden meanwhile is forgotten all the same. */
  const graceMs = (): number => (limits.isBusy() ? longestGraceMs : 0);
  const kept = (shared: Shared, isFile: boolean): KeptAnswer | undefined =>
    (isFile ? files : cache).fresh(shared.key, graceMs());
  const giveFromHub = async (
    response: ServerResponse,
    path: string,
    address: string,
    { shared, isFile = false }: { shared: Shared; isFile?: boolean },
  ): Promise<void> => {
    const { key, lifeMs, headers } = shared;
    const answer = await (isFile ? files : cache).load(key, lifeMs, () => hub.ask(path, address, headers));
    give(response, answer);
  };
  const giveSite = async (
    response: ServerResponse,
    path: string,
    address: string,
    { code, moving }: { code: string; moving: string },
  ): Promise<void> => {
    const known = cameras.get(code);
    const isWanted = known !== undefined && limits.mayWant(address, known);
    const name = `${code}?${moving}`;
    // Who may not make the hub ask for pictures gets those that others asked for.
    const ready =
      cache.fresh(name, graceMs()) ?? (isWanted ? undefined : cache.fresh(`${name} as it is`, graceMs()));
    if (ready !== undefined && known !== undefined) return give(response, ready);
    if (limits.isBusy()) return sendRefusal(response, busyRefusal);
    const ask = async (headers: Record<string, string>): Promise<KeptAnswer> => {
      const answer = await hub.ask(path, address, headers);
      const list = answer.headers[camerasHeader];
      if (list !== undefined) {
        if (cameras.size >= maxSites) cameras.clear();
        cameras.set(code, list === '' ? [] : list.split(','));
      }
      return answer;
    };
    // Of a site that is not known here the hub itself decides whether this phone may, so that nobody else is given that answer later.
    if (known === undefined) return give(response, await cache.load(`${name} first`, 0, () => ask({})));
    const answer = isWanted
      ? await cache.load(name, siteLifeMs, () => ask({}))
      : await cache.load(`${name} as it is`, siteLifeMs, () => ask({ [wantedHeader]: '0' }));
    give(response, answer);
  };

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    noteForwardedAddress(request, isProxy);
    const address = clientAddressOf(request);
    const { url = '/', method } = request;
    const refused = limits.refusal(address, 'page');
    if (refused !== undefined) return sendRefusal(response, refused);
    const failed = (): void => {
      if (response.headersSent) response.destroy();
      else sendUnanswered(response);
    };
    const [, code, moving = ''] = sitePath.exec(url) ?? [];
    if (method === 'GET' && code !== undefined)
      return void giveSite(response, url, address, { code: code.toUpperCase(), moving }).catch(failed);
    const shared = method === 'GET' ? sharedOf(request, url) : undefined;
    const isFile = filePath.test(url);
    const ready = shared === undefined ? undefined : kept(shared, isFile);
    if (ready !== undefined) return give(response, ready);
    if (limits.isBusy() && !isPagePath(url)) return sendRefusal(response, busyRefusal);
    if (shared !== undefined)
      return void giveFromHub(response, url, address, { shared, isFile }).catch(failed);
    hub.passOn(request, response, address);
  };
  const server = createServer(
    { keepAliveTimeout: 15_000, headersTimeout: 5_000, requestTimeout: 30_000, maxHeaderSize: 8_192 },
    answer,
  );
  server.maxConnections = maxConnections;
  return {
    server,
    forget() {
      cache.forget();
      cameras.clear();
    },
    busy: limits.late,
    close() {
      limits.close();
      hub.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

function sharedOf(request: IncomingMessage, url: string): Shared | undefined {
  if (picturePath.test(url)) return { key: url, lifeMs: pictureLifeMs, headers: {} };
  const isKitchens = url === '/public/kitchens';
  if (!isKitchens && !filePath.test(url)) return undefined;
  const { headers } = request;
  // These answers are not the whole one.
  if (headers['if-none-match'] ?? headers['if-modified-since'] ?? headers.range) return undefined;
  const accepted = String(headers['accept-encoding'] ?? '');
  const encoding = ['br', 'gzip'].find((one) =>
    new RegExp(`\\b${one}\\b(?!\\s*;\\s*q=0(?:\\.0*)?\\b)`).test(accepted),
  );
  return {
    key: `${url} ${encoding ?? ''}`,
    lifeMs: isKitchens ? kitchensLifeMs : fileLifeMs,
    headers: encoding === undefined ? {} : { 'accept-encoding': encoding },
  };
}

function give(response: ServerResponse, { status, headers, body }: KeptAnswer): void {
  const given: Record<string, string | number> = { ...publicHeaders, 'content-length': body.length };
  for (const name of [...givenHeaders, 'retry-after']) {
    const value = headers[name];
    if (value !== undefined) given[name] = value;
  }
  response.writeHead(status, given).end(body);
}
