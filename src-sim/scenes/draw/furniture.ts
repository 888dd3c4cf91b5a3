import { fade, mix, tone } from './colour.ts';
import type { Pen, Point } from './pen.ts';
import type { Palette } from './room.ts';

/** Where a piece stands: its nearest left corner on the floor, how wide and how deep it is. Metres. */
export interface Place {
  x: number;
  z: number;
  width: number;
  depth: number;
}

/** The height at which work is done. */
export const workHeight = 0.84;

/** A wok's middle on a range, by number from the left. */
export function burnerAt(place: Place, count: number, number: number): Point {
  return [place.x + (place.width * (number + 0.5)) / count, workHeight + 0.02, place.z + place.depth * 0.46];
}

/** A row of wok stoves with a splash panel behind. The woks themselves move and are drawn with the cooks. */
export function drawRange(pen: Pen, place: Place, burners: number, palette: Palette): void {
  const { x, z, width, depth } = place;
  const steel = palette.steel;
  pen.box([x, 0.1, z], [x + width, workHeight, z + depth], steel);
  pen.box([x, workHeight, z + depth - 0.08], [x + width, workHeight + 0.42, z + depth], tone(steel, 0.1));
  pen.box([x + 0.03, 0, z + 0.08], [x + width - 0.03, 0.1, z + depth], tone(steel, -0.5));
  for (let number = 0; number < burners; number += 1) {
    const centre = burnerAt(place, burners, number);
    pen.disc([centre[0], workHeight + 0.005, centre[2]], 0.3, tone(steel, -0.35));
    pen.disc([centre[0], workHeight + 0.01, centre[2]], 0.24, '#262a2f');
    const left = x + (width * number) / burners;
    const right = x + (width * (number + 1)) / burners;
    const door = (inset: number, low: number, high: number): Point[] => [
      [left + inset, low, z - 0.004],
      [right - inset, low, z - 0.004],
      [right - inset, high, z - 0.004],
      [left + inset, high, z - 0.004],
    ];
    pen.shape(door(0.08, 0.2, 0.6), tone(steel, -0.16), fade(tone(steel, -0.6), 0.5));
    for (const knob of [-0.12, 0, 0.12]) {
      pen.ball([centre[0] + knob, 0.71, z - 0.02], 0.03, knob === 0 ? palette.accent : '#2b3036');
    }
    pen.stroke(
      [
        [left + 0.14, 0.54, z - 0.03],
        [right - 0.14, 0.54, z - 0.03],
      ],
      0.022,
      tone(steel, 0.35),
    );
  }
}

/** The extractor over a range. */
export function drawHood(pen: Pen, place: Place, low: number, palette: Palette): void {
  const { x, z, width, depth } = place;
  const steel = tone(palette.steel, 0.06);
  pen.box(
    [x + width * 0.44, low + 0.3, z + depth * 0.5],
    [x + width * 0.56, 4, z + depth * 0.8],
    tone(steel, -0.1),
  );
  pen.box([x, low, z], [x + width, low + 0.32, z + depth], steel);
  pen.shape(
    [
      [x, low, z - 0.01],
      [x + width, low, z - 0.01],
      [x + width, low + 0.06, z - 0.01],
      [x, low + 0.06, z - 0.01],
    ],
    tone(steel, 0.35),
  );
  for (let grille = 0.2; grille < width - 0.2; grille += 0.45) {
    pen.stroke(
      [
        [x + grille, low + 0.14, z - 0.01],
        [x + grille + 0.28, low + 0.14, z - 0.01],
      ],
      0.03,
      tone(steel, -0.24),
    );
    pen.stroke(
      [
        [x + grille, low + 0.22, z - 0.01],
        [x + grille + 0.28, low + 0.22, z - 0.01],
      ],
      0.03,
      tone(steel, -0.24),
    );
  }
}

/** A steel table with a shelf below and pots on it. */
export function drawTable(pen: Pen, place: Place, palette: Palette, top = palette.steel): void {
  const { x, z, width, depth } = place;
  const leg = tone(palette.steel, -0.18);
  for (const [legX, legZ] of [
    [x + 0.05, z + depth - 0.05],
    [x + width - 0.05, z + depth - 0.05],
  ] as const) {
    pen.stroke(
      [
        [legX, 0, legZ],
        [legX, workHeight - 0.05, legZ],
      ],
      0.05,
      leg,
    );
  }
  pen.box([x + 0.04, 0.24, z + 0.06], [x + width - 0.04, 0.28, z + depth - 0.04], tone(palette.steel, -0.25));
  const pots = Math.floor(width / 0.62);
  for (let pot = 0; pot < pots; pot += 1) {
    const colour =
      [palette.steel, mix(palette.steel, palette.accent, 0.35), palette.band][pot % 3] ?? palette.steel;
    const radius = 0.13 + ((pot * 7) % 3) * 0.025;
    pen.cylinder(
      [x + 0.36 + pot * 0.6, 0.28, z + depth * 0.5],
      0.2 + ((pot * 5) % 3) * 0.04,
      radius,
      tone(colour, -0.12),
    );
  }
  for (const legX of [x + 0.05, x + width - 0.05])
    pen.stroke(
      [
        [legX, 0, z + 0.04],
        [legX, workHeight - 0.05, z + 0.04],
      ],
      0.05,
      tone(leg, -0.1),
    );
  pen.box([x, workHeight - 0.06, z], [x + width, workHeight, z + depth], top);
}

/** A cupboard, closed, as high as given: refrigerators, disinfection cabinets. */
export function drawCabinet(pen: Pen, place: Place, height: number, doors: number, palette: Palette): void {
  const { x, z, width, depth } = place;
  const colour = tone(palette.steel, 0.12);
  pen.box([x, 0.08, z], [x + width, height, z + depth], colour);
  for (let door = 0; door < doors; door += 1) {
    const left = x + (width * door) / doors;
    const right = x + (width * (door + 1)) / doors;
    pen.shape(
      [
        [left + 0.03, 0.14, z - 0.005],
        [right - 0.03, 0.14, z - 0.005],
        [right - 0.03, height - 0.2, z - 0.005],
        [left + 0.03, height - 0.2, z - 0.005],
      ],
      tone(colour, -0.05),
      fade(tone(colour, -0.6), 0.4),
    );
    pen.stroke(
      [
        [right - 0.09, height * 0.48, z - 0.02],
        [right - 0.09, height * 0.68, z - 0.02],
      ],
      0.03,
      tone(colour, -0.45),
    );
  }
  pen.shape(
    [
      [x + 0.1, height - 0.13, z - 0.006],
      [x + 0.36, height - 0.13, z - 0.006],
      [x + 0.36, height - 0.06, z - 0.006],
      [x + 0.1, height - 0.06, z - 0.006],
    ],
    '#20303a',
  );
  pen.ball([x + 0.16, height - 0.095, z - 0.01], 0.016, '#7fd0b8');
}

/** A shelf on the back wall with bowls and jars. */
export function drawShelf(pen: Pen, place: Place, height: number, palette: Palette): void {
  const { x, z, width, depth } = place;
  pen.box([x, height, z], [x + width, height + 0.035, z + depth], tone(palette.steel, 0.1));
  const colours = [palette.band, '#f2ede1', palette.accent, palette.steel, '#e5dcc8'];
  for (let item = 0, at = x + 0.16; at < x + width - 0.12; item += 1, at += 0.29) {
    const colour = tone(colours[(item * 3 + 1) % colours.length] ?? '#f2ede1', -0.04);
    const base: Point = [at, height + 0.035, z + depth * 0.5];
    if (item % 3 === 2) pen.cylinder(base, 0.26, 0.085, colour);
    else if (item % 3 === 1) pen.cylinder(base, 0.13, 0.07, colour, 0.115);
    else
      for (let bowl = 0; bowl < 4; bowl += 1)
        pen.cylinder([at, height + 0.035 + bowl * 0.035, z + depth * 0.5], 0.05, 0.07, '#f4f0e6', 0.11);
  }
}

/** A row of sinks with their taps. */
export function drawSinks(pen: Pen, place: Place, basins: number, palette: Palette): void {
  const { x, z, width, depth } = place;
  pen.box([x, 0.3, z], [x + width, workHeight, z + depth], palette.steel);
  for (const legX of [x + 0.06, x + width / 2, x + width - 0.06])
    pen.stroke(
      [
        [legX, 0, z + 0.05],
        [legX, 0.3, z + 0.05],
      ],
      0.05,
      tone(palette.steel, -0.3),
    );
  pen.box(
    [x, workHeight, z + depth - 0.06],
    [x + width, workHeight + 0.3, z + depth],
    tone(palette.steel, 0.1),
  );
  for (let basin = 0; basin < basins; basin += 1) {
    const left = x + (width * basin) / basins + 0.09;
    const right = x + (width * (basin + 1)) / basins - 0.09;
    const y = workHeight + 0.004;
    const [near, far] = [z + 0.1, z + depth - 0.18];
    pen.shape(
      [
        [left, y, near],
        [right, y, near],
        [right, y, far],
        [left, y, far],
      ],
      tone(palette.steel, -0.42),
      fade(tone(palette.steel, 0.3), 0.8),
    );
    pen.shape(
      [
        [left + 0.03, y, near + 0.05],
        [right - 0.03, y, near + 0.05],
        [right - 0.03, y, far - 0.02],
        [left + 0.03, y, far - 0.02],
      ],
      mix(palette.steel, '#7fb6c6', 0.55),
    );
    const middle = (left + right) / 2;
    const tap = tone(palette.steel, 0.3);
    pen.stroke(
      [
        [middle, workHeight, z + depth - 0.1],
        [middle, workHeight + 0.36, z + depth - 0.1],
        [middle, workHeight + 0.4, z + depth - 0.2],
        [middle, workHeight + 0.3, z + depth - 0.32],
      ],
      0.034,
      tap,
    );
  }
}

/** A running belt; the dishes on it are drawn as they pass. */
export function drawConveyor(pen: Pen, place: Place, palette: Palette): void {
  const { x, z, width, depth } = place;
  pen.box(
    [x, 0.12, z + 0.04],
    [x + width, workHeight - 0.08, z + depth - 0.04],
    tone(mix(palette.steel, palette.band, 0.3), -0.06),
  );
  for (let panel = 0.1; panel < width - 0.5; panel += 1) {
    pen.shape(
      [
        [x + panel, 0.22, z + 0.03],
        [x + panel + 0.84, 0.22, z + 0.03],
        [x + panel + 0.84, 0.64, z + 0.03],
        [x + panel, 0.64, z + 0.03],
      ],
      tone(palette.band, 0.05),
      fade(tone(palette.band, -0.6), 0.3),
    );
  }
  pen.box([x, workHeight - 0.08, z], [x + width, workHeight - 0.01, z + depth], palette.steel);
  const y = workHeight - 0.005;
  pen.shape(
    [
      [x, y, z + 0.07],
      [x + width, y, z + 0.07],
      [x + width, y, z + depth - 0.07],
      [x, y, z + depth - 0.07],
    ],
    '#3b4248',
  );
}

/** A crate of vegetables. */
export function drawCrate(pen: Pen, base: Point, vegetable: string, palette: Palette): void {
  const [x, y, z] = base;
  pen.box([x, y, z], [x + 0.5, y + 0.24, z + 0.36], mix(palette.band, palette.accent, 0.3));
  for (let row = 0; row < 3; row += 1) {
    for (let column = 0; column < 4; column += 1) {
      pen.ball(
        [x + 0.08 + column * 0.115, y + 0.25, z + 0.3 - row * 0.1],
        0.065,
        tone(vegetable, ((row * 3 + column * 5) % 4) * 0.08 - 0.12),
      );
    }
  }
}

/** A notice on the back wall: rules of the house, drawn as lines. */
export function drawNotice(
  pen: Pen,
  left: number,
  low: number,
  z: number,
  palette: Palette,
  colour = palette.accent,
): void {
  const at = z - 0.012;
  const sheet = (x0: number, y0: number, x1: number, y1: number): Point[] => [
    [x0, y0, at],
    [x1, y0, at],
    [x1, y1, at],
    [x0, y1, at],
  ];
  pen.shape(sheet(left, low, left + 0.62, low + 0.44), '#f5f1e6', fade('#2b3036', 0.3));
  pen.shape(sheet(left, low + 0.34, left + 0.62, low + 0.44), colour);
  for (let line = 0; line < 4; line += 1) {
    pen.stroke(
      [
        [left + 0.07, low + 0.28 - line * 0.07, at],
        [left + 0.5 - ((line * 5) % 3) * 0.08, low + 0.28 - line * 0.07, at],
      ],
      0.014,
      '#8f9698',
    );
  }
}
