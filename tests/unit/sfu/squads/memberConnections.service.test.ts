import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  createMemberConnections,
  type MemberConnections,
} from '../../../../src-sfu/features/squads/memberConnections.service.ts';

const phone = (connectionId: string) => ({ connectionId, notify: vi.fn(), disconnect: vi.fn() });

describe('the connections of members', () => {
  let squads: Map<string, string>;
  let leaders: Set<string>;
  let changes: [string, boolean][];
  let gone: string[];
  let connections: MemberConnections;

  beforeEach(() => {
    squads = new Map([['ann', 'wenquan']]);
    leaders = new Set();
    changes = [];
    gone = [];
    connections = createMemberConnections({
      member(memberId) {
        const squadId = squads.get(memberId);
        if (squadId === undefined) return undefined;
        return { memberId, squadId, ...(leaders.has(memberId) ? { isLeader: true } : {}) };
      },
      changed: (memberId, isConnected) => void changes.push([memberId, isConnected]),
    });
    connections.onDisconnected((memberId) => void gone.push(memberId));
  });

  it('are one a member: a page that came back replaces the one before', () => {
    const first = phone('1');
    const second = phone('2');
    connections.joined(first, 'ann');
    connections.joined(second, 'ann');
    expect(first.disconnect).toHaveBeenCalledOnce();
    connections.left(first, 'ann');
    expect(connections.of('ann')).toBe(second);
    expect(gone).toEqual([]);
    connections.left(second, 'ann');
    expect(connections.of('ann')).toBeUndefined();
    expect(gone).toEqual(['ann']);
    expect(changes.at(-1)).toEqual(['ann', false]);
  });

  it('say nothing new when the same connection joins again', () => {
    const one = phone('1');
    connections.joined(one, 'ann');
    connections.joined(one, 'ann');
    expect(one.disconnect).not.toHaveBeenCalled();
    expect(changes).toEqual([['ann', true]]);
  });

  it('end for the member before, when a phone joins as somebody else or as nobody', () => {
    const one = phone('1');
    connections.joined(one, 'ann');
    connections.joined(one, 'bo');
    expect(gone).toEqual(['ann']);
    connections.joined(one, undefined);
    expect(gone).toEqual(['ann', 'bo']);
  });

  it('are ended once for a member who was moved to another squad, so that the phone joins again', () => {
    const one = phone('1');
    connections.joined(one, 'ann');
    connections.membersChanged([{ memberId: 'ann', squadId: 'wenquan' }]);
    expect(one.disconnect).not.toHaveBeenCalled();
    connections.membersChanged([{ memberId: 'ann', squadId: 'yongan' }]);
    connections.membersChanged([{ memberId: 'ann', squadId: 'yongan' }]);
    expect(one.disconnect).toHaveBeenCalledOnce();
  });

  it('are ended once for a member who becomes a leader, and once for one who leads no longer', () => {
    const one = phone('1');
    connections.joined(one, 'ann');
    connections.membersChanged([{ memberId: 'ann', squadId: 'wenquan', isLeader: true }]);
    expect(one.disconnect).toHaveBeenCalledOnce();
    leaders.add('ann');
    const again = phone('2');
    connections.joined(again, 'ann');
    connections.membersChanged([{ memberId: 'ann', squadId: 'wenquan', isLeader: true }]);
    expect(again.disconnect).not.toHaveBeenCalled();
    connections.membersChanged([{ memberId: 'ann', squadId: 'wenquan' }]);
    expect(again.disconnect).toHaveBeenCalledOnce();
  });
});
