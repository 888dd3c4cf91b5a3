import type { SKRSContext2D } from '@napi-rs/canvas';

/** From where the street is seen. Metres: x to the right, y up from the ground, z away from the eye. */
export interface Eye {
  context: SKRSContext2D;
  width: number;
  height: number;
  /** Where the horizon and the middle of the street are in the picture. */
  horizon: number;
  left: number;
  focal: number;
  /** How high the eye is. */
  eyeM: number;
}

/** How far the eye walks in one loop: after it the same shops come again. */
export const walkedM = 20;

const wallM = 5.4;
const kerbM = 2.9;
const shopM = 5;
const farM = 75;
const nearM = 0.9;
const haze = [203, 211, 214] as const;

/** Walls and signs of the shops on one side, in turn. */
const shops = [
  { wall: [196, 178, 150], sign: [168, 50, 44], name: '桂花饭店' },
  { wall: [164, 172, 170], sign: [36, 92, 132], name: '银泉药房' },
  { wall: [206, 190, 172], sign: [44, 112, 72], name: '鲜果超市' },
  { wall: [176, 150, 132], sign: [186, 124, 36], name: '温泉面馆' },
] as const;

type Colour = readonly [number, number, number];

/** A colour as it looks so far away. */
export function hazed([red, green, blue]: Colour, z: number): string {
  const share = Math.min(0.92, (z / farM) ** 0.8);
  const mixed = [red, green, blue].map((one, order) => Math.round(one + ((haze[order] ?? 0) - one) * share));
  return `rgb(${mixed.join(',')})`;
}

export function project({ left, horizon, focal, eyeM }: Eye, x: number, y: number, z: number) {
  return { x: left + (focal * x) / z, y: horizon + (focal * (eyeM - y)) / z };
}

function quad(eye: Eye, colour: string, corners: readonly (readonly [number, number, number])[]): void {
  const { context } = eye;
  context.fillStyle = colour;
  context.beginPath();
  for (const [x, y, z] of corners) {
    const at = project(eye, x, y, z);
    context.lineTo(at.x, at.y);
  }
  context.closePath();
  context.fill();
}

/** The street as it is after so many metres. */
export function drawStreet(eye: Eye, walked: number): void {
  drawSky(eye);
  drawGround(eye, walked);
  const firstShop = Math.floor(walked / shopM);
  const count = Math.ceil(farM / shopM);
  for (let order = firstShop + count; order >= firstShop; order -= 1) {
    const z = order * shopM - walked;
    for (const side of [-1, 1] as const) {
      drawShop(eye, side, z, order + (side === 1 ? 2 : 0));
      if (order % 2 === 0) drawTree(eye, side * (kerbM + 0.6), z + shopM / 2 + (side === 1 ? 0 : 1.5));
    }
  }
}

function drawSky({ context, width, horizon }: Eye): void {
  const sky = context.createLinearGradient(0, 0, 0, horizon);
  sky.addColorStop(0, '#8fb3cc');
  sky.addColorStop(1, `rgb(${haze.join(',')})`);
  context.fillStyle = sky;
  context.fillRect(0, 0, width, horizon + 1);
  // 潜山, the hill behind the town.
  context.fillStyle = 'rgb(170,188,190)';
  context.beginPath();
  context.moveTo(0, horizon);
  for (let x = 0; x <= width; x += 16) {
    context.lineTo(x, horizon - 14 - 16 * Math.sin(x / 95) - 7 * Math.sin(x / 31 + 1));
  }
  context.lineTo(width, horizon);
  context.fill();
}

function drawGround(eye: Eye, walked: number): void {
  const { context, width, height, horizon } = eye;
  const ground = context.createLinearGradient(0, horizon, 0, height);
  ground.addColorStop(0, `rgb(${haze.join(',')})`);
  ground.addColorStop(0.25, '#9a9e9f');
  ground.addColorStop(1, '#6d7173');
  context.fillStyle = ground;
  context.fillRect(0, horizon, width, height - horizon);
  for (const side of [-1, 1]) {
    const [inner, outer] = [side * kerbM, side * wallM];
    quad(eye, 'rgba(190,182,170,0.75)', [
      [inner, 0.12, nearM],
      [inner, 0.12, farM],
      [outer, 0.12, farM],
      [outer, 0.12, nearM],
    ]);
    // Slabs of the pavement.
    const first = Math.ceil(walked / 1.25);
    for (let slab = first; slab < first + 26; slab += 1) {
      const z = slab * 1.25 - walked;
      if (z < nearM) continue;
      quad(eye, 'rgba(96,92,86,0.35)', [
        [inner, 0.12, z],
        [outer, 0.12, z],
        [outer, 0.12, z + 0.05],
        [inner, 0.12, z + 0.05],
      ]);
    }
  }
  const firstMark = Math.floor(walked / 4);
  for (let mark = firstMark; mark < firstMark + 14; mark += 1) {
    const [from, to] = [mark * 4 - walked, mark * 4 + 2 - walked];
    if (to < nearM) continue;
    quad(eye, hazed([232, 230, 222], to), [
      [-0.07, 0, Math.max(nearM, from)],
      [-0.07, 0, to],
      [0.07, 0, to],
      [0.07, 0, Math.max(nearM, from)],
    ]);
  }
}

function drawShop(eye: Eye, side: -1 | 1, begin: number, order: number): void {
  const shop = shops[((order % shops.length) + shops.length) % shops.length] ?? shops[0];
  const from = Math.max(nearM, begin);
  const to = begin + shopM;
  if (to <= nearM) return;
  const x = side * wallM;
  const face = (colour: Colour, low: number, high: number, start: number, end: number): void => {
    const [z0, z1] = [Math.max(nearM, begin + start * shopM), begin + end * shopM];
    if (z1 <= nearM) return;
    quad(eye, hazed(colour, z0), [
      [x, low, z0],
      [x, high, z0],
      [x, high, z1],
      [x, low, z1],
    ]);
  };
  quad(eye, hazed(shop.wall, from), [
    [x, 0, from],
    [x, 9.5, from],
    [x, 9.5, to],
    [x, 0, to],
  ]);
  face([70, 84, 92], 0.12, 2.7, 0.1, 0.62);
  face([128, 146, 152], 0.9, 2.5, 0.14, 0.34);
  face([58, 50, 46], 0.12, 2.6, 0.7, 0.92);
  face(shop.sign, 2.9, 3.8, 0.03, 0.97);
  for (const [low, start] of [
    [4.6, 0.15],
    [4.6, 0.6],
    [7, 0.15],
    [7, 0.6],
  ] as const) {
    face([92, 108, 116], low, low + 1.4, start, start + 0.26);
  }
  drawBladeSign(eye, side, begin + shopM * 0.08, shop.sign, shop.name);
}

/** A sign that stands out from the wall and faces whoever walks along. */
function drawBladeSign(eye: Eye, side: -1 | 1, z: number, colour: Colour, name: string): void {
  if (z < 2.2) return;
  const { context, focal } = eye;
  const middle = side * (wallM - 0.55);
  const [top, bottom] = [project(eye, middle, 5.6, z), project(eye, middle, 3.1, z)];
  const halfWidth = (focal * 0.36) / z;
  context.fillStyle = hazed(colour, z);
  context.fillRect(top.x - halfWidth, top.y, halfWidth * 2, bottom.y - top.y);
  const size = (focal * 0.52) / z;
  if (size < 5) return;
  context.fillStyle = hazed([250, 246, 232], z);
  context.font = `700 ${size.toFixed(1)}px "Noto Sans CJK SC", sans-serif`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const step = (bottom.y - top.y) / name.length;
  for (const [order, letter] of [...name].entries()) {
    context.fillText(letter, top.x, top.y + step * (order + 0.5));
  }
}

function drawTree(eye: Eye, x: number, z: number): void {
  if (z < 1.6) return;
  const { context, focal } = eye;
  const [foot, fork] = [project(eye, x, 0.1, z), project(eye, x, 2.3, z)];
  context.strokeStyle = hazed([84, 68, 54], z);
  context.lineWidth = (focal * 0.2) / z;
  context.beginPath();
  context.moveTo(foot.x, foot.y);
  context.lineTo(fork.x, fork.y);
  context.stroke();
  for (const [aside, up, radius, colour] of [
    [0, 3.4, 1.35, [52, 88, 50]],
    [-0.5, 3.1, 0.9, [64, 104, 58]],
    [0.55, 3.7, 0.8, [78, 116, 64]],
  ] as const) {
    const at = project(eye, x + aside, up, z);
    context.fillStyle = hazed(colour, z);
    context.beginPath();
    context.arc(at.x, at.y, (focal * radius) / z, 0, 2 * Math.PI);
    context.fill();
  }
}
