import { fade, tone } from './colour.ts';
import type { Pen, Point } from './pen.ts';

/** How a cook stands at one moment. Hands are given as the body feels them: to the right, up, forward (metres). */
export interface Posture {
  x: number;
  z: number;
  /** Where the cook faces: 0 away from the viewer, a quarter turn (π/2) to the right, π towards the viewer. */
  facing: number;
  leftHand: Point;
  rightHand: Point;
  /** Swing of the legs in metres, for walking. */
  stride?: number;
  /** How far the upper body bends forward, in metres at the head. */
  bend?: number;
}

/** What a cook looks like. */
export interface Outfit {
  hat: 'toque' | 'cap';
  jacket: string;
  apron: string;
  scarf: string;
  trousers: string;
  skin: string;
  hair: string;
  /** Body height without hat, metres. */
  height: number;
}

/** Something held in a hand, drawn with it. */
export type HeldThing = (pen: Pen, hand: Point, forward: Point) => void;

/** Draws a cook. `bareheaded` leaves the hat off. */
export function drawCook(
  pen: Pen,
  posture: Posture,
  outfit: Outfit,
  options: { bareheaded?: boolean; held?: HeldThing } = {},
): void {
  const size = outfit.height / 1.7;
  const [sine, cosine] = [Math.sin(posture.facing), Math.cos(posture.facing)];
  const bend = posture.bend ?? 0;
  const at = (right: number, up: number, forward: number): Point => [
    posture.x + (right * cosine + forward * sine) * size,
    up * size,
    posture.z + (-right * sine + forward * cosine) * size,
  ];
  const [eyeX, , eyeZ] = pen.view.position;
  const facesLens = (eyeX - posture.x) * sine + (eyeZ - posture.z) * cosine > 0;
  const stride = posture.stride ?? 0;

  pen.disc([posture.x, 0.01, posture.z], 0.34 * size, fade('#10151c', 0.16));
  for (const [side, swing] of [
    [-1, stride],
    [1, -stride],
  ] as const) {
    pen.stroke(
      [at(side * 0.09, 0.9, 0), at(side * 0.1, 0.48, swing * 0.6 + 0.02), at(side * 0.1, 0.1, swing)],
      0.15,
      outfit.trousers,
    );
    pen.stroke([at(side * 0.1, 0.05, swing - 0.02), at(side * 0.1, 0.05, swing + 0.14)], 0.1, '#23272c');
  }

  const arms = () => {
    for (const [side, hand] of [
      [-1, posture.leftHand],
      [1, posture.rightHand],
    ] as const) {
      const shoulder = at(side * 0.21, 1.36, bend * 0.7);
      const elbow = at(
        side * 0.28 + (hand[0] - side * 0.21) * 0.25,
        1.08 + (hand[1] - 1.05) * 0.3,
        bend * 0.5 + hand[2] * 0.35,
      );
      const wrist = at(hand[0], hand[1], hand[2]);
      pen.stroke([shoulder, elbow, wrist], 0.125, tone(outfit.jacket, -0.14));
      pen.ball(wrist, 0.06 * size, outfit.skin);
      if (side === 1) options.held?.(pen, wrist, [sine, 0, cosine]);
    }
  };
  const body = () => {
    const outline = [
      at(-0.2, 1.4, bend * 0.75),
      at(0.2, 1.4, bend * 0.75),
      at(0.17, 1.05, bend * 0.3),
      at(0.19, 0.78, 0),
      at(-0.19, 0.78, 0),
      at(-0.17, 1.05, bend * 0.3),
    ];
    pen.shape(outline, outfit.jacket, outfit.jacket, 0.11);
    const apronTop = facesLens ? 1.2 : 1;
    const wide = facesLens ? 0.17 : 0.2;
    if (facesLens) {
      pen.shape(
        [
          at(-0.12, apronTop, bend * 0.5),
          at(0.12, apronTop, bend * 0.5),
          at(wide, 0.98, 0.06),
          at(0.2, 0.52, 0.06),
          at(-0.2, 0.52, 0.06),
          at(-wide, 0.98, 0.06),
        ],
        outfit.apron,
        outfit.apron,
        0.05,
      );
      for (const button of [1.3, 1.22])
        pen.ball(at(-0.05, button, bend * 0.6 + 0.1), 0.014, tone(outfit.jacket, -0.4));
    } else {
      pen.shape(
        [at(-0.2, 0.96, -0.05), at(0.2, 0.96, -0.05), at(0.21, 0.55, 0), at(-0.21, 0.55, 0)],
        tone(outfit.apron, -0.1),
        tone(outfit.apron, -0.1),
        0.05,
      );
      pen.stroke([at(-0.19, 0.98, -0.08), at(0.19, 0.98, -0.08)], 0.035, tone(outfit.apron, -0.3));
      pen.stroke([at(0.02, 0.98, -0.1), at(0.05, 0.76, -0.1)], 0.03, tone(outfit.apron, -0.3));
      pen.stroke(
        [at(0, 1.36, bend * 0.6 - 0.06), at(0, 1.04, bend * 0.3 - 0.08)],
        0.012,
        tone(outfit.jacket, -0.16),
      );
    }
  };
  const head = () => {
    const middle = at(0, 1.58, bend + 0.03);
    pen.stroke([at(0, 1.42, bend * 0.8), middle], 0.11, tone(outfit.skin, -0.12));
    pen.stroke([at(-0.09, 1.43, bend * 0.8 + 0.02), at(0.09, 1.43, bend * 0.8 + 0.02)], 0.07, outfit.scarf);
    pen.ball(middle, 0.122 * size, facesLens ? outfit.skin : outfit.hair);
    for (const side of [-1, 1])
      pen.ball(at(side * 0.12, 1.57, bend + 0.02), 0.03 * size, tone(outfit.skin, -0.08));
    if (facesLens) {
      pen.stroke([at(-0.045, 1.535, bend + 0.11), at(0.045, 1.535, bend + 0.11)], 0.085, '#dfeaf0');
      for (const side of [-1, 1]) pen.ball(at(side * 0.045, 1.605, bend + 0.125), 0.014 * size, '#2a2422');
    }
    if (options.bareheaded) {
      pen.ball(at(0, 1.645, bend - 0.005), 0.122 * size, outfit.hair);
      pen.ball(at(0.05, 1.7, bend - 0.02), 0.07 * size, tone(outfit.hair, 0.1));
      if (facesLens) pen.stroke([at(-0.09, 1.65, bend + 0.1), at(0.09, 1.66, bend + 0.1)], 0.05, outfit.hair);
      return;
    }
    const white = '#fbf9f3';
    pen.stroke([at(-0.075, 1.68, bend + 0.02), at(0.075, 1.68, bend + 0.02)], 0.13, tone(white, -0.1));
    if (outfit.hat === 'cap') {
      pen.stroke([at(-0.07, 1.73, bend), at(0.07, 1.73, bend)], 0.15, white);
      return;
    }
    pen.stroke([at(0, 1.74, bend + 0.01), at(0, 1.84, bend)], 0.2, white);
    for (const [right, up] of [
      [-0.085, 1.88],
      [0.085, 1.88],
      [0, 1.93],
    ] as const) {
      pen.ball(at(right, up, bend - 0.01), 0.088 * size, white);
    }
    pen.stroke([at(0.035, 1.76, bend + 0.02), at(0.045, 1.86, bend + 0.02)], 0.012, tone(white, -0.14));
  };

  if (facesLens) {
    body();
    head();
    arms();
  } else {
    arms();
    body();
    head();
  }
}
