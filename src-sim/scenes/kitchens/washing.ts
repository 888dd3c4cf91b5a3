import { seededRandom } from '../../random.ts';
import { drawCabinet, drawNotice, drawSinks, drawTable, workHeight } from '../draw/furniture.ts';
import { tone } from '../draw/colour.ts';
import type { Pen } from '../draw/pen.ts';
import { drawLamp, drawRoom } from '../draw/room.ts';
import type { Palette } from '../draw/room.ts';
import type { StageMaker } from '../stage.ts';
import { carriedStack, cook, kneading, outfitOf, walking, wave } from './people.ts';
import { clock, piece, rat, steam, thing } from './pieces.ts';

const aqua: Palette = {
  wall: '#dbe7ea',
  band: '#5f93a8',
  floor: '#8c99a0',
  floorOther: '#97a4aa',
  steel: '#b3c0c6',
  accent: '#3d6f86',
  trousers: '#3a4854',
  light: '#f4faf8',
  dark: '#101c24',
};

function drawPlateRack(pen: Pen, x: number, z: number, levels: number): void {
  for (let level = 0; level < levels; level += 1) {
    const y = 0.3 + level * 0.48;
    pen.box([x, y - 0.03, z], [x + 1.5, y, z + 0.5], tone(aqua.steel, -0.05));
    for (let plate = 0; plate < 12; plate += 1) {
      const at = x + 0.12 + plate * 0.115;
      pen.stroke(
        [
          [at, y + 0.06, z + 0.1],
          [at + 0.03, y + 0.26, z + 0.22],
        ],
        0.03,
        plate % 4 === 3 ? '#cfe0e2' : '#f7f5ee',
      );
    }
  }
  for (const leg of [0, 1.5])
    pen.stroke(
      [
        [x + leg, 0, z],
        [x + leg, 0.3 + levels * 0.48, z],
      ],
      0.045,
      tone(aqua.steel, -0.2),
    );
}

/** Sinks along the wall, water running; dishes go to the rack and into the cabinet. */
export const washingRoom: StageMaker = (show) => {
  const size = { width: 6.6, depth: 4.8, height: 2.9 };
  const sinks = { x: 1, z: 4, width: 3.4, depth: 0.75 };
  const taps = [0, 1, 2].map((basin) => sinks.x + (sinks.width * (basin + 0.5)) / 3);
  return {
    title: 'KITCHEN 06 - DISHWASHING',
    view: { position: [1.1, 2.75, -0.85], target: [3.5, 0.8, 3.5], focal: 0.72 },
    corner: aqua.dark,
    room: (pen) => {
      drawRoom(pen, seededRandom(6), size, aqua);
      for (const x of [1.8, 4.8]) drawLamp(pen, [x, 2.6], size, aqua);
      drawNotice(pen, 1.5, 1.6, size.depth, aqua);
      drawNotice(pen, 2.4, 1.6, size.depth, aqua, '#c08a3e');
    },
    stills: [
      piece(sinks, (pen) => drawSinks(pen, sinks, 3, aqua), 0.8),
      thing([5.4, 1, 4.5], (pen) =>
        drawCabinet(pen, { x: 4.7, z: 4.05, width: 1.7, depth: 0.7 }, 1.85, 2, aqua),
      ),
      thing([5.9, 1, 2.6], (pen) => drawPlateRack(pen, 5, 2.5, 3)),
      thing([2.2, 0.6, 1.6], (pen) => {
        const table = { x: 1.6, z: 1.35, width: 1.9, depth: 0.7 };
        drawTable(pen, table, aqua);
        for (const [x, count] of [
          [1.95, 7],
          [2.5, 4],
          [3.1, 9],
        ] as const) {
          for (let bowl = 0; bowl < count; bowl += 1)
            pen.cylinder([x, workHeight + bowl * 0.03, 1.7], 0.045, 0.08, '#f4f2ea', 0.14);
        }
      }),
    ],
    movings: [
      clock({ centre: [3.75, 2.2, 4.78], wall: 'back', radius: 0.22 }, '#b5523f'),
      ...[0, 2].map((basin) => ({
        at: () => [taps[basin] ?? 0, workHeight, 4.4] as const,
        draw: (pen: Pen, index: number) => {
          const x = taps[basin] ?? 0;
          const sway = wave(index, 40, basin * 0.2) * 0.006;
          pen.stroke(
            [
              [x, 1.13, 4.43],
              [x + sway, workHeight + 0.02, 4.42],
            ],
            0.03,
            '#d8eef2',
          );
          for (let foam = 0; foam < 9; foam += 1) {
            const spread = 0.2 * Math.sin(foam * 2.4 + wave(index, 3, foam / 9) * 0.5);
            pen.ball(
              [x + spread, workHeight + 0.03, 4.34 + 0.1 * Math.cos(foam * 1.7)],
              0.045 + 0.012 * wave(index, 6, foam / 9),
              '#f4fafa',
            );
          }
        },
      })),
      steam([(taps[0] ?? 0) + 0.1, 1, 4.4], 41, 0.8),
      steam([(taps[2] ?? 0) + 0.1, 1, 4.4], 42, 0.8),
      cook(outfitOf(aqua, 0), kneading(taps[0] ?? 0, 3.62, 0, 0.2, 0.92), {
        bareheaded: show === 'missingHat',
      }),
      cook(outfitOf(aqua, 2), kneading(taps[2] ?? 0, 3.62, 0, 0.7, 0.92)),
      cook(
        outfitOf(aqua, 1),
        walking([
          { second: 0, x: 4.45, z: 2.4 },
          { second: 3, x: 4.45, z: 2.4 },
          { second: 7, x: 2.75, z: 2.45 },
          { second: 11, x: 2.75, z: 2.45 },
          { second: 15, x: 4.45, z: 2.4 },
          { second: 21, x: 4.45, z: 2.4 },
        ]),
        { held: carriedStack('#f4f2ea', 5) },
      ),
      ...(show === 'rat'
        ? [
            rat([
              { second: 1.5, x: 6.3, z: 1.5 },
              { second: 3.5, x: 4.9, z: 1.7 },
              { second: 8, x: 4.9, z: 1.7 },
              { second: 10, x: 4, z: 2.9 },
              { second: 11.5, x: 3.1, z: 3.45 },
              { second: 14, x: 3.1, z: 3.45 },
              { second: 16, x: 1, z: 3.05 },
              { second: 17.5, x: 1, z: 3.05 },
              { second: 18.5, x: 0.3, z: 4.2 },
            ]),
          ]
        : []),
    ],
  };
};
