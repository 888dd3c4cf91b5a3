import type { FastifyPluginCallback, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  changePasswordBody,
  codeBody,
  confirmationLifeMs,
  proofBody,
  redeemBody,
  signInBody,
  type SessionAnswer,
  type SignIn,
} from '../../../src-shared/accounts/accounts.protocol.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { RefusalReason } from '../../../src-shared/protocol/refusals.ts';
import { askedBy } from '../../base/asking.ts';
import { clientAddressOf } from '../../base/clientAddress.ts';
import type { Denial } from '../../base/denial.ts';
import type { SessionRecord } from '../../features/accounts/accounts.repository.ts';
import { hasTimeCodes } from '../../features/accounts/accountBook.ts';
import type { Person } from '../../features/accounts/people.ts';
import type { AccountParts } from './accountParts.ts';
import { accountBodyLimit, answer, bodyOf } from './answers.ts';
import type { Visitors } from './visitors.ts';

export interface SessionRoutesOptions {
  parts: AccountParts;
  visitors: Visitors;
  /** The accounts of a demo; empty where the hub has none. */
  demoAccounts(): SessionAnswer['demoAccounts'];
  /** A password or a code was wrong that no sign-in is refused for. */
  denied(denial: Denial): void;
  nowMs(): number;
}

/** Refusals of what was typed wrong, or was used before, and of whoever tries too often. */
const wrongSecrets: ReadonlySet<string> = new Set<RefusalReason>([
  'accounts.wrong_password',
  'accounts.wrong_code',
  'accounts.code_unknown',
  'accounts.code_used',
  'accounts.code_expired',
  'accounts.wait',
]);
const idParams = z.object({ sessionId: z.string().min(1).max(64) });

/** A sign-in as it is shown: without its token's hash. */
export function shownSignIn(session: SessionRecord): SignIn {
  const { sessionId, accountId, createdAtMs, lastUsedAtMs, expiresAtMs, address, device, isLocked } = session;
  return { sessionId, accountId, createdAtMs, lastUsedAtMs, expiresAtMs, address, device, isLocked };
}

/** Signing in and out, and what people do with their own sign-ins, password and codes. */
export function createSessionRoutes(options: SessionRoutesOptions): FastifyPluginCallback {
  const { parts, visitors, nowMs } = options;
  const { sessions, signIn, own } = parts;
  const signedOut = (): Ack<never> =>
    refuse('not_joined', 'You are signed out. Sign in again.', { reason: 'accounts.signed_out' });
  const shownPerson = ({ account, session, steps }: Person): NonNullable<SessionAnswer['person']> => ({
    accountId: account.accountId,
    signInName: account.signInName,
    name: account.name,
    role: account.role,
    steps,
    isLocked: session.isLocked,
    hasTimeCodes: hasTimeCodes(account),
    recoveryCodesLeft: account.recoveryCodeHashes.length,
    areRecoveryCodesKept: account.areRecoveryCodesUnkept !== true,
    isDemo: account.isDemo,
    ...(sessions.isConfirmed(session) && session.confirmedAtMs !== undefined
      ? { confirmedUntilMs: session.confirmedAtMs + confirmationLifeMs }
      : {}),
  });
  const sessionAnswer = (person: Person | undefined): SessionAnswer => ({
    ...(person === undefined ? {} : { person: shownPerson(person) }),
    isFirstRun: own.firstRunCode() !== undefined,
    demoAccounts: options.demoAccounts(),
    nowMs: nowMs(),
  });
  /** Where the person is signed in, whatever is left to do. */
  const asPerson = (request: FastifyRequest): Ack<Person> => {
    const person = visitors.personOf(request);
    return person === undefined ? signedOut() : ok(person);
  };
  /** As `asPerson`, at a desk that is not locked. */
  const asOpenPerson = (request: FastifyRequest): Ack<Person> => {
    const person = asPerson(request);
    if (!person.ok || !person.data.session.isLocked) return person;
    return refuse('forbidden', 'This desk is locked. Unlock it first.', { reason: 'accounts.locked' });
  };
  /** Another person signs in at this desk: the one before is out, and a call goes on. */
  const handOver = (request: FastifyRequest, to: SessionRecord): void => {
    const before = visitors.personOf(request);
    if (before === undefined) return;
    const { account, session } = before;
    void sessions.handOver(session, to, {
      atMs: nowMs(),
      actor: account.name,
      action: 'accounts:signOut',
      subject: account.accountId,
      detail: { sessionId: session.sessionId, handedOverTo: to.sessionId },
    });
  };

  /** Writes down a wrong password or code: a refused sign-in and a refused confirmation have lines of their own. */
  const noteWrong = (request: FastifyRequest, refused: Ack<unknown>, person?: Person): void => {
    if (refused.ok || !wrongSecrets.has(refused.reason)) return;
    const address = clientAddressOf(request.raw);
    options.denied({
      actor: person?.account.name ?? '',
      subject: `${request.method} ${request.routeOptions.url ?? ''}`,
      code: refused.reason.replace('accounts.', ''),
      address,
      principal: person === undefined ? undefined : parts.people.principalOf(person, address),
    });
  };

  return (http, _options, done) => {
    const limited = { bodyLimit: accountBodyLimit };

    // What people do with their own account names them in the audit log; whoever signs in is not the person before.
    http.addHook('preHandler', (request, _reply, next) => {
      const isSigningIn =
        request.method === 'POST' && /session(\/redeem)?$/.test(request.routeOptions.url ?? '');
      const person = isSigningIn ? undefined : visitors.personOf(request);
      if (person === undefined) next();
      else askedBy(parts.people.principalOf(person, clientAddressOf(request.raw)), next);
    });

    http.get('/api/v1/session', (request, reply) =>
      answer(reply, ok(sessionAnswer(visitors.personOf(request)))),
    );

    http.post('/api/v1/session', limited, async (request, reply) => {
      const body = bodyOf(signInBody, request);
      if (!body.ok) return answer(reply, body);
      const refused = visitors.inTheClear(request);
      if (refused !== undefined) return answer(reply, refused);
      const opened = await signIn.signIn(body.data, visitors.callerOf(request));
      // What was typed wrong has a line of its own; who had to wait was not heard.
      if (!opened.ok && opened.reason === 'accounts.wait') noteWrong(request, opened);
      if (!opened.ok) return answer(reply, opened);
      handOver(request, opened.data.session);
      visitors.enter(request, reply, opened.data);
      const { session } = opened.data;
      return answer(reply, ok(sessionAnswer(parts.people.personOfSession(session.sessionId))));
    });

    http.post('/api/v1/session/redeem', limited, async (request, reply) => {
      const body = bodyOf(redeemBody, request);
      if (!body.ok) return answer(reply, body);
      const refused = visitors.inTheClear(request);
      if (refused !== undefined) return answer(reply, refused);
      const opened = await own.redeem(body.data, visitors.callerOf(request));
      noteWrong(request, opened);
      if (!opened.ok) return answer(reply, opened);
      handOver(request, opened.data.session);
      visitors.enter(request, reply, opened.data);
      const { session } = opened.data;
      return answer(reply, ok(sessionAnswer(parts.people.personOfSession(session.sessionId))));
    });

    http.delete('/api/v1/session', async (request, reply) => {
      const person = visitors.personOf(request);
      if (person !== undefined) {
        const { session, account } = person;
        await sessions.end((one) => one === session, {
          atMs: nowMs(),
          actor: account.name,
          action: 'accounts:signOut',
          subject: account.accountId,
          detail: { sessionId: session.sessionId },
        });
      }
      visitors.leave(request, reply);
      return answer(reply, ok(sessionAnswer(undefined)));
    });

    http.post('/api/v1/session/password', limited, async (request, reply) => {
      const person = asOpenPerson(request);
      if (!person.ok) return answer(reply, person);
      const body = bodyOf(changePasswordBody, request);
      if (!body.ok) return answer(reply, body);
      const { oldPassword, newPassword } = body.data;
      const { session } = person.data;
      const changed = await own.changePassword(session, oldPassword, newPassword, visitors.callerOf(request));
      noteWrong(request, changed, person.data);
      return answer(reply, changed.ok ? ok(sessionAnswer(visitors.personOf(request))) : changed);
    });

    http.post('/api/v1/session/codes', limited, (request, reply) => {
      const person = asOpenPerson(request);
      if (!person.ok) return answer(reply, person);
      // A new authenticator takes the place of the old one: whoever found the desk open must not be able to do that.
      if (hasTimeCodes(person.data.account) && !sessions.isConfirmed(person.data.session)) {
        return answer(reply, confirmFirst());
      }
      return answer(reply, own.beginTimeCodes(person.data.session));
    });

    http.post('/api/v1/session/codes/confirm', limited, async (request, reply) => {
      const person = asOpenPerson(request);
      if (!person.ok) return answer(reply, person);
      const body = bodyOf(codeBody, request);
      if (!body.ok) return answer(reply, body);
      const confirmed = await own.confirmTimeCodes(person.data.session, body.data.code);
      noteWrong(request, confirmed, person.data);
      return answer(reply, confirmed);
    });

    http.delete('/api/v1/session/codes', async (request, reply) => {
      const person = asOpenPerson(request);
      if (!person.ok) return answer(reply, person);
      if (!sessions.isConfirmed(person.data.session)) return answer(reply, confirmFirst());
      const removed = await own.removeTimeCodes(person.data.session);
      return answer(reply, removed.ok ? ok(sessionAnswer(visitors.personOf(request))) : removed);
    });

    http.post('/api/v1/session/recovery-codes', limited, async (request, reply) => {
      const person = asOpenPerson(request);
      if (!person.ok) return answer(reply, person);
      if (!sessions.isConfirmed(person.data.session)) return answer(reply, confirmFirst());
      return answer(reply, await own.makeRecoveryCodes(person.data.session));
    });

    http.post('/api/v1/session/recovery-codes/kept', limited, async (request, reply) => {
      const person = asOpenPerson(request);
      if (!person.ok) return answer(reply, person);
      return answer(reply, await own.keepRecoveryCodes(person.data.session));
    });

    for (const name of ['confirm', 'unlock'] as const) {
      http.post(`/api/v1/session/${name}`, limited, async (request, reply) => {
        const person = name === 'unlock' ? asPerson(request) : asOpenPerson(request);
        if (!person.ok) return answer(reply, person);
        const body = bodyOf(proofBody, request);
        if (!body.ok) return answer(reply, body);
        const { session, account } = person.data;
        const proven = await signIn.prove(session, body.data.proof, visitors.callerOf(request));
        if (!proven.ok) return answer(reply, proven);
        if (name === 'unlock') await sessions.lock(session, false, account.name);
        else await sessions.confirm(session, account.name);
        return answer(reply, ok(sessionAnswer(visitors.personOf(request))));
      });
    }

    http.post('/api/v1/session/lock', limited, async (request, reply) => {
      const person = asPerson(request);
      if (!person.ok) return answer(reply, person);
      await sessions.lock(person.data.session, true, person.data.account.name);
      return answer(reply, ok(sessionAnswer(person.data)));
    });

    http.get('/api/v1/session/sign-ins', (request, reply) => {
      const person = asOpenPerson(request);
      if (!person.ok) return answer(reply, person);
      const { account, session } = person.data;
      const signIns = sessions.list().filter(({ accountId }) => accountId === account.accountId);
      return answer(reply, ok({ current: session.sessionId, signIns: signIns.map(shownSignIn) }));
    });

    http.delete('/api/v1/session/sign-ins/:sessionId', async (request, reply) => {
      const person = asOpenPerson(request);
      if (!person.ok) return answer(reply, person);
      const { account } = person.data;
      const params = idParams.safeParse(request.params);
      const other = params.success ? sessions.of(params.data.sessionId) : undefined;
      if (other?.accountId !== account.accountId) return answer(reply, noSuchSignIn());
      await sessions.end((one) => one === other, {
        atMs: nowMs(),
        actor: account.name,
        action: 'accounts:revoke',
        subject: other.sessionId,
        detail: { accountId: account.accountId },
      });
      return answer(reply, ok({}));
    });
    done();
  };
}

export function noSuchSignIn(): Ack<never> {
  return refuse('not_found', 'There is no such sign-in.', { reason: 'accounts.no_such_sign_in' });
}

function confirmFirst(): Ack<never> {
  return refuse('forbidden', 'Enter your password or a code again first.', {
    reason: 'accounts.confirm_first',
  });
}
