import type { SKRSContext2D } from '@napi-rs/canvas';
import { fade, tone } from './colour.ts';

/** A point of the room in metres: x to the right, y up, z away from the viewer. */
export type Point = readonly [x: number, y: number, z: number];

/** Where the camera hangs and looks. */
export interface Viewpoint {
  position: Point;
  target: Point;
  /** Focal length in picture widths; 0.6 is a wide lens, 1 a narrow one. */
  focal: number;
}

/** A point of the picture, with its distance from the lens and the pixels that a metre takes there. */
export interface ScreenPoint {
  x: number;
  y: number;
  depth: number;
  scale: number;
}

/** Nothing nearer to the lens than this (metres) is drawn. */
const nearestDepth = 0.12;

/** Draws flat shapes of a room in perspective. */
export class Pen {
  readonly context: SKRSContext2D;
  readonly view: Viewpoint;
  readonly #width: number;
  readonly #height: number;
  readonly #forward: Point;
  readonly #level: number;

  constructor(context: SKRSContext2D, width: number, height: number, view: Viewpoint) {
    this.context = context;
    this.view = view;
    this.#width = width;
    this.#height = height;
    const away = view.target.map((value, axis) => value - (view.position[axis] ?? 0));
    const [x = 0, y = 0, z = 1] = away;
    const length = Math.hypot(x, y, z);
    this.#forward = [x / length, y / length, z / length];
    this.#level = Math.hypot(this.#forward[0], this.#forward[2]);
  }

  /** Where a point of the room is in the picture. */
  project(point: Point): ScreenPoint {
    const [x, y, z] = point.map((value, axis) => value - (this.view.position[axis] ?? 0)) as unknown as Point;
    const [fx, fy, fz] = this.#forward;
    const flat = (x * fx + z * fz) / this.#level;
    const side = (x * fz - z * fx) / this.#level;
    const depth = flat * this.#level + y * fy;
    const rise = y * this.#level - flat * fy;
    const scale = (this.view.focal * this.#width) / Math.max(depth, nearestDepth);
    return { x: this.#width / 2 + side * scale, y: this.#height / 2 - rise * scale, depth, scale };
  }

  /** A flat shape through the given corners; left out when a corner is behind the lens. */
  shape(corners: readonly Point[], fill: string, edge?: string, edgeMetres = 0.006): void {
    const points = corners.map((corner) => this.project(corner));
    if (points.some((point) => point.depth < nearestDepth)) return;
    const { context } = this;
    context.beginPath();
    for (const point of points) context.lineTo(point.x, point.y);
    context.closePath();
    context.fillStyle = fill;
    context.fill();
    if (edge) {
      context.strokeStyle = edge;
      context.lineWidth = Math.max(0.6, edgeMetres * (points[0]?.scale ?? 0));
      context.lineJoin = 'round';
      context.stroke();
    }
  }

  /** A box between two corners: the faces that the camera sees, lit from above. */
  box(low: Point, high: Point, colour: string, edged = true): void {
    const [x0, y0, z0] = low;
    const [x1, y1, z1] = high;
    const [ex, ey, ez] = this.view.position;
    const edge = edged ? fade(tone(colour, -0.55), 0.45) : undefined;
    const face = (corners: Point[], amount: number) => this.shape(corners, tone(colour, amount), edge);
    const acrossX = (x: number): Point[] => [
      [x, y0, z0],
      [x, y0, z1],
      [x, y1, z1],
      [x, y1, z0],
    ];
    const acrossZ = (z: number): Point[] => [
      [x0, y0, z],
      [x1, y0, z],
      [x1, y1, z],
      [x0, y1, z],
    ];
    const acrossY = (y: number): Point[] => [
      [x0, y, z0],
      [x1, y, z0],
      [x1, y, z1],
      [x0, y, z1],
    ];
    if (ey < y0) face(acrossY(y0), -0.4);
    if (ex < x0) face(acrossX(x0), -0.2);
    if (ex > x1) face(acrossX(x1), -0.26);
    if (ez < z0) face(acrossZ(z0), -0.08);
    if (ez > z1) face(acrossZ(z1), -0.16);
    if (ey > y1) face(acrossY(y1), 0.16);
  }

  /** The corners of a level circle. */
  circle(centre: Point, radius: number, corners = 22): Point[] {
    return Array.from({ length: corners }, (_unused, step): Point => {
      const angle = (step / corners) * 2 * Math.PI;
      return [centre[0] + Math.cos(angle) * radius, centre[1], centre[2] + Math.sin(angle) * radius];
    });
  }

  disc(centre: Point, radius: number, fill: string, edge?: string): void {
    this.shape(this.circle(centre, radius), fill, edge);
  }

  /** A standing cylinder or, with two radii, a bowl or bucket. */
  cylinder(base: Point, height: number, radius: number, colour: string, topRadius = radius): void {
    const top: Point = [base[0], base[1] + height, base[2]];
    const [low, high] = [this.project(base), this.project(top)];
    const { context } = this;
    this.disc(base, radius, tone(colour, -0.22));
    context.beginPath();
    context.moveTo(low.x - radius * low.scale, low.y);
    context.lineTo(high.x - topRadius * high.scale, high.y);
    context.lineTo(high.x + topRadius * high.scale, high.y);
    context.lineTo(low.x + radius * low.scale, low.y);
    context.closePath();
    const round = context.createLinearGradient(low.x - radius * low.scale, 0, low.x + radius * low.scale, 0);
    round.addColorStop(0, tone(colour, 0.12));
    round.addColorStop(0.45, tone(colour, -0.04));
    round.addColorStop(1, tone(colour, -0.3));
    context.fillStyle = round;
    context.fill();
    this.disc(top, topRadius, tone(colour, 0.2), fade(tone(colour, -0.5), 0.35));
  }

  /** A stroke through points of the room, so many metres thick, with round ends. */
  stroke(points: readonly Point[], metres: number, colour: string): void {
    const seen = points.map((point) => this.project(point));
    if (seen.some((point) => point.depth < nearestDepth)) return;
    const { context } = this;
    context.beginPath();
    for (const point of seen) context.lineTo(point.x, point.y);
    context.strokeStyle = colour;
    context.lineWidth = Math.max(0.7, metres * (seen[0]?.scale ?? 0));
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.stroke();
  }

  /** A ball, seen as a circle. */
  ball(centre: Point, radius: number, fill: string): void {
    const point = this.project(centre);
    if (point.depth < nearestDepth) return;
    this.context.beginPath();
    this.context.arc(point.x, point.y, radius * point.scale, 0, 2 * Math.PI);
    this.context.fillStyle = fill;
    this.context.fill();
  }
}
