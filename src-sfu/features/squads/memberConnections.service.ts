import { createListeners } from '../../../src-shared/listeners.ts';
import type { Member } from '../../../src-shared/squads/squads.protocol.ts';
import type { SurfaceContext } from '../../signaling/handlers.ts';

/** The connection of a phone, as far as squads need it. */
export type PhoneConnection = Pick<SurfaceContext, 'connectionId' | 'notify' | 'disconnect'>;

/** Connections of signed-in phones by member; the newest one is the one that counts. */
export interface MemberConnections {
  /** The connection that represents a member now. */
  of(memberId: string): PhoneConnection | undefined;
  /** A surface joined; `memberId` is set for a signed-in phone. A reloaded page replaces the connection before. */
  joined(connection: PhoneConnection, memberId: string | undefined): void;
  /** A connection ended. Nothing happens when the member already has a newer one. */
  left(connection: PhoneConnection, memberId: string | undefined): void;
  /**
   * Members have changed. The phone of a member who was moved to another squad, or who leads now or no longer, joins again with its
   * new rights.
   */
  membersChanged(members: readonly Standing[]): void;
  /** Listens for members whose phone is gone. */
  onDisconnected(listener: (memberId: string) => void): void;
}

/** What the rights of a member's phone follow from. */
type Standing = Pick<Member, 'memberId' | 'squadId' | 'isLeader'>;

export function createMemberConnections(options: {
  member(memberId: string): Standing | undefined;
  /** Keeps whether the phone of a member is connected. */
  changed(memberId: string, isConnected: boolean): void;
}): MemberConnections {
  const connections = new Map<string, PhoneConnection>();
  /** As what a phone's connection joined, by member. */
  const joinedAs = new Map<string, string>();
  const disconnectedListeners = createListeners<[memberId: string]>();

  const disconnected = (memberId: string, connection: PhoneConnection): void => {
    if (connections.get(memberId) !== connection) return;
    connections.delete(memberId);
    joinedAs.delete(memberId);
    disconnectedListeners.notify(memberId);
    options.changed(memberId, false);
  };

  return {
    of: (memberId) => connections.get(memberId),
    joined(connection, memberId) {
      for (const [known, other] of connections) {
        if (other === connection && known !== memberId) disconnected(known, connection);
      }
      if (memberId === undefined) return;
      const before = connections.get(memberId);
      connections.set(memberId, connection);
      const member = options.member(memberId);
      if (member !== undefined) joinedAs.set(memberId, rightsOf(member));
      if (before === connection) return;
      // A reloaded page connects before the hub notices that its earlier connection is gone.
      before?.disconnect();
      options.changed(memberId, true);
    },
    left(connection, memberId) {
      if (memberId !== undefined) disconnected(memberId, connection);
    },
    membersChanged(members) {
      for (const member of members) {
        const { memberId } = member;
        const before = joinedAs.get(memberId);
        if (before === undefined || before === rightsOf(member)) continue;
        joinedAs.delete(memberId);
        connections.get(memberId)?.disconnect();
      }
    },
    onDisconnected: disconnectedListeners.add,
  };
}

/** Equal for members whose phones may do the same. */
function rightsOf({ squadId, isLeader }: Standing): string {
  return isLeader === true ? `leader of ${squadId}` : `member of ${squadId}`;
}
