import { seededRandom } from '../../random.ts';
import { drawCabinet, drawCrate, drawNotice, drawShelf, drawTable, workHeight } from '../draw/furniture.ts';
import type { Place } from '../draw/furniture.ts';
import { tone } from '../draw/colour.ts';
import type { Pen } from '../draw/pen.ts';
import { drawLamp, drawRoom, drawWindow } from '../draw/room.ts';
import type { Palette } from '../draw/room.ts';
import type { StageMaker } from '../stage.ts';
import { carriedPot, carriedStack, cleaver, cook, cutting, kneading, outfitOf, walking } from './people.ts';
import { clock, piece, rat, thing } from './pieces.ts';

const mint: Palette = {
  wall: '#e4ebe4',
  band: '#86b08f',
  floor: '#b3b8ae',
  floorOther: '#bec3b8',
  steel: '#b4bec1',
  accent: '#4d7f78',
  trousers: '#46525a',
  light: '#fbfaf0',
  dark: '#18221e',
};

function drawBoard(pen: Pen, place: Place, x: number, z: number, food: string): void {
  const y = workHeight + 0.02;
  pen.box([x - 0.24, workHeight, z - 0.15], [x + 0.24, y, z + 0.17], '#cfae7c');
  for (let slice = 0; slice < 6; slice += 1) {
    pen.disc([x - 0.17 + slice * 0.045, y + 0.006, z - 0.04 + (slice % 2) * 0.03], 0.032, food);
  }
  pen.cylinder([Math.min(place.x + place.width - 0.2, x + 0.5), workHeight, z], 0.09, 0.11, '#f2eee4', 0.17);
  pen.disc([Math.min(place.x + place.width - 0.2, x + 0.5), workHeight + 0.085, z], 0.13, tone(food, 0.1));
}

/** Vegetables are cut at a long table, two by two, between cupboards and crates. */
export const cuttingRoom: StageMaker = (show) => {
  const size = { width: 6.8, depth: 5, height: 2.9 };
  const table = { x: 1.5, z: 2.3, width: 3.6, depth: 0.9 };
  const bench = { x: 2.5, z: 4.25, width: 2.6, depth: 0.7 };
  return {
    title: 'KITCHEN 04 - CUTTING ROOM',
    view: { position: [2.7, 2.8, -1.1], target: [3.45, 0.72, 3.3], focal: 0.72 },
    corner: mint.dark,
    room: (pen) => {
      drawRoom(pen, seededRandom(4), size, mint);
      for (const x of [1.9, 4.9]) drawLamp(pen, [x, 3.2], size, mint);
      drawNotice(pen, 5.3, 1.75, size.depth, mint);
      drawShelf(pen, { x: 2.5, z: 4.65, width: 2.5, depth: 0.3 }, 1.55, mint);
    },
    stills: [
      thing([1.1, 1, 4.6], (pen) =>
        drawCabinet(pen, { x: 0.4, z: 4.2, width: 1.7, depth: 0.75 }, 1.9, 2, mint),
      ),
      piece(bench, (pen) => {
        drawTable(pen, bench, mint);
        drawCrate(pen, [2.7, workHeight, 4.4], '#c8553d', mint);
        drawCrate(pen, [3.35, workHeight, 4.4], '#7fa65a', mint);
        drawCrate(pen, [4.3, workHeight, 4.4], '#d8a24a', mint);
      }),
      piece(
        table,
        (pen) => {
          drawTable(pen, table, mint);
          drawBoard(pen, table, 2.2, 2.88, '#d9793f');
          drawBoard(pen, table, 4, 2.88, '#8fb45c');
        },
        0.4,
      ),
      thing([6.2, 0.2, 2.6], (pen) => {
        drawCrate(pen, [6.05, 0, 2.9], '#8a6bab', mint);
        drawCrate(pen, [6.05, 0.26, 2.9], '#7fa65a', mint);
        drawCrate(pen, [6, 0, 2.3], '#c8553d', mint);
      }),
    ],
    movings: [
      clock({ centre: [5.6, 1.42, 4.98], wall: 'back', radius: 0.2 }, '#b5523f'),
      cook(outfitOf(mint, 0), cutting(2.2, 3.45, Math.PI, 0.05), {
        held: cleaver,
        bareheaded: show === 'missingHat',
      }),
      cook(outfitOf(mint, 1), cutting(4, 3.45, Math.PI, 0.4), { held: cleaver }),
      cook(
        outfitOf(mint, 2),
        walking([
          { second: 0, x: 5.7, z: 3.7 },
          { second: 3.5, x: 5.7, z: 3.7 },
          { second: 7, x: 5.5, z: 2 },
          { second: 9, x: 5.5, z: 2 },
          { second: 13, x: 5.7, z: 3.7 },
          { second: 21, x: 5.7, z: 3.7 },
        ]),
        { held: carriedPot('#9fb0a6') },
      ),
      ...(show === 'rat'
        ? [
            rat([
              { second: 1.5, x: 0.1, z: 2.2 },
              { second: 3.4, x: 1.3, z: 1.95 },
              { second: 5.4, x: 1.3, z: 1.95 },
              { second: 7.2, x: 3.2, z: 1.85 },
              { second: 10.5, x: 3.2, z: 1.85 },
              { second: 12.8, x: 5.3, z: 2.1 },
              { second: 14.4, x: 5.3, z: 2.1 },
              { second: 15.4, x: 5.8, z: 3.3 },
              { second: 16.2, x: 5.8, z: 4.2 },
            ]),
          ]
        : []),
    ],
  };
};

const flour: Palette = {
  wall: '#efe6db',
  band: '#c98f86',
  floor: '#9a8878',
  floorOther: '#a39282',
  steel: '#b9b6b0',
  accent: '#8b5a63',
  trousers: '#51463f',
  light: '#fff6e3',
  dark: '#221813',
};

/** Dough on a great wooden table by the window. */
export const pastryRoom: StageMaker = () => {
  const size = { width: 6.2, depth: 4.8, height: 2.9 };
  const table = { x: 1.9, z: 2, width: 2.9, depth: 1 };
  const dough = '#f3e6cb';
  return {
    title: 'KITCHEN 05 - PASTRY',
    view: { position: [5.1, 2.7, -0.75], target: [2.75, 0.8, 3.15], focal: 0.72 },
    corner: flour.dark,
    room: (pen) => {
      drawRoom(pen, seededRandom(5), size, flour);
      for (const x of [1.7, 4.4]) drawLamp(pen, [x, 2.6], size, flour);
      drawWindow(pen, 1.6, size.depth, flour);
      drawWindow(pen, 3.35, size.depth, flour);
    },
    stills: [
      thing([0.5, 1, 3.2], (pen) => {
        // A tall trolley with trays of buns.
        for (const z of [2.7, 3.5])
          for (const x of [0.15, 0.85])
            pen.stroke(
              [
                [x, 0, z],
                [x, 1.75, z],
              ],
              0.04,
              tone(flour.steel, -0.2),
            );
        for (let tray = 0; tray < 6; tray += 1) {
          pen.box(
            [0.12, 0.25 + tray * 0.27, 2.68],
            [0.88, 0.28 + tray * 0.27, 3.52],
            tone(flour.steel, 0.05),
          );
          for (let bun = 0; bun < 5; bun += 1)
            pen.ball([0.72, 0.33 + tray * 0.27, 2.8 + bun * 0.16], 0.06, '#d9a95f');
        }
      }),
      thing([5.4, 1, 4.3], (pen) =>
        drawCabinet(pen, { x: 5.1, z: 3.95, width: 1, depth: 0.8 }, 1.7, 1, flour),
      ),
      thing([4, 1, 4.5], (pen) => {
        const bench = { x: 1.7, z: 4.05, width: 3, depth: 0.7 };
        drawTable(pen, bench, flour);
        for (let sack = 0; sack < 3; sack += 1)
          pen.cylinder([2.2 + sack * 0.62, workHeight, 4.4], 0.3, 0.2, '#e9dfca', 0.17);
        pen.cylinder([4.2, workHeight, 4.4], 0.34, 0.19, '#9fb0a6');
      }),
      piece(
        table,
        (pen) => {
          drawTable(pen, table, flour, '#c8a271');
          pen.disc([2.6, workHeight + 0.005, 2.5], 0.42, '#eee0c6');
          for (let bun = 0; bun < 10; bun += 1) {
            pen.ball(
              [3.5 + (bun % 5) * 0.23, workHeight + 0.04, 2.42 - Math.floor(bun / 5) * 0.24],
              0.075,
              dough,
            );
          }
          pen.stroke(
            [
              [3.4, workHeight + 0.04, 2.8],
              [3.9, workHeight + 0.04, 2.72],
            ],
            0.07,
            '#a97f4e',
          );
        },
        0.4,
      ),
    ],
    movings: [
      clock({ centre: [0.02, 2.05, 3.9], wall: 'side', radius: 0.25 }, '#8b5a63'),
      cook(outfitOf(flour, 3), kneading(2.6, 3.22, Math.PI, 0.1)),
      {
        at: () => [2.6, workHeight, 2.05],
        draw: (pen, index) => {
          const push = Math.sin((index / 300) * 16 * 2 * Math.PI);
          pen.cylinder([2.6, workHeight, 2.62], 0.12 + 0.02 * push, 0.23 - 0.02 * push, dough, 0.15);
        },
      },
      cook(outfitOf(flour, 0), kneading(4, 3.22, Math.PI, 0.6)),
      cook(
        outfitOf(flour, 1),
        walking([
          { second: 0, x: 1.35, z: 3.3 },
          { second: 2, x: 1.35, z: 3.3 },
          { second: 6, x: 1.35, z: 1.65 },
          { second: 10, x: 3.3, z: 1.5 },
          { second: 12.5, x: 3.3, z: 1.5 },
          { second: 16, x: 1.35, z: 1.65 },
          { second: 20, x: 1.35, z: 3.3 },
        ]),
        { held: carriedStack('#c8a271', 2) },
      ),
    ],
  };
};
