import { notices, type BroadcastName, type NoticeOf } from '../../src-shared/protocol/index.ts';
import {
  receives,
  receivesOwn,
  type NoticeReceiver,
  type NoticeSubject,
} from '../../src-shared/session/audience.ts';
import type { Principal } from '../../src-shared/session/principal.ts';
import type { SurfaceContext } from './handlers.ts';

/** Notices to many surfaces. Who receives one is declared in the notice's definition. */
export interface Broadcasts {
  /** To every surface that the notice's definition names as its audience. `about` is what the notice is about. */
  broadcast<Name extends BroadcastName>(name: Name, payload: NoticeOf<Name>, about?: NoticeSubject): void;
  /** As `broadcast`, but only to surfaces that receive it for their own squad, member or screen. */
  broadcastToOwn<Name extends BroadcastName>(name: Name, payload: NoticeOf<Name>, about: NoticeSubject): void;
  /**
   * As `broadcast`, with what each surface may see of it: `payloadFor` is called once for all who have the same rights and scope, and
   * returns undefined for those who see nothing of it.
   */
  broadcastFor<Name extends BroadcastName>(
    name: Name,
    payloadFor: (asker: Pick<Principal, 'role' | 'scope' | 'grants'>) => NoticeOf<Name> | undefined,
  ): void;
}

export function createBroadcasts(options: {
  surfaces(): Iterable<SurfaceContext>;
  /** The squad in which a member is now. */
  squadOfMember(memberId: string): string | undefined;
}): Broadcasts {
  /** The joined surfaces, each with what decides on the notices that it receives. */
  const receivers = (): [SurfaceContext, NoticeReceiver][] =>
    [...options.surfaces()].flatMap((context): [SurfaceContext, NoticeReceiver][] => {
      const { identity } = context;
      if (identity === undefined) return [];
      const { principal, screenId, member } = identity;
      if (member === undefined) return [[context, { ...principal, screenId }]];
      const { memberId } = member;
      return [[context, { ...principal, memberId, squadId: options.squadOfMember(memberId) }]];
    });

  return {
    broadcast(name, payload, about) {
      for (const [context, receiver] of receivers()) {
        if (receives(notices[name].audience, receiver, about)) context.notify(name, payload);
      }
    },
    broadcastFor(name, payloadFor) {
      const payloads = new Map<string, ReturnType<typeof payloadFor>>();
      for (const [context, receiver] of receivers()) {
        if (!receives(notices[name].audience, receiver)) continue;
        const key = rightsKey(receiver);
        if (!payloads.has(key)) payloads.set(key, payloadFor(receiver));
        const payload = payloads.get(key);
        if (payload !== undefined) context.notify(name, payload);
      }
    },
    broadcastToOwn(name, payload, about) {
      for (const [context, receiver] of receivers()) {
        if (receivesOwn(notices[name].audience, receiver, about)) context.notify(name, payload);
      }
    },
  };
}

/** Equal for those who may do the same in the same scope. */
function rightsKey({ role, grants, scope }: NoticeReceiver): string {
  return JSON.stringify([role, grants, scope.districts, scope.squads]);
}
