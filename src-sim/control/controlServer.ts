import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';
import { z } from 'zod';
import {
  addressInHost,
  hostNameOf,
  isLoopbackName,
  isOriginOfHost,
} from '../../src-shared/network/hostHeader.ts';
import { connectionSchema, orderedAlertSchema, rateSchema } from '../alerts/alertPlatform.ts';
import { earHabits } from '../cameras/camera.ts';
import { faultSchema } from '../cameras/faults.ts';
import { upperCallSchema, upperTurnSchema } from '../gb28181/demoUpper.ts';
import { onvifEventKinds } from '../onvif/pullPoints.ts';
import { authenticationSchemes } from '../rtsp/authentication.ts';
import { shows } from '../scenes/catalogue.ts';
import { ControlError } from '../simulatorError.ts';
import type { Simulator } from '../simulatorReports.ts';

const largestBodyBytes = 65_536;

const sceneSchema = z.strictObject({ show: z.enum(shows) });
const onvifEventSchema = z.strictObject({ kind: z.enum(onvifEventKinds), state: z.boolean().default(true) });
const earSchema = z.strictObject({ habit: z.enum(earHabits) });
const authenticationSchema = z.strictObject({ scheme: z.enum(authenticationSchemes) });

/** What the control interface asks of the simulator. */
export type ControlTarget = Pick<
  Simulator,
  | 'registry'
  | 'recorders'
  | 'recorderSites'
  | 'turningCamera'
  | 'runningRecorders'
  | 'cameras'
  | 'clock'
  | 'setFault'
  | 'setScene'
  | 'setAuthentication'
  | 'setEar'
  | 'alerts'
  | 'onvif'
  | 'upper'
>;

/**
 * Refuses what a page of another host makes a browser send: under another name (DNS rebinding), from another origin, or as
 * a form, which a browser sends without asking first.
 */
function refuseForeignPages(request: IncomingMessage): void {
  const { host, origin } = request.headers;
  const name = hostNameOf(host);
  const ownNames = [
    request.socket.localAddress ?? '',
    ...Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .map(({ address }) => address),
    hostname(),
  ].map(addressInHost);
  if (name === undefined || !(isLoopbackName(name) || ownNames.includes(name))) {
    throw new ControlError(403, 'the Host header is no name of this simulator: use its address');
  }
  if (!isOriginOfHost(origin, host)) {
    throw new ControlError(
      403,
      'the Origin header is that of another page: only pages of this address may ask',
    );
  }
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new ControlError(415, 'the body must be JSON: send "Content-Type: application/json"');
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestBodyBytes)
      throw new ControlError(413, `the body is larger than ${largestBodyBytes} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new ControlError(400, 'the body is no JSON');
  }
}

function parse<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const details = result.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new ControlError(400, details.join('; '));
}

async function answer(simulator: ControlTarget, request: IncomingMessage): Promise<unknown> {
  refuseForeignPages(request);
  const path = new URL(request.url ?? '/', 'http://simulator').pathname;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const pages: Record<string, () => unknown> = {
    '/healthz': () => ({ status: 'ok' }),
    '/registry.json': () => simulator.registry(),
    '/recorders.json': () => ({
      recorders: simulator.recorders(),
      sites: simulator.recorderSites(),
      turns: simulator.turningCamera(),
    }),
    '/recorders': () => ({ recorders: simulator.runningRecorders.list() }),
    '/onvif': () => ({ devices: simulator.onvif.list() }),
    '/upper': () => simulator.upper.report(),
    '/upper/catalogue': async () => ({ items: await simulator.upper.catalogue() }),
    '/cameras': () => ({ cameras: simulator.cameras() }),
    '/clock': () => simulator.clock(),
    '/alerts': () => simulator.alerts.status(),
  };
  if (request.method === 'POST' && path === '/alerts') {
    return simulator.alerts.report(parse(orderedAlertSchema, await readJson(request)));
  }
  if (request.method === 'PUT' && path === '/alerts/hub') {
    return simulator.alerts.connect(parse(connectionSchema, await readJson(request)));
  }
  if (request.method === 'PUT' && path === '/alerts/rate') {
    return simulator.alerts.setRate(parse(rateSchema, await readJson(request)).perMinute);
  }
  if (request.method === 'POST' && path === '/upper/calls')
    return simulator.upper.call(parse(upperCallSchema, await readJson(request)));
  if (request.method === 'POST' && path === '/upper/turns')
    return simulator.upper.turn(parse(upperTurnSchema, await readJson(request)));
  const [, callId] = /^\/upper\/calls\/([^/]+)$/.exec(path) ?? [];
  if (callId !== undefined && request.method === 'DELETE') return simulator.upper.endCall(callId);
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
  if (page) {
    if (!isRead) throw new ControlError(405, `${path} answers GET only`);
    return page();
  }
  const [, serial, ask] = /^\/onvif\/([^/]+)\/(habits|events)$/.exec(path) ?? [];
  if (serial !== undefined && request.method === (ask === 'habits' ? 'PUT' : 'POST')) {
    const body = await readJson(request);
    if (ask === 'habits') return simulator.onvif.setHabits(serial, body);
    const { kind, state } = parse(onvifEventSchema, body);
    return simulator.onvif.raise(serial, kind, state);
  }
  const [, recorderId] = /^\/recorders\/([^/]+)\/habits$/.exec(path) ?? [];
  if (recorderId !== undefined && request.method === 'PUT')
    return simulator.runningRecorders.setHabits(recorderId, await readJson(request));
  const [, id, part] = /^\/cameras\/([^/]+)\/(fault|scene|authentication|ear)$/.exec(path) ?? [];
  if (id === undefined) throw new ControlError(404, `there is nothing at ${path}`);
  if (request.method !== 'PUT') throw new ControlError(405, `${path} answers PUT only`);
  const body = await readJson(request);
  const cameraId = decodeURIComponent(id);
  if (part === 'fault') return simulator.setFault(cameraId, parse(faultSchema, body));
  if (part === 'ear') return simulator.setEar(cameraId, parse(earSchema, body).habit);
  if (part === 'scene') return simulator.setScene(cameraId, parse(sceneSchema, body).show);
  return simulator.setAuthentication(cameraId, parse(authenticationSchema, body).scheme);
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(`${text}\n`);
}

/** Starts the control interface; port 0 takes any free one. */
export async function startControlServer(options: {
  host: string;
  port: number;
  simulator: ControlTarget;
}): Promise<{ port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(options.simulator, request).then(
      (body) => reply(response, 200, body),
      (error: unknown) => {
        const status = error instanceof ControlError ? error.status : error instanceof URIError ? 400 : 500;
        reply(response, status, { error: error instanceof Error ? error.message : String(error) });
      },
    );
  });
  server.listen({ port: options.port, host: options.host });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the control interface has no port');
  return {
    port: address.port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
