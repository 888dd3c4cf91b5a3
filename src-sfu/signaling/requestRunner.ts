import { refuse, type Ack, type RequestDefinition } from '../../src-shared/protocol/define.ts';
import { findUnstorable } from '../../src-shared/protocol/storableText.ts';
import { requests, type RequestName } from '../../src-shared/protocol/index.ts';
import { databaseRefusalOf } from '../base/databaseTrouble.ts';
import { deskName } from '../base/deskName.ts';
import type { Denial } from '../base/denial.ts';
import { may, type Principal } from '../../src-shared/session/principal.ts';
import type { Capability } from '../../src-shared/session/roles.ts';
import { askedBy } from '../base/asking.ts';
import { wholeCityThing, type RequestScope, type RequestScopes } from '../base/requestScopes.ts';
import type { ConnectionLife } from '../base/connectionLife.ts';
import type { Logger } from '../logger.ts';
import { causeOfTooMany, causeOfTooMuch, takesTurn, type Budgets, type ConnectionLoad } from './budgets.ts';
import type { RequestHandlers, SurfaceContext } from './handlers.ts';
import { createLoopTurns, type LoopTurns } from './loopTurns.ts';
import { createOwnerLoads, ownerOf } from './owners.ts';
import { countStreams, withinStreamBudget } from './streamBudget.ts';

/** Kinds of principals that reach one thing alone, whatever their scope says. */
const isOneThing: ReadonlySet<Principal['kind']> = new Set(['screen', 'site']);

/** A connection, as far as its requests need it. */
export interface Asker {
  context: SurfaceContext;
  life: ConnectionLife;
  load: ConnectionLoad;
}

export interface RequestRunnerOptions {
  handlers: RequestHandlers;
  /** Which part of the city each request is about. */
  scopes: RequestScopes;
  budgets: Budgets;
  /** Whether the principal gave the password or a code again just now, where that is asked. */
  isConfirmed(principal: Principal): boolean;
  /** Turns in which large answers are made. */
  turns?: LoopTurns;
  logger: Logger;
  /** A request was under way when its connection ended, and may have made something since. */
  leaveAgain(context: SurfaceContext): void;
  /** A request was answered with yes. */
  onDone(asker: Asker, name: RequestName): void;
  /** A request was refused for lack of a right. */
  onDenied(denial: Denial): void;
  onRequest(name: string, outcome: string, durationMs: number): void;
}

/** Checks, parses and runs the requests of surfaces. */
export function createRequestRunner(options: RequestRunnerOptions) {
  const { handlers, scopes, budgets, logger, turns = createLoopTurns() } = options;
  const loads = createOwnerLoads();
  const counted = new WeakSet<ConnectionLoad>();

  const respond = async (asker: Asker, name: string, input: unknown): Promise<Ack<unknown>> => {
    const { context, load } = asker;
    const { connectionId, identity } = context;
    const memberId = identity?.member?.memberId;
    const owner = ownerOf(identity?.principal, context.address);
    const isPhone = context.isPhoneOnly || identity?.surface === 'field' || identity?.surface === 'site';
    const tooMany = await budgets.refuses({ connectionId, memberId, owner, isPhone }, name);
    if (tooMany !== undefined) return refuse('too_many', tooMany, causeOfTooMany(name));
    if (!isRequestName(name)) {
      return refuse('unknown_request', `The hub knows no request "${name.slice(0, 64)}".`, {
        reason: 'session.unknown_request',
      });
    }
    const definition: RequestDefinition = requests[name];
    if (definition.capability !== 'none') {
      if (context.identity === undefined) {
        return refuse('not_joined', 'Join first: send session:join.', { reason: 'session.not_joined' });
      }
      const { principal } = context.identity;
      if (!may(principal, definition.capability)) {
        denied(context, name, 'forbidden');
        return refuse('forbidden', `The role ${principal.role} may not do ${name}.`, {
          reason: 'session.forbidden',
        });
      }
      if (scopes[name] === 'city' && !may(principal, definition.capability, wholeCityThing)) {
        denied(context, name, 'outside_scope');
        return outsideScope(name);
      }
    }
    const parsed = definition.input.safeParse(input);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      const path = issue === undefined || issue.path.length === 0 ? 'the request' : issue.path.join('.');
      return refuse('bad_request', `${name}: ${path}: ${issue?.message ?? 'not understood'}.`, {
        reason: 'session.not_understood',
      });
    }
    const unstorable = findUnstorable(parsed.data);
    if (unstorable !== undefined) {
      return refuse('bad_request', `${name}: ${unstorable.path}: ${unstorable.message}.`, {
        reason: 'session.text_not_storable',
      });
    }
    if (definition.capability !== 'none' && identity !== undefined) {
      if (!(await isInScope(identity.principal, definition.capability, name, parsed.data))) {
        denied(context, name, 'outside_scope');
        return outsideScope(name);
      }
    }
    // Last: who may not do it at all is not asked for a password.
    if (
      definition.needs === 'step_up' &&
      identity !== undefined &&
      !options.isConfirmed(identity.principal)
    ) {
      return refuse('forbidden', 'Enter your password or a code again first.', {
        reason: 'accounts.confirm_first',
      });
    }
    const tooMuch = await budgets.refusesContent({ connectionId, memberId, owner }, name, parsed.data);
    if (tooMuch !== undefined) return refuse('too_many', tooMuch, causeOfTooMuch(name));
    if (identity !== undefined && !counted.has(load)) {
      counted.add(load);
      load.heldByPrincipal = () => loads.streamsOf(owner);
      asker.life.undoAtEnd(loads.add(owner, load));
    }
    return withinStreamBudget(load, identity?.surface, name, parsed.data, (input) =>
      admit(asker, name, input),
    );
  };

  const denied = (context: SurfaceContext, subject: string, code: string): void => {
    const { address, identity } = context;
    options.onDenied({ actor: deskName(context), subject, code, address, principal: identity?.principal });
  };

  const isInScope = async (
    principal: Principal,
    capability: Capability,
    name: RequestName,
    input: unknown,
  ): Promise<boolean> => {
    const { districts, squads } = principal.scope;
    if (districts === 'all' && squads === 'all' && !isOneThing.has(principal.kind)) return true;
    const scope = scopes[name] as RequestScope<never>;
    if (typeof scope === 'string') return true;
    const things = await scope(input as never);
    return things.every((thing) => may(principal, capability, thing));
  };

  /** Runs a request that may be made, when it is its turn. */
  const admit = async (asker: Asker, name: RequestName, input: unknown): Promise<Ack<unknown>> => {
    const { life, load } = asker;
    if (!(await load.enter(name))) {
      return refuse('too_many', 'Too many requests wait for their answers.', {
        reason: 'session.too_many_waiting',
      });
    }
    try {
      if (takesTurn(name)) await turns.next();
      if (life.isOver()) {
        return refuse('unavailable', 'The connection ended.', { reason: 'session.connection_ended' });
      }
      return await run(asker, name, input);
    } finally {
      load.leave(name);
    }
  };

  const failed = (name: string, error: unknown): Ack<unknown> => {
    const refusal = databaseRefusalOf(error);
    if (refusal !== undefined) {
      logger.warn({ err: error, request: name }, 'a request was not carried out by the database');
      return refuse('unavailable', refusal.message, { reason: refusal.reason });
    }
    logger.error({ err: error, request: name }, 'a request failed');
    return refuse('internal', `${name} failed in the hub. See the log of the hub.`, {
      reason: 'session.failed',
    });
  };

  const run = async (asker: Asker, name: RequestName, input: unknown): Promise<Ack<unknown>> => {
    const { context, load } = asker;
    const handler = handlers[name] as (context: SurfaceContext, input: unknown) => Promise<Ack<unknown>>;
    const principal = context.identity?.principal;
    const ask = (): Promise<Ack<unknown>> => handler(context, input);
    const reply = await (principal === undefined ? ask() : askedBy(principal, ask));
    if (reply.ok) {
      countStreams(load, name, input, reply.data);
      options.onDone(asker, name);
    }
    return reply;
  };

  /**
   * Answers one request. None begins after its connection ended; one that was under way at that moment may have made
   * something since, and leaving once more undoes it.
   */
  return async function answer(asker: Asker, name: string, rest: unknown[]): Promise<void> {
    const acknowledge = rest.at(-1);
    if (typeof acknowledge !== 'function') return;
    const startedAtMs = performance.now();
    const reply = await respond(asker, name, rest.length > 1 ? rest[0] : undefined).catch((error: unknown) =>
      failed(isRequestName(name) ? name : 'unknown', error),
    );
    if (asker.life.isOver()) options.leaveAgain(asker.context);
    options.onRequest(
      isRequestName(name) ? name : 'unknown',
      reply.ok ? 'ok' : reply.code,
      performance.now() - startedAtMs,
    );
    (acknowledge as (reply: Ack<unknown>) => void)(reply);
  };
}

function outsideScope(name: string): Ack<never> {
  return refuse('forbidden', `${name} is about something outside of your districts and squads.`, {
    reason: 'session.outside_scope',
  });
}

function isRequestName(name: string): name is RequestName {
  return Object.hasOwn(requests, name);
}
