import { expect, test } from 'vitest';
import { createMapHandlers } from '../../../../src-sfu/features/map/map.handlers.ts';
import { cardsBySite } from '../../../../src-shared/findings/siteCards.ts';
import type { Finding } from '../../../../src-shared/findings/findings.protocol.ts';

const finding = (
  siteId: string | undefined,
  escalation: Finding['escalation'],
  state: Finding['state'] = 'open',
): Finding => ({ state, escalation, place: { name: 'x', siteId } }) as Finding;

test('a site shows the worst card of its open findings, and only to those who work for its district', async () => {
  const findings = [
    finding('a', 4),
    finding('a', 3),
    finding('b', 2),
    finding('b', 3),
    finding('c', 2),
    finding('d', 4, 'closed'),
    finding(undefined, 4),
  ];
  expect([...cardsBySite(findings)]).toEqual([
    ['a', 'red'],
    ['b', 'yellow'],
  ]);
  const site = (siteId: string, district: '咸安区' | '通城县') => ({
    siteId,
    siteName: siteId,
    siteType: 'restaurant' as const,
    district,
    phone: '0715-1234567',
  });
  const handlers = createMapHandlers({
    settings: { problems: [] },
    readSites: () =>
      Promise.resolve({
        revision: 1,
        sites: [site('a', '咸安区'), site('b', '通城县'), site('c', '通城县')],
      }),
    cards: () => cardsBySite(findings),
  });
  const seenBy = async (districts: 'all' | string[]) => {
    const identity = { principal: { scope: { districts, squads: 'all' } } };
    const answer = await handlers['map:readSites']({ identity } as never);
    if (!answer.ok) throw new Error(answer.message);
    return answer.data.sites;
  };
  expect((await seenBy('all')).map(({ siteId, card }) => [siteId, card])).toEqual([
    ['a', 'red'],
    ['b', 'yellow'],
    ['c', undefined],
  ]);
  const ofCounty = await seenBy(['通城县']);
  expect(ofCounty).toEqual([
    { siteId: 'b', siteName: 'b', siteType: 'restaurant', district: '通城县', card: 'yellow' },
    { siteId: 'c', siteName: 'c', siteType: 'restaurant', district: '通城县' },
  ]);
});
