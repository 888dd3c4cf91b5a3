import type { Speaker, TalkPeople } from './talk.ports.ts';

/** Whether somebody may hear and speak in a group: a desk in every one there is, a member in all, its squad, its own. */
export function mayUseGroup(
  { kind, memberId }: Pick<Speaker, 'kind' | 'memberId'>,
  groupId: string,
  people: TalkPeople,
): boolean {
  const member = memberId === undefined ? undefined : people.member(memberId);
  if (kind === 'member' && member === undefined) return false;
  if (groupId === 'all') return true;
  const [type, id = ''] = groupId.split(':');
  if (type === 'squad') return people.hasSquad(id) && (kind === 'desk' || member?.squadId === id);
  return type === 'private' && people.hasMember(id) && (kind === 'desk' || memberId === id);
}
