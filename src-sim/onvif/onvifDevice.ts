import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import {
  deviceAnswers,
  openRequests,
  servicePaths,
  servicesOf,
  type OnvifAnswers,
  type OnvifAsked,
} from './deviceAnswers.ts';
import { answerHostile } from './hostileAnswers.ts';
import { mediaAnswers, mediaTwoAnswers } from './mediaAnswers.ts';
import { OnvifAuthentication } from './onvifAuthentication.ts';
import type { OnvifHabits } from './onvifHabits.ts';
import type { OnvifDeviceSettings } from './onvifSettings.ts';
import { PullPoints, type OnvifEventKind } from './pullPoints.ts';
import { envelope, faultBody, find, readXml, SoapFault, XmlError, type XmlElement } from './soapMessage.ts';
import { TurningService } from './turningService.ts';

const largestRequestBytes = 65_536;
const mostConnections = 64;

/** A camera or encoder that speaks ONVIF over HTTP or HTTPS: device, media 1 and 2, PTZ, events, and pictures of the moment. */
export class OnvifDevice {
  readonly settings: OnvifDeviceSettings;
  habits: OnvifHabits;
  readonly #server: Server;
  readonly #authentication: OnvifAuthentication;
  readonly #turning = new TurningService();
  readonly #pullPoints: PullPoints;
  readonly #received: string[] = [];

  constructor(settings: OnvifDeviceSettings) {
    this.settings = settings;
    this.habits = settings.habits ?? {};
    this.#authentication = new OnvifAuthentication(settings.account, settings.serial, () =>
      this.deviceNowMs(),
    );
    this.#pullPoints = new PullPoints(() => this.#nowMs());
    const serve = (request: IncomingMessage, response: ServerResponse): void =>
      void this.#serve(request, response);
    this.#server = settings.tls === undefined ? createServer(serve) : createTlsServer(settings.tls, serve);
    this.#server.maxConnections = mostConnections;
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Of a device that speaks HTTP. */
  get url(): string {
    const host = this.settings.host === '0.0.0.0' ? '127.0.0.1' : this.settings.host;
    return `http://${inBrackets(host)}:${this.port}`;
  }

  /** Names of the requests that came, in their order; the last 1,000. */
  get received(): readonly string[] {
    return this.#received;
  }

  /** Subscriptions that last. */
  get subscriptions(): number {
    return this.#pullPoints.count;
  }

  /** What its clock says; Unix milliseconds. */
  deviceNowMs(): number {
    return this.#nowMs() + (this.habits.clockOffsetMs ?? 0);
  }

  /** @throws Error when the port is taken. */
  async open(): Promise<void> {
    this.#server.listen(this.settings.port ?? 0, this.settings.host);
    await once(this.#server, 'listening');
  }

  /** Something begins (`state`) or ends before one of its lenses; the first one, if none is named. */
  raise(kind: OnvifEventKind, state = true, sourceToken = this.settings.sources[0]?.token ?? ''): void {
    this.#pullPoints.raise(kind, sourceToken, state, this.deviceNowMs());
  }

  /** It is switched off and on: subscriptions are forgotten. */
  restart(): void {
    this.#pullPoints.close();
  }

  async close(): Promise<void> {
    this.#turning.close();
    this.#pullPoints.close();
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #nowMs(): number {
    return (this.settings.nowMs ?? Date.now)();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (this.habits.hostile !== undefined) return void answerHostile(this.habits.hostile, response);
      const path = new URL(request.url ?? '/', 'http://device').pathname;
      if (path.startsWith('/snapshot/')) return await this.#photograph(path, request, response);
      await this.#answer(path, request, response);
    } catch {
      response.destroy();
    }
  }

  async #photograph(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const source = this.settings.sources.find(({ token }) => path === `/snapshot/${token}.jpg`);
    if (source === undefined) return void response.writeHead(404).end();
    if (!this.#authentication.provesByDigest(request.method ?? '', request.headers.authorization))
      return void response.writeHead(401, { 'www-authenticate': this.#authentication.challenge() }).end();
    const picture = await source.photograph();
    if (picture === undefined) return void response.writeHead(503).end();
    response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': picture.length }).end(picture);
  }

  async #answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answers = this.#answersAt(path);
    if (answers === undefined) return void response.writeHead(404).end();
    if (request.method !== 'POST') return void response.writeHead(405).end();
    let status = 200;
    let body: string;
    try {
      body = await this.#asked(answers, await readBody(request), request);
    } catch (error) {
      const fault = faultOf(error);
      status = fault.status;
      body = faultBody(fault);
    }
    if (response.destroyed) return;
    response.writeHead(status, {
      'content-type': 'application/soap+xml; charset=utf-8',
      ...(status === 401 ? { 'www-authenticate': this.#authentication.challenge() } : {}),
    });
    response.end(envelope(body));
  }

  async #asked(answers: OnvifAnswers, text: string, request: IncomingMessage): Promise<string> {
    const message = readXml(text);
    const [operation, second] = find(message, 'Body')?.children ?? [];
    if (message.name !== 'Envelope' || operation === undefined || second !== undefined)
      throw new SoapFault('ter:WellFormed', 'this is no request in an envelope of SOAP');
    this.#received.push(operation.name);
    if (this.#received.length > 1_000) this.#received.shift();
    if (!openRequests.has(operation.name)) this.#refuseStrangers(message, request);
    if (this.habits.forbidden?.includes(operation.name) === true)
      throw new SoapFault('ter:NotAuthorized', 'Sender not authorized', 400);
    const answer = Object.hasOwn(answers, operation.name) ? answers[operation.name] : undefined;
    if (answer === undefined)
      throw new SoapFault('ter:ActionNotSupported', `${operation.name} is not known here`, 500);
    const { settings, habits } = this;
    const host = habits.answersHost ?? (request.socket.localAddress ?? '').replace(/^::ffff:/, '');
    const asked: OnvifAsked = {
      request: operation,
      base: `http://${inBrackets(host)}:${this.port}`,
      habits,
      settings,
      nowMs: () => this.deviceNowMs(),
    };
    const isHttps = habits.namesHttps === true || settings.tls !== undefined;
    const base = habits.answersBase ?? (isHttps ? asked.base.replace('http:', 'https:') : asked.base);
    return answer({ ...asked, base });
  }

  #refuseStrangers(message: XmlElement, request: IncomingMessage): void {
    const only = this.habits.authentication;
    const { authorization } = request.headers;
    if (only !== 'token' && this.#authentication.provesByDigest(request.method ?? '', authorization)) return;
    if (only !== 'digest' && this.#authentication.provesByToken(find(message, 'Header'))) return;
    // Devices that know no digest refuse with a fault; the others ask for it.
    throw new SoapFault('ter:NotAuthorized', 'Sender not authorized', only === 'token' ? 400 : 401);
  }

  #answersAt(path: string): OnvifAnswers | undefined {
    const subscription = /^\/onvif\/subscription\/([\da-f-]{36})$/.exec(path)?.[1];
    if (subscription !== undefined) return this.#pullPoints.answersOf(subscription);
    const service = servicesOf({ settings: this.settings, habits: this.habits }).find(
      (known) => servicePaths[known] === path,
    );
    if (service === undefined) return undefined;
    return {
      device: deviceAnswers,
      media: mediaAnswers,
      media2: mediaTwoAnswers,
      ptz: this.#turning.answers,
      events: this.#pullPoints.answers,
    }[service];
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestRequestBytes) throw new SoapFault('ter:WellFormed', 'the request is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function faultOf(error: unknown): SoapFault {
  if (error instanceof SoapFault) return error;
  if (error instanceof XmlError) return new SoapFault('ter:WellFormed', error.message);
  return new SoapFault('ter:Action', 'the camera is in trouble', 500);
}

/** An address as it stands in a URL. */
function inBrackets(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
