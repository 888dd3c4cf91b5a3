import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import { clientAddressOf, plainAddress } from '../../base/clientAddress.ts';
import type { Person } from '../../features/accounts/people.ts';
import { longestLifeMs } from '../../features/accounts/sessions.ts';
import type { Caller, Opened } from '../../features/accounts/signIn.service.ts';
import type { AccountParts } from './accountParts.ts';
import { isSecure, longestCookieSeconds, readCookies, setCookie } from './cookies.ts';
import type { KnownDevices } from './knownDevices.ts';

/** What routes ask of a request, and what they give to its browser. */
export interface Visitors {
  callerOf(request: FastifyRequest): Caller;
  /** Who is signed in; that counts as a use. */
  personOf(request: FastifyRequest): Person | undefined;
  /** The refusal where a password must not be sent: in the clear over a network, although the hub has HTTPS. */
  inTheClear(request: FastifyRequest): Ack<never> | undefined;
  /** Gives the browser its sign-in. */
  enter(request: FastifyRequest, reply: FastifyReply, opened: Opened): void;
  leave(request: FastifyRequest, reply: FastifyReply): void;
}

export function createVisitors(options: {
  parts: AccountParts;
  devices: KnownDevices;
  /** Whether the hub listens for HTTPS as well. */
  hasHttps(): boolean;
}): Visitors {
  const { parts, devices } = options;
  const { people, sessions } = parts;
  const personOf: Visitors['personOf'] = ({ raw }) => {
    for (const token of readCookies('person', { headers: raw.headers, isSecure: isSecure(raw) })) {
      const person = people.personOf(token);
      if (person === undefined) continue;
      sessions.used(person.session, clientAddressOf(raw));
      return person;
    }
    return undefined;
  };
  return {
    callerOf: ({ raw }) => ({
      address: clientAddressOf(raw),
      device: (raw.headers['user-agent'] ?? '').slice(0, 200),
      known: devices.of(raw),
    }),
    personOf,
    inTheClear({ raw }) {
      const address = raw.socket.remoteAddress ?? '';
      const isLocal = /^(::ffff:)?127\./.test(address) || address === '::1';
      // A proxy that the operator named has HTTPS to browsers itself.
      const isForwarded = plainAddress(clientAddressOf(raw)) !== plainAddress(address);
      if (isSecure(raw) || isLocal || isForwarded || !options.hasHttps()) return undefined;
      return refuse('forbidden', 'Open this page by its https address, then sign in.', {
        reason: 'accounts.https_needed',
      });
    },
    enter(request, reply, { token, account }) {
      const { raw } = request;
      const device = devices.after(devices.of(raw), account.accountId);
      reply.header('set-cookie', [
        setCookie('person', raw, token, longestLifeMs / 1_000),
        setCookie('device', raw, device, longestCookieSeconds),
      ]);
    },
    leave(request, reply) {
      reply.header('set-cookie', setCookie('person', request.raw, undefined));
    },
  };
}
