import { loopFrames } from '../../../src-shared/simulation/frameStrip.ts';
import { drawFlames, drawPlume, drawRat, drawWok } from '../draw/effects.ts';
import type { Plume } from '../draw/effects.ts';
import type { Place } from '../draw/furniture.ts';
import type { Pen, Point } from '../draw/pen.ts';
import { drawClock } from '../draw/room.ts';
import type { ClockPlace } from '../draw/room.ts';
import type { Moving, Still } from '../stage.ts';
import { headingAt } from './people.ts';
import type { Stop } from './people.ts';

/** Furniture at a place; sorted by its middle, or by `depthShare` of its depth (1 is the wall side). */
export function piece(place: Place, draw: (pen: Pen) => void, depthShare = 0.5): Still {
  return { at: [place.x + place.width / 2, 0.9, place.z + place.depth * depthShare], draw };
}

/** Something standing at a point. */
export function thing(at: Point, draw: (pen: Pen) => void): Still {
  return { at, draw };
}

/** A clock on a wall, its seconds running with the loop. */
export function clock(place: ClockPlace, accent: string): Moving {
  return {
    // Far behind everything: it hangs on the wall that all else stands before.
    at: () => [place.centre[0], place.centre[1], place.centre[2] + (place.wall === 'back' ? 0.5 : 0)],
    draw: (pen, index) => drawClock(pen, place, (index / loopFrames) * 20, accent),
  };
}

/** Steam or smoke; `at` is where it is sorted. */
export function plume(options: Plume): Moving {
  return { at: () => options.from, draw: (pen, index) => drawPlume(pen, options, index) };
}

/** White steam over a pot or a wok. */
export function steam(from: Point, seed: number, strength = 1): Moving {
  return plume({
    from,
    colour: '#f4f4ef',
    count: Math.round(9 * strength),
    rise: 1.1,
    drift: 0.35,
    radius: [0.09, 0.38],
    opacity: 0.34,
    seed,
  });
}

/** Dark smoke from something that burns, and the haze that it becomes under the ceiling. */
export function smoke(from: Point, seed: number, ceiling: number): Moving[] {
  const column = { colour: '#54575a', drift: 1.1, seed, from, isWide: true };
  return [
    plume({ ...column, count: 22, rise: ceiling - from[1] - 0.1, radius: [0.12, 0.6], opacity: 0.36 }),
    plume({
      colour: '#6b6d6e',
      from: [from[0], ceiling - 0.9, from[2] - 0.6],
      count: 16,
      rise: 0.5,
      drift: 3.2,
      radius: [0.7, 1.5],
      opacity: 0.3,
      seed: seed + 1,
      isWide: true,
    }),
  ];
}

/** Flames under a wok and the wok itself, lifted as told. */
export function wok(centre: Point, food: string, seed: number, liftAt: (index: number) => number): Moving {
  return {
    at: () => centre,
    draw: (pen, index) => {
      const lift = liftAt(index);
      drawFlames(pen, centre, index, 0.7 + lift * 6, seed);
      drawWok(pen, centre, lift, food);
    },
  };
}

/** Dishes that pass on a belt, one after another; they go so many places on in a loop (a multiple of 3)
 * and so look the same again. */
export function dishesOnBelt(
  place: Place,
  height: number,
  spacing: number,
  placesPerLoop: number,
  draw: (pen: Pen, at: Point, number: number) => void,
): Moving {
  // Three kinds of dishes follow each other; whole threes on the belt make its end fit its beginning.
  const count = Math.ceil(place.width / spacing / 3) * 3;
  return {
    at: () => [place.x + place.width / 2, height, place.z + place.depth * 0.35],
    draw: (pen, index) => {
      for (let number = 0; number < count; number += 1) {
        const along = (number * spacing + (index / loopFrames) * placesPerLoop * spacing) % (count * spacing);
        if (along > place.width - 0.16 || along < 0.16) continue;
        draw(pen, [place.x + along, height, place.z + place.depth / 2], number % 3);
      }
    },
  };
}

/** A rat that runs from stop to stop and sits where two stops are the same; outside its times it is away. */
export function rat(stops: readonly Stop[]): Moving {
  const legAt = (index: number) => {
    const second = (index / loopFrames) * 20;
    const next = stops.findIndex((stop) => stop.second > second);
    const [from, to] = [stops[next - 1], stops[next]];
    return from && to
      ? {
          from,
          to,
          share: (second - from.second) / (to.second - from.second),
          second,
          heading: headingAt(stops, next),
        }
      : undefined;
  };
  const first = stops[0];
  return {
    at: (index) => {
      const leg = legAt(index);
      if (!leg) return [first?.x ?? 0, 0, first?.z ?? 0];
      return [
        leg.from.x + (leg.to.x - leg.from.x) * leg.share,
        0,
        leg.from.z + (leg.to.z - leg.from.z) * leg.share,
      ];
    },
    draw: (pen, index) => {
      const leg = legAt(index);
      if (!leg) return;
      const [dx, dz] = [leg.to.x - leg.from.x, leg.to.z - leg.from.z];
      const isRunning = Math.hypot(dx, dz) > 0.02;
      const at = [leg.from.x + dx * leg.share, leg.from.z + dz * leg.share] as const;
      drawRat(pen, at, leg.heading, isRunning ? leg.second * 26 : Math.sin(leg.second * 3) * 0.3);
    },
  };
}
