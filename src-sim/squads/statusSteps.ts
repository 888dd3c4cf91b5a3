import { mayChangeStatus, memberStatuses } from '../../src-shared/squads/memberStatus.ts';
import type { MemberStatus } from '../../src-shared/squads/memberStatus.ts';

/**
 * The fewest changes by which a member may come from one status to another, the wanted one last; none when it is the
 * same already, or cannot be reached by the member alone.
 */
export function statusSteps(from: MemberStatus, to: MemberStatus): MemberStatus[] {
  const ways: MemberStatus[][] = [[from]];
  const seen = new Set([from]);
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    const last = way.at(-1) ?? from;
    if (last === to) return way.slice(1);
    for (const next of memberStatuses) {
      if (seen.has(next) || !mayChangeStatus(last, next, 'member')) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return [];
}
