import type { RandomSource } from '../../random.ts';
import { fade, mix, tone } from './colour.ts';
import type { Pen, Point } from './pen.ts';

/** The colours of a kitchen. */
export interface Palette {
  wall: string;
  /** A band of tiles at the height of the eye. */
  band: string;
  floor: string;
  /** The second colour of the floor's tiles. */
  floorOther: string;
  steel: string;
  /** Scarves, aprons, signs. */
  accent: string;
  trousers: string;
  /** The light that falls in from above, and the dark of the corners. */
  light: string;
  dark: string;
}

/** The size of a room in metres. */
export interface RoomSize {
  width: number;
  depth: number;
  height: number;
}

type Surface = (across: number, along: number) => Point;

function tiles(
  pen: Pen,
  random: RandomSource,
  options: {
    surface: Surface;
    from: readonly [number, number];
    to: readonly [number, number];
    tile: readonly [number, number];
    colour: (column: number, row: number) => string;
    joint: string;
    staggered?: boolean;
  },
): void {
  const { surface, from, to, tile } = options;
  const rows = Math.ceil((to[1] - from[1]) / tile[1] - 1e-6);
  const columns = Math.ceil((to[0] - from[0]) / tile[0] - 1e-6);
  for (let row = 0; row < rows; row += 1) {
    const shift = options.staggered && row % 2 === 1 ? -tile[0] / 2 : 0;
    for (let column = 0; column <= columns; column += 1) {
      const left = Math.max(from[0], from[0] + column * tile[0] + shift);
      const right = Math.min(to[0], from[0] + (column + 1) * tile[0] + shift);
      if (right - left < 0.01) continue;
      const low = from[1] + row * tile[1];
      const high = Math.min(to[1], low + tile[1]);
      const colour = tone(options.colour(column, row), (random() - 0.5) * 0.07);
      pen.shape(
        [surface(left, low), surface(right, low), surface(right, high), surface(left, high)],
        colour,
        options.joint,
        0.008,
      );
    }
  }
}

/** Walls, floor and ceiling; a `front` of -2 lets the floor run on under the camera. */
export function drawRoom(pen: Pen, random: RandomSource, size: RoomSize, palette: Palette): void {
  const { width, depth, height } = size;
  // Where walls and ceiling come too near to the lens to be drawn, their colour goes on.
  pen.context.fillStyle = tone(palette.wall, -0.12);
  pen.context.fillRect(0, 0, pen.context.canvas.width, pen.context.canvas.height);
  const joint = fade(tone(palette.wall, -0.5), 0.28);
  const front = -2;
  tiles(pen, random, {
    surface: (across, along) => [across, 0, along],
    from: [0, front],
    to: [width, depth],
    tile: [0.6, 0.6],
    colour: (column, row) => ((column + row) % 2 === 0 ? palette.floor : palette.floorOther),
    joint: fade(tone(palette.floor, -0.6), 0.35),
  });
  const tiled = Math.min(height, 2.1);
  const wallColour = (_column: number, row: number) => (row === 6 ? palette.band : palette.wall);
  const wallAt = (surface: Surface, length: number, darkness: number) => {
    tiles(pen, random, {
      surface,
      from: [length < 0 ? length : 0, 0],
      to: [Math.abs(length), tiled],
      tile: [0.4, 0.2],
      colour: (column, row) => tone(wallColour(column, row), darkness),
      joint,
      staggered: true,
    });
    const upper = tone(mix(palette.wall, palette.light, 0.25), darkness - 0.05);
    pen.shape(
      [
        surface(0, tiled),
        surface(Math.abs(length), tiled),
        surface(Math.abs(length), height),
        surface(0, height),
      ],
      upper,
    );
  };
  const fromLens = Math.max(-1.9, pen.view.position[2] + 0.2);
  const sideLength = depth - fromLens;
  wallAt((across, along) => [0, along, fromLens + across], sideLength, -0.12);
  wallAt((across, along) => [width, along, fromLens + across], sideLength, -0.16);
  wallAt((across, along) => [across, along, depth], width, 0);
  pen.shape(
    [
      [0, height, fromLens],
      [width, height, fromLens],
      [width, height, depth],
      [0, height, depth],
    ],
    tone(mix(palette.wall, palette.light, 0.3), -0.1),
  );
  // Where wall and floor meet it is darker: the room stands on something.
  const skirting = tone(palette.wall, -0.45);
  pen.stroke(
    [
      [0, 0.03, depth],
      [width, 0.03, depth],
    ],
    0.06,
    fade(skirting, 0.6),
  );
  pen.stroke(
    [
      [0, 0.03, fromLens],
      [0, 0.03, depth],
    ],
    0.06,
    fade(skirting, 0.6),
  );
  pen.stroke(
    [
      [width, 0.03, fromLens],
      [width, 0.03, depth],
    ],
    0.06,
    fade(skirting, 0.6),
  );
}

/** A lamp of milk glass on the ceiling, and the light that it lays on the floor. */
export function drawLamp(
  pen: Pen,
  centre: readonly [x: number, z: number],
  size: RoomSize,
  palette: Palette,
): void {
  const [x, z] = centre;
  const y = size.height - 0.02;
  pen.shape(
    [
      [x - 0.7, y, z - 0.14],
      [x + 0.7, y, z - 0.14],
      [x + 0.7, y, z + 0.14],
      [x - 0.7, y, z + 0.14],
    ],
    palette.light,
  );
  const pool = pen.project([x, 0, z]);
  const { context } = pen;
  context.save();
  context.translate(pool.x, pool.y);
  context.scale(1, 0.5);
  const reach = 2.4 * pool.scale;
  const glow = context.createRadialGradient(0, 0, 0, 0, 0, reach);
  glow.addColorStop(0, fade(palette.light, 0.2));
  glow.addColorStop(1, fade(palette.light, 0));
  context.fillStyle = glow;
  context.fillRect(-reach, -reach, reach * 2, reach * 2);
  context.restore();
}

/** A window on the back wall: hills and bamboo in the evening. */
export function drawWindow(pen: Pen, left: number, z: number, palette: Palette): void {
  const [low, high, right] = [1.35, 2.2, left + 1.5];
  const at = z - 0.01;
  const rectangle = (x0: number, y0: number, x1: number, y1: number): Point[] => [
    [x0, y0, at],
    [x1, y0, at],
    [x1, y1, at],
    [x0, y1, at],
  ];
  const sky = mix(palette.light, '#8fb4c4', 0.6);
  pen.shape(rectangle(left, low, right, high), sky);
  const hills: Point[] = Array.from({ length: 13 }, (_unused, step): Point => {
    const share = step / 12;
    return [
      left + share * 1.5,
      low + 0.24 + 0.12 * Math.sin(share * 5.2 + 0.6) + 0.05 * Math.sin(share * 13),
      at,
    ];
  });
  pen.shape([[left, low, at], ...hills, [right, low, at]], mix(sky, '#3f6a63', 0.6));
  for (const stem of [0.18, 0.3, 1.2, 1.32]) {
    pen.stroke(
      [
        [left + stem, low, at],
        [left + stem + 0.04, high, at],
      ],
      0.022,
      '#47705a',
    );
    for (const leaf of [0.25, 0.45, 0.62]) {
      pen.stroke(
        [
          [left + stem + 0.02, low + leaf, at],
          [left + stem + 0.17, low + leaf - 0.06, at],
        ],
        0.02,
        '#547f63',
      );
    }
  }
  const frame = tone(palette.wall, 0.35);
  for (const x of [left, left + 0.75, right])
    pen.stroke(
      [
        [x, low, at],
        [x, high, at],
      ],
      0.05,
      frame,
    );
  for (const y of [low, high])
    pen.stroke(
      [
        [left, y, at],
        [right, y, at],
      ],
      0.05,
      frame,
    );
}

/** Where a wall clock hangs; it faces the room. */
export interface ClockPlace {
  centre: Point;
  /** The wall: at the back, or at a side. */
  wall: 'back' | 'side';
  radius: number;
}

function onClock(place: ClockPlace, angle: number, radius: number): Point {
  const [x, y, z] = place.centre;
  const across = Math.sin(angle) * radius;
  const up = Math.cos(angle) * radius;
  return place.wall === 'back' ? [x + across, y + up, z] : [x, y + up, z + across];
}

/**
 * A clock whose seconds run. The second hand has three arms: after the 20 s of a loop it has gone a third of the way
 * round and looks as it did at the beginning, so that time flows on where the pictures start again.
 */
export function drawClock(pen: Pen, place: ClockPlace, seconds: number, accent: string): void {
  const ring = (radius: number) =>
    Array.from({ length: 36 }, (_unused, step) => onClock(place, (step / 36) * 2 * Math.PI, radius));
  pen.shape(ring(place.radius * 1.1), '#2d3338');
  pen.shape(ring(place.radius), '#f6f2e8');
  for (let hour = 0; hour < 12; hour += 1) {
    const angle = (hour / 12) * 2 * Math.PI;
    pen.stroke(
      [onClock(place, angle, place.radius * 0.8), onClock(place, angle, place.radius * 0.9)],
      0.014,
      '#2d3338',
    );
  }
  const hand = (turn: number, length: number, metres: number, colour: string) =>
    pen.stroke([place.centre, onClock(place, turn * 2 * Math.PI, place.radius * length)], metres, colour);
  hand(10.85 / 12, 0.5, 0.028, '#2d3338');
  hand(51 / 60, 0.74, 0.02, '#2d3338');
  for (const arm of [0, 1 / 3, 2 / 3]) hand(seconds / 60 + arm, 0.82, 0.012, accent);
  pen.ball(place.centre, place.radius * 0.07, accent);
}
