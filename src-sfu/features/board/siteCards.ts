import type { BoardFigures } from '../../../src-shared/board/board.protocol.ts';
import { findingCard } from '../../../src-shared/findings/finding.ts';
import type { Finding } from '../../../src-shared/findings/findings.protocol.ts';
import { worksForDistrict, type Scope } from '../../../src-shared/session/principal.ts';

type Cards = NonNullable<BoardFigures['cards']>;

/** One card for each site of a part of the city: the worst of its findings; red ones first, then those whose date is oldest. */
export function siteCards(findings: readonly Finding[], scope: Scope, limit: number): Cards {
  const bySite = new Map<string, Cards[number]>();
  for (const finding of findings) {
    const card = findingCard(finding);
    const { siteId, name, district } = finding.place;
    if (card === undefined || !worksForDistrict(scope, district)) continue;
    const key = siteId ?? name;
    const known = bySite.get(key);
    const found = {
      siteId: key,
      name,
      ...(district === undefined ? {} : { district }),
      card,
      dueAtMs: finding.dueAtMs,
    };
    if (known === undefined || isWorse(found, known)) bySite.set(key, found);
  }
  return [...bySite.values()].toSorted((left, right) => (isWorse(left, right) ? -1 : 1)).slice(0, limit);
}

function isWorse(left: Cards[number], right: Cards[number]): boolean {
  return left.card === right.card ? left.dueAtMs < right.dueAtMs : left.card === 'red';
}
