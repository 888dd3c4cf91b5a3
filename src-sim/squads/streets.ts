import { waters } from '../city/places.ts';
import type { RandomSource } from '../random.ts';
import { metresBetween, metresFrom, pointAt } from './ground.ts';
import type { GroundPoint } from './ground.ts';

/** The streets of one town. There is no road data, so they are made up: blocks, a little bent, the same for everybody. */
export interface Streets {
  /** A way from one place to another along the streets, with both ends; dry where there is a dry one. */
  way(random: RandomSource, from: GroundPoint, to: GroundPoint): GroundPoint[];
}

const blockM = 230;
/** How far crossings lie beside a perfect grid. */
const bendM = 55;
/** Ways that are tried before one through water is taken. */
const maxTries = 16;

interface Crossing {
  column: number;
  row: number;
}

/** Makes the streets around a place. */
export function makeStreets(random: RandomSource, centre: GroundPoint): Streets {
  const angle = (random() - 0.5) * (Math.PI / 3);
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  const phases = [random(), random(), random(), random()].map((share) => share * 2 * Math.PI);
  const [phaseA = 0, phaseB = 0, phaseC = 0, phaseD = 0] = phases;

  const pointOf = ({ column, row }: Crossing): GroundPoint => {
    const along =
      column * blockM + bendM * (Math.sin(row * 0.9 + phaseA) + Math.sin(column * 0.5 + phaseB)) * 0.5;
    const across =
      row * blockM + bendM * (Math.sin(column * 0.8 + phaseC) + Math.sin(row * 0.6 + phaseD)) * 0.5;
    return pointAt(centre, along * cosine - across * sine, along * sine + across * cosine);
  };
  const crossingNear = (point: GroundPoint): Crossing => {
    const { east, north } = metresFrom(centre, point);
    return {
      column: Math.round((east * cosine + north * sine) / blockM),
      row: Math.round((north * cosine - east * sine) / blockM),
    };
  };

  const wander = (random: RandomSource, from: Crossing, to: Crossing): Crossing[] => {
    const crossings = [from];
    let { column, row } = from;
    let goesAlong = random() < 0.5;
    while (column !== to.column || row !== to.row) {
      const left = goesAlong ? to.column - column : to.row - row;
      const blocks = Math.min(Math.abs(left), 1 + Math.floor(random() * 4));
      for (let block = 0; block < blocks; block += 1) {
        if (goesAlong) column += Math.sign(left);
        else row += Math.sign(left);
        crossings.push({ column, row });
      }
      goesAlong = !goesAlong;
    }
    return crossings;
  };

  return {
    way(random, from, to) {
      let best: { points: GroundPoint[]; wet: number } | undefined;
      for (let tries = 0; tries < maxTries; tries += 1) {
        const crossings = wander(random, crossingNear(from), crossingNear(to));
        const points = [from, ...crossings.map(pointOf), to];
        const wet = points.filter(isWet).length;
        if (best === undefined || wet < best.wet) best = { points, wet };
        if (wet === 0) break;
      }
      return best?.points ?? [from, to];
    },
  };
}

/** Whether a place lies in a lake or in the river. */
export function isWet(point: GroundPoint): boolean {
  return waters.some((water) => metresBetween(point, water) < water.radiusKm * 1_000);
}
