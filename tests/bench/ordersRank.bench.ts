import { startHubProcess } from '../support/processes.ts';
import type { SurfaceClient } from '../support/surfaceClient.ts';
import { addMember, asked, districtOf, openOrdersDesk, placeOf, squads } from './ordersCity.ts';
import { figureOf, type Bench } from './figures.ts';

const membersOfSquad = 10;
const defaultCount = 200;
/** Members with an order, so that their load counts. */
const busyMembers = 60;

/**
 * `orders.rank`: from an officer's question who should go to the answer at the desk, over the socket: 300 members on duty with phones that
 * have reported where they are, 60 of them with an order, their squads each with a home district; each question is of another place and
 * district. No router.
 */
export const benchOrdersRank: Bench = async (report, progress, { count = defaultCount }) => {
  const hub = await startHubProcess({
    settings: { MINGCHU_MAX_SURFACES: '400', MINGCHU_MEDIA_WORKERS: '1' },
  });
  const clients: SurfaceClient[] = [];
  try {
    const desk = await openOrdersDesk(hub.url, 1);
    clients.push(desk);
    for (let number = 0; number < squads * membersOfSquad; number += 1) {
      clients.push(await addMember(hub.url, desk, number));
    }
    for (let number = 0; number < busyMembers; number += 1) {
      const memberId = `member-${number * 5}`;
      await asked(desk, 'orders:create', {
        orderId: `order-${number}`,
        content: { kind: 'inspection', priority: 3, place: placeOf(number), instructions: '', checklist: [] },
        crew: { memberIds: [memberId], inChargeId: memberId },
      });
    }
    progress(`  ${squads * membersOfSquad} members are on duty, ${busyMembers} with an order`);
    const times: number[] = [];
    for (let number = 0; number < count; number += 1) {
      const askedAtMs = performance.now();
      const { candidates } = await asked(desk, 'orders:rank', {
        place: { ...placeOf(number * 7), district: districtOf(number) },
      });
      times.push(performance.now() - askedAtMs);
      if (candidates.length !== squads * membersOfSquad || candidates[0]?.distanceM === undefined) {
        throw new Error(`${candidates.length} members were ranked, the first of an unknown distance`);
      }
      if (!candidates.some(({ reasons }) => reasons.includes('home_district'))) {
        throw new Error('nobody was ranked as of the district');
      }
    }
    report(figureOf('orders.rank', 'ms', times));
  } finally {
    for (const client of clients) client.close();
    await hub.stop();
  }
};
