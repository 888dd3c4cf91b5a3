import { globSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { FastifyPluginCallback } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttpServer, type Admit } from '../../../src-sfu/http/httpServer.ts';
import { createMetrics } from '../../../src-sfu/http/metrics.ts';
import { createLogger } from '../../../src-sfu/logger.ts';
import { keyPurposes, type KeyPurpose } from '../../../src-shared/session/keyPurposes.ts';
import { roles, type Role } from '../../../src-shared/session/roles.ts';
import { county, letters, principalOf } from './authorityStage.ts';
import {
  expectedKeyRoutes,
  expectedRequests,
  expectedRoutes,
  expectedStepUp,
  twinsOfRoutes,
} from './authorityTables.ts';

/** Answers to every question about it with itself: routes are made with it, and none of their handlers is run. */
const anything: unknown = new Proxy(() => undefined, {
  get(_target, name) {
    if (name === Symbol.toPrimitive) return () => '';
    return name === 'then' ? undefined : anything;
  },
  apply: () => anything,
});

/** Where the hub lets the asker in, the route's own work does not begin. */
const letIn = 299;

type MakeRoutes = (options: unknown) => FastifyPluginCallback;

/** Every factory of routes that the hub has, found by its file. */
async function allRoutes(admit: Admit): Promise<FastifyPluginCallback[]> {
  const stopping: Admit = (capability, scope, needs) => {
    const hook = admit(capability, scope, needs);
    return async (request, reply) => {
      await hook(request, reply);
      if (!reply.sent) await reply.code(letIn).send();
    };
  };
  // What makes several hooks is given `admit` itself, all others a hook: by the capability that their feature asks for.
  const capabilityOf: Record<string, Parameters<Admit>> = {
    auditRoutes: ['audit:view', 'city', 'step_up'],
    posterRoutes: ['cameras:view'],
    mapRoutes: ['wall:view'],
    stillRoutes: ['public:view'],
    recordingRoutes: ['alerts:viewDetails', undefined, 'step_up'],
  };
  const files = globSync('src-sfu/http/**/*Routes.ts');
  return Promise.all(
    files.map(async (file) => {
      const name = basename(file, '.ts');
      const module = (await import(resolve(file))) as Record<string, MakeRoutes>;
      const make = module[`create${name.charAt(0).toUpperCase()}${name.slice(1)}`];
      if (make === undefined) throw new Error(`${file} exports no factory of its name.`);
      const asked = capabilityOf[name];
      const given = {
        admit: asked === undefined ? stopping : stopping(...asked),
        basemapPath: '.',
        districts: '',
      };
      return make(
        new Proxy(given, {
          get: (parts: Record<string, unknown>, part: string) => (part in parts ? parts[part] : anything),
        }),
      );
    }),
  );
}

/** Whether those who ask gave their password again just now. */
let isConfirmed = true;
/** How often somebody asked. */
let asked = 0;
const routes: { method: string; url: string }[] = [];
let http: Awaited<ReturnType<typeof createHttpServer>>;

beforeAll(async () => {
  let made: FastifyPluginCallback[] = [];
  const record: FastifyPluginCallback = (instance, _options, done) => {
    instance.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) routes.push({ method: each, url });
    });
    for (const one of made) void instance.register(one);
    done();
  };
  let admitOfHub: Admit | undefined;
  const options = {
    guard: { malformed: () => undefined, foreign: () => undefined, needsHttps: () => undefined },
    doors: {
      principalOf: ({ headers }: { headers: Record<string, unknown> }) =>
        headers['x-role'] === undefined
          ? undefined
          : {
              ...principalOf(
                headers['x-role'] as Role,
                headers['x-scope'] === 'county' ? county : undefined,
                headers['x-purpose'] as KeyPurpose | undefined,
              ),
              // Somebody else each time: what one may ask in a second is not asked here.
              accountId: String((asked += 1)),
            },
      onRevoked: () => undefined,
      onChanged: () => undefined,
      onHandedOver: () => undefined,
      isConfirmed: () => isConfirmed,
    },
    onDenied: () => undefined,
    metrics: createMetrics([]),
    surfacesDir: '/nowhere',
    health: () => ({ level: 'ok' as const, detail: {} }),
    logger: createLogger('silent'),
  };
  // The hub makes its hooks itself; a first server hands them out for the features that are loaded meanwhile.
  const first = await createHttpServer({
    ...options,
    routes(admit) {
      admitOfHub = admit;
      return [];
    },
  });
  await first.close();
  if (admitOfHub === undefined) throw new Error('the hub made no hook');
  made = await allRoutes(admitOfHub);
  http = await createHttpServer({ ...options, routes: () => [record] });
  await http.ready();
});

afterAll(() => http.close());

/** Preflights and HEAD, which go the way of GET, and the methods that WHIP refuses with 405. */
const answersNothing =
  /^(OPTIONS|HEAD|(GET|PUT|PATCH|DELETE) \/whip\/:deviceId$|(GET|POST|PUT) \/whip\/:deviceId\/)/;

const own = Object.entries(expectedRoutes);

describe('every route over HTTP', () => {
  it('is in the table of expected answers, and no other', () => {
    const found = new Set([
      ...routes.map(({ method, url }) => `${method} ${url}`).filter((name) => !answersNothing.test(name)),
      'GET /healthz',
      'GET /',
      'GET /metrics',
    ]);
    expect([...found].sort()).toEqual(own.map(([name]) => name).sort());
  });

  it.each(own.filter(([, expected]) => typeof expected !== 'string'))(
    '%s lets %j in alone, and nobody without a credential',
    async (name, expected) => {
      const [allowed, about] = expected as [string, string];
      const [method, pattern = ''] = name.split(' ');
      const url = pattern.replaceAll(/:\w+/g, 'c');
      const statusOf = async (headers: Record<string, string>): Promise<number> =>
        (await http.inject({ method: method as 'GET', url, headers })).statusCode;
      const isIn = (status: number): boolean => status === letIn || status === 200;
      const lettersIn: string[] = [];
      for (const role of roles) {
        const status = await statusOf({ 'x-role': role });
        expect(isIn(status) ? 403 : status).toBe(403);
        if (isIn(status)) lettersIn.push(letters[role]);
        const inCounty = await statusOf({ 'x-role': role, 'x-scope': 'county' });
        expect(isIn(inCounty)).toBe(isIn(status) && about !== 'city');
      }
      expect(lettersIn.join('')).toBe(allowed);
      expect(await statusOf({})).toBe(401);
    },
  );

  it.each(keyPurposes)('lets in a key of %s exactly where the table says', async (purpose) => {
    const isIn = async (name: string, scope: string): Promise<boolean> => {
      const [method, pattern = ''] = name.split(' ');
      const url = pattern.replaceAll(/:\w+/g, 'c');
      const headers = { 'x-role': 'platform', 'x-purpose': purpose, 'x-scope': scope };
      const { statusCode } = await http.inject({ method: method as 'GET', url, headers });
      expect([letIn, 200, 403]).toContain(statusCode);
      return statusCode !== 403;
    };
    for (const [name, expected] of own) {
      if (typeof expected === 'string') continue;
      const isExpected = expectedKeyRoutes[purpose].includes(name);
      expect({ name, isIn: await isIn(name, 'city') }).toEqual({ name, isIn: isExpected });
      const isInCounty = isExpected && expected[1] !== 'city';
      expect({ name, isIn: await isIn(name, 'county') }).toEqual({ name, isIn: isInCounty });
    }
  });

  it('asks for a confirmation where the table says so', async () => {
    isConfirmed = false;
    const asked = new Set<string>();
    for (const [name, expected] of own) {
      if (typeof expected === 'string') continue;
      const [method, pattern = ''] = name.split(' ');
      const url = pattern.replaceAll(/:\w+/g, 'c');
      for (const role of roles.filter((one) => expected[0].includes(letters[one]))) {
        const { statusCode } = await http.inject({
          method: method as 'GET',
          url,
          headers: { 'x-role': role },
        });
        if (statusCode === 403) asked.add(name);
      }
    }
    isConfirmed = true;
    expect([...asked].sort()).toEqual(expectedStepUp.routes.toSorted());
  });

  it.each(Object.entries(twinsOfRoutes))(
    '%s is answered to those to whom %s is answered, with the same confirmation',
    (route, request) => {
      const [allowed, about] = expectedRoutes[route] as readonly [string, string];
      const [allowedAsRequest, aboutAsRequest] = expectedRequests[request] ?? [];
      expect([...allowed].sort()).toEqual(
        [...(allowedAsRequest ?? '')].filter((one) => 'asduwt'.includes(one)).sort(),
      );
      // A request about one thing is decided by the thing; so is its route.
      expect(about === 'city').toBe(aboutAsRequest === 'city');
      expect(expectedStepUp.routes.includes(route)).toBe(expectedStepUp.requests.includes(request));
    },
  );
});
