import type { BoardFigures } from '../../../src-shared/board/board.protocol.ts';
import { findingCard } from '../../../src-shared/findings/finding.ts';
import type { Finding, SiteRecord } from '../../../src-shared/findings/findings.protocol.ts';
import { worksForDistrict, type Scope } from '../../../src-shared/session/principal.ts';

/** Repeat offenders as the board lists them. */
export function boardOffenders(records: readonly SiteRecord[], limit: number): BoardFigures['offenders'] {
  return records.slice(0, limit).map(({ place: { siteId, name, nameEn, district }, count90, lastAtMs }) => ({
    siteId: siteId ?? name,
    name,
    ...(nameEn === undefined ? {} : { nameEn }),
    ...(district === undefined ? {} : { district }),
    violations: count90,
    lastAtMs,
  }));
}

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
