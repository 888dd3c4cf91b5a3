import type { Speaker, TalkPeople } from './talk.ports.ts';

/**
 * Whether somebody may hear and speak in a group: a desk in every group of its scope; a member in the groups of all, of the own
 * squad, of the own orders, and in the own private call.
 */
export function mayUseGroup(
  { kind, memberId, hears }: Pick<Speaker, 'kind' | 'memberId' | 'hears'>,
  groupId: string,
  people: TalkPeople,
): boolean {
  const member = memberId === undefined ? undefined : people.member(memberId);
  if (kind === 'member' && member === undefined) return false;
  if (kind === 'desk' && hears?.(groupId) === false) return false;
  if (groupId === 'all') return true;
  const [type, id = ''] = groupId.split(':');
  if (type === 'squad') return people.hasSquad(id) && (kind === 'desk' || member?.squadId === id);
  if (type === 'order') {
    const order = people.order(id);
    return order !== undefined && (kind === 'desk' || order.memberIds.includes(memberId ?? ''));
  }
  return type === 'private' && people.hasMember(id) && (kind === 'desk' || memberId === id);
}
