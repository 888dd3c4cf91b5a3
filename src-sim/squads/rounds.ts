import type { SiteImport } from '../../src-shared/cameras/registryImport.ts';
import { seededRandom } from '../random.ts';
import type { RandomSource } from '../random.ts';
import type { DemoSquad } from './demoSquads.ts';
import { metresBetween, pointAt } from './ground.ts';
import type { GroundPoint } from './ground.ts';
import { makePatrol } from './patrol.ts';
import type { Patrol } from './patrol.ts';
import { isWet, makeStreets } from './streets.ts';

/** How far from its station a squad goes. */
const reachM = 4_500;
/** Fewer sites than this within reach (a small city) are made up to it by places of no name. */
const fewestStops = 8;
const stopsARound = 3;

/** The rounds of a squad's members, in their order; the same for the same city and seed. */
export function makeRounds(squad: DemoSquad, sites: readonly SiteImport[], seed: number): Patrol[] {
  const random = seededRandom(seed);
  const streets = makeStreets(random, squad.station);
  const stops: GroundPoint[] = sites.flatMap(({ district, position }) =>
    district === squad.district && position !== undefined && metresBetween(position, squad.station) < reachM
      ? [position]
      : [],
  );
  while (stops.length < fewestStops) stops.push(somewhereNear(random, squad.station));
  return squad.members.map((_member, order) => {
    const called = Array.from({ length: stopsARound }, () => take(random, stops));
    return makePatrol({ random, streets, station: squad.station, stops: called, hasMeal: order % 3 === 2 });
  });
}

function take(random: RandomSource, places: readonly GroundPoint[]): GroundPoint {
  const place = places[Math.floor(random() * places.length)];
  if (place === undefined) throw new RangeError('there is no place to go to');
  return place;
}

function somewhereNear(random: RandomSource, centre: GroundPoint): GroundPoint {
  for (;;) {
    const awayM = 300 + random() * 1_300;
    const direction = random() * 2 * Math.PI;
    const place = pointAt(centre, awayM * Math.cos(direction), awayM * Math.sin(direction));
    if (!isWet(place)) return place;
  }
}
