import { seededRandom } from '../../random.ts';
import {
  drawCabinet,
  drawConveyor,
  drawNotice,
  drawShelf,
  drawTable,
  workHeight,
} from '../draw/furniture.ts';
import { mix, tone } from '../draw/colour.ts';
import type { Pen, Point } from '../draw/pen.ts';
import { drawLamp, drawRoom, drawWindow } from '../draw/room.ts';
import type { Palette } from '../draw/room.ts';
import type { StageMaker } from '../stage.ts';
import { carriedStack, cook, ladle, outfitOf, serving, walking } from './people.ts';
import { clock, dishesOnBelt, piece, steam, thing } from './pieces.ts';

const cream: Palette = {
  wall: '#f0e9d6',
  band: '#d6a84e',
  floor: '#a6a08f',
  floorOther: '#b1ab9a',
  steel: '#b8bab4',
  accent: '#a8443a',
  trousers: '#4a4a4c',
  light: '#fff8e4',
  dark: '#221d12',
};

const meals = ['#b5683c', '#8da456', '#e0c06a'];

function drawTray(pen: Pen, at: Point, number: number): void {
  const [x, y, z] = at;
  pen.box([x - 0.2, y, z - 0.15], [x + 0.2, y + 0.03, z + 0.15], '#e6e2d6');
  pen.disc([x - 0.1, y + 0.034, z + 0.05], 0.07, meals[number % 3] ?? '#b5683c');
  pen.disc([x + 0.09, y + 0.034, z + 0.06], 0.065, meals[(number + 1) % 3] ?? '#8da456');
  pen.disc([x + 0.02, y + 0.034, z - 0.08], 0.075, '#faf8f0');
}

/** School meals pass on a belt; cooks fill the trays as they go by. */
export const servingBelt: StageMaker = (show) => {
  const size = { width: 7.4, depth: 4.8, height: 3 };
  const belt = { x: 0.4, z: 1.75, width: 6.6, depth: 0.75 };
  return {
    title: 'KITCHEN 07 - SERVING BELT',
    view: { position: [3.2, 2.85, -1.25], target: [3.75, 0.9, 3], focal: 0.73 },
    corner: cream.dark,
    room: (pen) => {
      drawRoom(pen, seededRandom(7), size, cream);
      for (const x of [1.9, 5.3]) drawLamp(pen, [x, 3], size, cream);
      drawWindow(pen, 4.4, size.depth, cream);
      drawNotice(pen, 6.35, 1.6, size.depth, cream);
      drawShelf(pen, { x: 0.7, z: 4.45, width: 2.4, depth: 0.3 }, 1.5, cream);
    },
    stills: [
      thing([2, 1, 4.4], (pen) => {
        const bench = { x: 0.6, z: 4, width: 2.7, depth: 0.75 };
        drawTable(pen, bench, cream);
        for (const [x, radius] of [
          [1.1, 0.24],
          [1.85, 0.28],
          [2.65, 0.22],
        ] as const) {
          pen.cylinder([x, workHeight, 4.36], 0.36, radius, cream.steel);
        }
      }),
      thing([5.2, 1, 4.4], (pen) =>
        drawCabinet(pen, { x: 4.3, z: 4.1, width: 2.3, depth: 0.65 }, 1.15, 3, cream),
      ),
      piece(belt, (pen) => drawConveyor(pen, belt, cream), 0.5),
    ],
    movings: [
      clock({ centre: [3.72, 2.13, 4.78], wall: 'back', radius: 0.25 }, cream.accent),
      steam([1.1, 1.25, 4.36], 51, 0.7),
      steam([1.85, 1.25, 4.36], 52, 0.9),
      cook(outfitOf(cream, 0), serving(1.75, 2.95, Math.PI, 0), { held: ladle }),
      cook(outfitOf(cream, 1), serving(3.7, 2.95, Math.PI, 0.35), {
        held: ladle,
        bareheaded: show === 'missingHat',
      }),
      cook(outfitOf(cream, 3), serving(5.6, 2.95, Math.PI, 0.7), { held: ladle }),
      dishesOnBelt(belt, workHeight, 0.6, 9, drawTray),
    ],
  };
};

const sky: Palette = {
  wall: '#e6e7e2',
  band: '#7ea2c4',
  floor: '#b59c7c',
  floorOther: '#bfa788',
  steel: '#b5bcc0',
  accent: '#496f96',
  trousers: '#3e4652',
  light: '#fffaf0',
  dark: '#151a22',
};

function drawContainer(pen: Pen, x: number, z: number, food: string): void {
  const y = workHeight + 0.006;
  const rectangle = (grow: number): Point[] => [
    [x - 0.2 - grow, y, z - 0.16 - grow],
    [x + 0.2 + grow, y, z - 0.16 - grow],
    [x + 0.2 + grow, y, z + 0.16 + grow],
    [x - 0.2 - grow, y, z + 0.16 + grow],
  ];
  pen.shape(rectangle(0.03), tone(sky.steel, 0.3));
  pen.shape(rectangle(0), food);
  for (let lump = 0; lump < 9; lump += 1) {
    pen.ball(
      [x - 0.14 + (lump % 3) * 0.14, y + 0.01, z - 0.1 + Math.floor(lump / 3) * 0.1],
      0.04,
      tone(food, ((lump * 5) % 4) * 0.09 - 0.1),
    );
  }
}

/** A serving room with warm containers in a row before the hatch. */
export const servingCounter: StageMaker = (show) => {
  const size = { width: 6.8, depth: 5, height: 2.9 };
  const counter = { x: 1.2, z: 2.2, width: 4, depth: 0.85 };
  const foods = ['#b5683c', '#8da456', '#e0c06a', '#a8443a', '#f2ead8', '#6f8f4a'];
  return {
    title: 'KITCHEN 08 - SERVING ROOM',
    view: { position: [5.6, 2.75, -0.8], target: [3, 0.85, 3.4], focal: 0.7 },
    corner: sky.dark,
    room: (pen) => {
      drawRoom(pen, seededRandom(8), size, sky);
      for (const x of [1.8, 4.8]) drawLamp(pen, [x, 2.8], size, sky);
      // The hatch: the dining hall behind it lies in warm light.
      const [left, right, low, high, z] = [1.7, 4.7, 1.05, 1.95, size.depth - 0.01];
      pen.shape(
        [
          [left, low, z],
          [right, low, z],
          [right, high, z],
          [left, high, z],
        ],
        '#f3dcae',
      );
      for (const seat of [0.35, 1.15, 1.9, 2.6]) {
        pen.shape(
          [
            [left + seat - 0.17, low, z],
            [left + seat + 0.17, low, z],
            [left + seat + 0.13, low + 0.34, z],
            [left + seat - 0.13, low + 0.34, z],
          ],
          '#cfae83',
        );
        pen.ball([left + seat, low + 0.44, z], 0.1, '#c39f75');
      }
      for (const y of [low, high])
        pen.stroke(
          [
            [left, y, z],
            [right, y, z],
          ],
          0.06,
          sky.steel,
        );
      for (const x of [left, right])
        pen.stroke(
          [
            [x, low, z],
            [x, high, z],
          ],
          0.06,
          sky.steel,
        );
      drawNotice(pen, 5.3, 1.5, size.depth, sky);
    },
    stills: [
      thing([3.2, 1, 4.8], (pen) => {
        const bench = { x: 1.5, z: 4.4, width: 3.4, depth: 0.6 };
        drawTable(pen, bench, sky);
        for (let tray = 0; tray < 6; tray += 1) drawTray(pen, [1.85 + tray * 0.53, workHeight, 4.7], tray);
      }),
      thing([0.5, 1, 3], (pen) => drawCabinet(pen, { x: 0.1, z: 2.6, width: 0.8, depth: 1.2 }, 1.8, 1, sky)),
      piece(
        counter,
        (pen) => {
          drawTable(pen, counter, sky, mix(sky.steel, '#ffffff', 0.15));
          foods.forEach((food, position) => drawContainer(pen, 1.58 + position * 0.63, 2.68, food));
          for (const x of [1.3, 3.2, 5.1])
            pen.stroke(
              [
                [x, workHeight, 2.28],
                [x, workHeight + 0.34, 2.28],
              ],
              0.03,
              sky.steel,
            );
          pen.shape(
            [
              [1.3, workHeight + 0.34, 2.2],
              [5.1, workHeight + 0.34, 2.2],
              [5.1, workHeight + 0.36, 2.46],
              [1.3, workHeight + 0.36, 2.46],
            ],
            'rgba(214,232,238,0.5)',
            'rgba(255,255,255,0.6)',
          );
        },
        0.4,
      ),
    ],
    movings: [
      clock({ centre: [0.02, 2.3, 3.1], wall: 'side', radius: 0.24 }, sky.accent),
      steam([1.9, 0.95, 2.75], 61, 0.7),
      steam([3.4, 0.95, 2.75], 62, 0.7),
      steam([4.5, 0.95, 2.75], 63, 0.6),
      cook(outfitOf(sky, 3), serving(2.1, 3.3, Math.PI, 0.2), {
        held: ladle,
        bareheaded: show === 'missingHat',
      }),
      cook(outfitOf(sky, 0), serving(3.9, 3.3, Math.PI, 0.55), { held: ladle }),
      cook(
        outfitOf(sky, 1),
        walking([
          { second: 0, x: 5.55, z: 3.9 },
          { second: 4, x: 5.55, z: 3.9 },
          { second: 8, x: 5.5, z: 2.3 },
          { second: 11, x: 5.5, z: 2.3 },
          { second: 15, x: 5.55, z: 3.9 },
          { second: 21, x: 5.55, z: 3.9 },
        ]),
        { held: carriedStack('#e6e2d6', 4) },
      ),
    ],
  };
};
