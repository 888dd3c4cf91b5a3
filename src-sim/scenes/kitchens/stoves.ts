import { seededRandom } from '../../random.ts';
import {
  burnerAt,
  drawCabinet,
  drawCrate,
  drawHood,
  drawNotice,
  drawRange,
  drawTable,
  workHeight,
} from '../draw/furniture.ts';
import type { Palette } from '../draw/room.ts';
import { drawLamp, drawRoom, drawWindow } from '../draw/room.ts';
import type { StageMaker } from '../stage.ts';
import {
  carriedPot,
  carriedStack,
  cook,
  kneading,
  ladle,
  outfitOf,
  serving,
  stirring,
  walking,
  wokLift,
} from './people.ts';
import { clock, piece, rat, smoke, steam, thing, wok } from './pieces.ts';

const jade: Palette = {
  wall: '#dfe6de',
  band: '#6f9c8c',
  floor: '#9aa39f',
  floorOther: '#a8b0ab',
  steel: '#a9b4ba',
  accent: '#b5523f',
  trousers: '#3d464f',
  light: '#fdf7e6',
  dark: '#16211f',
};

/** A long range under its hood, two cooks at the woks, a third one passing. */
export const stoveLine: StageMaker = (show) => {
  const size = { width: 7.2, depth: 5, height: 3 };
  const range = { x: 1.1, z: 4.05, width: 4.4, depth: 0.9 };
  const side = { x: 0.15, z: 1.7, width: 0.8, depth: 2 };
  const [leftOffset, rightOffset] = [0.1, 0.55];
  const [one, two] = [burnerAt(range, 4, 0), burnerAt(range, 4, 2)];
  return {
    title: 'KITCHEN 01 - WOK LINE',
    view: { position: [4.6, 2.75, -0.9], target: [3.3, 0.95, 4.2], focal: 0.72 },
    corner: jade.dark,
    room: (pen) => {
      drawRoom(pen, seededRandom(1), size, jade);
      for (const x of [1.8, 4.9]) drawLamp(pen, [x, 2.6], size, jade);
      drawNotice(pen, 6.05, 1.5, size.depth, jade);
    },
    stills: [
      piece(range, (pen) => drawRange(pen, range, 4, jade), 1),
      thing([3.3, 2, 5], (pen) => drawHood(pen, { x: 0.9, z: 3.95, width: 4.8, depth: 1 }, 2.12, jade)),
      piece({ x: 5.85, z: 4.25, width: 1.2, depth: 0.7 }, (pen) =>
        drawCabinet(pen, { x: 5.85, z: 4.25, width: 1.2, depth: 0.7 }, 1.36, 2, jade),
      ),
      piece(side, (pen) => {
        drawTable(pen, side, jade);
        for (const [z, height] of [
          [2, 0.26],
          [2.5, 0.18],
          [3.2, 0.3],
        ] as const) {
          pen.cylinder([0.55, workHeight, z], height, 0.2, jade.steel);
        }
      }),
      thing([6.6, 0.2, 2.3], (pen) => {
        drawCrate(pen, [6.5, 0, 2.6], '#7fa65a', jade);
        drawCrate(pen, [6.5, 0.26, 2.6], '#c8553d', jade);
        drawCrate(pen, [6.45, 0, 2.05], '#d8a24a', jade);
      }),
    ],
    movings: [
      clock({ centre: [6.4, 2.42, 4.98], wall: 'back', radius: 0.24 }, jade.accent),
      wok(one, '#b0763c', 3, (index) => wokLift(index, leftOffset)),
      wok(two, '#8b9c4e', 4, (index) => wokLift(index, rightOffset)),
      steam([one[0], 1.1, one[2]], 11),
      steam([two[0], 1.1, two[2]], 12, 0.8),
      steam([burnerAt(range, 4, 3)[0], 1.05, 4.4], 13, 0.6),
      thingPot(burnerAt(range, 4, 3), jade),
      cook(outfitOf(jade, 0), stirring(one[0], 3.58, 0, leftOffset), {
        held: ladle,
        bareheaded: show === 'missingHat',
      }),
      cook(outfitOf(jade, 1), stirring(two[0], 3.58, 0, rightOffset), { held: ladle }),
      cook(
        outfitOf(jade, 2),
        walking([
          { second: 0, x: 1.55, z: 2.3 },
          { second: 3, x: 1.55, z: 2.3 },
          { second: 8, x: 5.5, z: 2.85 },
          { second: 12, x: 5.5, z: 2.85 },
          { second: 17, x: 1.55, z: 2.3 },
          { second: 21, x: 1.55, z: 2.3 },
        ]),
        { held: carriedPot(jade.steel) },
      ),
      ...(show === 'smoke' ? smoke([two[0], 1.15, two[2] - 0.1], 71, size.height) : []),
    ],
  };
};

function thingPot(centre: readonly [number, number, number], palette: Palette) {
  return {
    at: () => centre,
    draw: (pen: Parameters<ReturnType<typeof steam>['draw']>[0]) =>
      pen.cylinder([centre[0], centre[1], centre[2]], 0.34, 0.25, palette.steel),
  };
}

const terracotta: Palette = {
  wall: '#ece2d2',
  band: '#bf7a5a',
  floor: '#b48a72',
  floorOther: '#bf9780',
  steel: '#b3b4b1',
  accent: '#47616b',
  trousers: '#4a4038',
  light: '#fff3da',
  dark: '#241a15',
};

/** Seen from the corner: woks along the wall, a table in the middle where dishes are finished. */
export const stoveCorner: StageMaker = (show) => {
  const size = { width: 7, depth: 5.4, height: 3 };
  const range = { x: 2, z: 4.45, width: 3.3, depth: 0.9 };
  const island = { x: 2.5, z: 2.1, width: 2.4, depth: 0.85 };
  const [leftOffset, rightOffset] = [0.3, 0.8];
  const [one, two] = [burnerAt(range, 3, 0), burnerAt(range, 3, 2)];
  return {
    title: 'KITCHEN 02 - HOT KITCHEN',
    view: { position: [0.75, 2.8, -0.75], target: [3.9, 0.75, 3.7], focal: 0.7 },
    corner: terracotta.dark,
    room: (pen) => {
      drawRoom(pen, seededRandom(2), size, terracotta);
      for (const x of [2.2, 5.2]) drawLamp(pen, [x, 3], size, terracotta);
      drawWindow(pen, 0.35, size.depth, terracotta);
    },
    stills: [
      piece(range, (pen) => drawRange(pen, range, 3, terracotta), 1),
      thing([3.6, 2, 5.4], (pen) =>
        drawHood(pen, { x: 1.85, z: 4.35, width: 3.6, depth: 1 }, 2.12, terracotta),
      ),
      thing([6.6, 1, 4.2], (pen) => {
        const fridge = { x: 6.1, z: 3.9, width: 0.85, depth: 1.4 };
        drawCabinet(pen, fridge, 1.95, 2, terracotta);
      }),
      piece(
        island,
        (pen) => {
          drawTable(pen, island, terracotta);
          for (let plate = 0; plate < 5; plate += 1) {
            pen.cylinder([2.8 + plate * 0.44, workHeight, 2.62], 0.025, 0.1, '#f6f2ea', 0.16);
            pen.disc([2.8 + plate * 0.44, workHeight + 0.03, 2.62], 0.09, plate % 2 ? '#b5683c' : '#8da456');
          }
        },
        0.4,
      ),
      thing([6.4, 0.2, 2.2], (pen) => {
        drawCrate(pen, [6.3, 0, 2.5], '#d8a24a', terracotta);
        drawCrate(pen, [6.3, 0.26, 2.5], '#7fa65a', terracotta);
      }),
    ],
    movings: [
      clock({ centre: [6.98, 2.45, 3.2], wall: 'side', radius: 0.25 }, '#c2502f'),
      wok(one, '#a8502e', 5, (index) => wokLift(index, leftOffset)),
      wok(two, '#b0763c', 6, (index) => wokLift(index, rightOffset)),
      steam([one[0], 1.1, one[2]], 21),
      steam([two[0], 1.1, two[2]], 22),
      cook(outfitOf(terracotta, 3), stirring(one[0], 3.98, 0, leftOffset), { held: ladle }),
      cook(outfitOf(terracotta, 4), stirring(two[0], 3.98, 0, rightOffset), { held: ladle }),
      cook(outfitOf(terracotta, 0), serving(3.6, 3.2, Math.PI, 0.1), { bareheaded: show === 'missingHat' }),
      ...(show === 'smoke' ? smoke([one[0], 1.15, one[2] - 0.1], 72, size.height) : []),
    ],
  };
};

const night: Palette = {
  wall: '#74879a',
  band: '#c9a25e',
  floor: '#59646f',
  floorOther: '#626e79',
  steel: '#8e9aa4',
  accent: '#c9a25e',
  trousers: '#262d36',
  light: '#ffe6b8',
  dark: '#0d131c',
};

/** Early morning among bamboo steamers: warm lamps, blue walls, much steam. */
export const stoveMorning: StageMaker = (show) => {
  const size = { width: 6.6, depth: 4.8, height: 2.9 };
  const range = { x: 3.1, z: 3.85, width: 2.9, depth: 0.9 };
  const bench = { x: 0.3, z: 3.95, width: 2.4, depth: 0.8 };
  const front = { x: 0.9, z: 1.35, width: 2.3, depth: 0.8 };
  const bamboo = '#c8a468';
  const [wokPlace, steamerPlace] = [burnerAt(range, 3, 0), burnerAt(range, 3, 2)];
  return {
    title: 'KITCHEN 03 - STEAM ROOM',
    view: { position: [5.7, 2.6, -0.7], target: [2.8, 0.85, 3.6], focal: 0.74 },
    corner: night.dark,
    room: (pen) => {
      drawRoom(pen, seededRandom(3), size, night);
      for (const x of [1.7, 4.6]) drawLamp(pen, [x, 2.4], size, night);
      drawWindow(pen, 0.7, size.depth, { ...night, light: '#6d83a6' });
    },
    stills: [
      piece(range, (pen) => drawRange(pen, range, 3, night), 1),
      piece(
        bench,
        (pen) => {
          drawTable(pen, bench, night);
          for (const [x, high] of [
            [0.7, 5],
            [1.25, 3],
            [1.95, 6],
          ] as const) {
            for (let level = 0; level < high; level += 1)
              pen.cylinder([x, workHeight + level * 0.085, 4.35], 0.075, 0.24, bamboo);
          }
        },
        0.6,
      ),
      thing([4.6, 2, 4.8], (pen) => drawHood(pen, { x: 3, z: 3.75, width: 3.1, depth: 1 }, 2.1, night)),
      piece(
        front,
        (pen) => {
          drawTable(pen, front, night, '#b99a6b');
          for (let bun = 0; bun < 14; bun += 1) {
            pen.ball(
              [1.2 + (bun % 7) * 0.26, workHeight + 0.035, 1.95 - Math.floor(bun / 7) * 0.22],
              0.065,
              '#f4ecdc',
            );
          }
        },
        0.4,
      ),
    ],
    movings: [
      clock({ centre: [0.02, 2.2, 3.1], wall: 'side', radius: 0.24 }, '#d98f3a'),
      wok(wokPlace, '#a8502e', 7, (index) => wokLift(index, 0.2)),
      {
        at: () => steamerPlace,
        draw: (pen) => {
          pen.cylinder(steamerPlace, 0.1, 0.3, '#3c4248');
          for (let level = 0; level < 6; level += 1) {
            pen.cylinder(
              [steamerPlace[0], steamerPlace[1] + 0.1 + level * 0.1, steamerPlace[2]],
              0.09,
              0.27,
              bamboo,
            );
          }
        },
      },
      steam([steamerPlace[0], 1.55, steamerPlace[2]], 31, 2),
      steam([steamerPlace[0] - 0.2, 1.4, steamerPlace[2]], 32, 1.4),
      steam([wokPlace[0], 1.1, wokPlace[2]], 33),
      cook(outfitOf(night, 1), stirring(wokPlace[0], 3.4, 0, 0.2), { held: ladle }),
      cook(outfitOf(night, 3), kneading(2, 2.5, Math.PI, 0.4)),
      cook(
        outfitOf(night, 2),
        walking([
          { second: 0, x: 4.9, z: 3.2 },
          { second: 4, x: 4.9, z: 3.2 },
          { second: 8.5, x: 3.9, z: 1.7 },
          { second: 12, x: 3.9, z: 1.7 },
          { second: 16.5, x: 4.9, z: 3.2 },
          { second: 21, x: 4.9, z: 3.2 },
        ]),
        { held: carriedStack(bamboo, 4) },
      ),
      ...(show === 'rat'
        ? [
            rat([
              { second: 1.5, x: 5.9, z: 2.3 },
              { second: 3.5, x: 4.5, z: 2.1 },
              { second: 5.5, x: 4.5, z: 2.1 },
              { second: 7.5, x: 3.6, z: 2.9 },
              { second: 10, x: 3.6, z: 2.9 },
              { second: 12, x: 2.9, z: 3.5 },
              { second: 14.5, x: 2.9, z: 3.5 },
              { second: 16, x: 0.4, z: 3.6 },
            ]),
          ]
        : []),
    ],
  };
};
