import type { Map as MapLibre } from 'maplibre-gl';
import type { Position } from './coordinates.ts';
import { freeBelow, type SheetBox } from './freeBelow.ts';
import { mapColours } from './mapColours.ts';
import type { MapStore, OrderOnMap } from './mapStore.ts';

/** The sheet of orders over a map. */
export interface OrderSheet {
  /** The order whose plate is at a place of the sheet. */
  orderAt(x: number, y: number): string | undefined;
  /** How often it was drawn. */
  drawn(): number;
  destroy(): void;
}

interface Plate extends SheetBox {
  orderId: string;
}

/**
 * Draws orders on a sheet of their own over the map: a plate with the number at the place, and the line of each who goes, with the
 * expected arrival. It is drawn again when an order, a position or the map changed, and never otherwise.
 */
export function createOrderSheet(options: {
  map: MapLibre;
  store: MapStore;
  scale: number;
  toMap(position: Position): Position;
}): OrderSheet {
  const { map, store, scale, toMap } = options;
  const canvas = document.createElement('canvas');
  canvas.className = 'map-points';
  map.getCanvasContainer().append(canvas);
  const pen = canvas.getContext('2d');
  let plates: Plate[] = [];
  let frame = 0;
  let count = 0;
  let isEmpty = true;

  const draw = (): void => {
    frame = 0;
    const { orders, focusedOrderId } = store.getState();
    if (pen === null || (orders.length === 0 && isEmpty)) return;
    const ratio = Math.min(window.devicePixelRatio, 2);
    const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    else pen.clearRect(0, 0, width, height);
    count += 1;
    isEmpty = orders.length === 0;
    const project = (position: readonly [number, number]): { x: number; y: number } =>
      map.project(toMap([position[0], position[1]]));
    pen.save();
    pen.scale(ratio, ratio);
    // The chosen one lies over the others.
    const sorted = orders.toSorted(
      (one, other) => Number(one.orderId === focusedOrderId) - Number(other.orderId === focusedOrderId),
    );
    for (const order of sorted) paintWays(pen, order, order.orderId === focusedOrderId, scale, project);
    plates = sorted.map((order) => paintPlate(pen, order, order.orderId === focusedOrderId, scale, project));
    // The words of the ways come last, each where neither a plate, a member with a name nor the words of another way stand.
    const taken: SheetBox[] = [...plates];
    for (const { line } of sorted.flatMap(({ ways }) => ways)) {
      const start = line.slice(0, 1).map(project);
      taken.push(...start.map(({ x, y }) => memberBox(x, y, scale)));
    }
    for (const order of sorted) {
      const isFocused = order.orderId === focusedOrderId;
      if (!isFocused && order.ways.length > 1) continue;
      for (const { line, label } of order.ways) {
        if (line.length > 0) taken.push(paintLabel(pen, middleOf(line.map(project)), label, scale, taken));
      }
    }
    pen.restore();
  };
  const ask = (): void => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  const onRender = (): void => {
    if (map.isMoving()) draw();
  };
  map.on('render', onRender);
  map.on('moveend', ask);
  map.on('resize', ask);
  const stopListening = store.subscribe((state, before) => {
    if (state.orders !== before.orders || state.focusedOrderId !== before.focusedOrderId) ask();
  });
  ask();

  return {
    orderAt: (x, y) =>
      plates.findLast(({ left, top, right, bottom }) => x >= left && x <= right && y >= top && y <= bottom)
        ?.orderId,
    drawn: () => count,
    destroy() {
      cancelAnimationFrame(frame);
      stopListening();
      map.off('render', onRender);
      map.off('moveend', ask);
      map.off('resize', ask);
      canvas.remove();
    },
  };
}

/** Where a member's point and the name beside it stand, for a name of three characters. */
function memberBox(x: number, y: number, scale: number): SheetBox {
  return { left: x - 8 * scale, top: y - 9 * scale, right: x + 50 * scale, bottom: y + 9 * scale };
}

type Project = (position: readonly [number, number]) => { x: number; y: number };

/** A road is drawn through, a straight line dashed, so that nobody takes one for the other. */
function paintWays(
  pen: CanvasRenderingContext2D,
  { ways }: OrderOnMap,
  isFocused: boolean,
  scale: number,
  project: Project,
): void {
  for (const { line, isRoad } of ways) {
    const points = line.map(project);
    const [first, ...rest] = points;
    if (first === undefined) continue;
    pen.save();
    pen.lineJoin = 'round';
    pen.lineCap = 'round';
    pen.globalAlpha = isFocused ? 1 : 0.6;
    pen.setLineDash(isRoad ? [] : [7 * scale, 6 * scale]);
    for (const [colour, width] of [
      [mapColours.halo, 5],
      [mapColours.point, 2.5],
    ] as const) {
      pen.strokeStyle = colour;
      pen.lineWidth = width * scale;
      pen.beginPath();
      pen.moveTo(first.x, first.y);
      for (const { x, y } of rest) pen.lineTo(x, y);
      pen.stroke();
    }
    pen.restore();
  }
}

/** The middle of a line on the sheet, by its length. */
function middleOf(points: readonly { x: number; y: number }[]): { x: number; y: number } {
  const lengths = points.slice(1).map((point, index) => {
    const from = points[index] ?? point;
    return Math.hypot(point.x - from.x, point.y - from.y);
  });
  let left = lengths.reduce((sum, length) => sum + length, 0) / 2;
  for (const [index, length] of lengths.entries()) {
    const [from, to] = [points[index], points[index + 1]];
    if (from === undefined || to === undefined) break;
    if (left <= length && length > 0) {
      const share = left / length;
      return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
    }
    left -= length;
  }
  return points[0] ?? { x: 0, y: 0 };
}

function paintLabel(
  pen: CanvasRenderingContext2D,
  { x, y }: { x: number; y: number },
  label: string,
  scale: number,
  taken: readonly SheetBox[],
): SheetBox {
  const family = getComputedStyle(document.body).fontFamily;
  pen.save();
  pen.font = `${12 * scale}px ${family}`;
  pen.textBaseline = 'middle';
  pen.textAlign = 'center';
  const half = pen.measureText(label).width / 2 + 6 * scale;
  pen.fillStyle = mapColours.halo;
  pen.globalAlpha = 0.85;
  const wanted = { left: x - half, top: y - 10 * scale, right: x + half, bottom: y + 10 * scale };
  const box = freeBelow(wanted, taken, 2 * scale);
  pen.fillRect(box.left, box.top, 2 * half, 20 * scale);
  pen.globalAlpha = 1;
  pen.fillStyle = mapColours.glyph;
  pen.fillText(label, x, box.top + 10 * scale);
  pen.restore();
  return box;
}

/** The plate stands below the place, so that it does not hide the site and its alert. */
function paintPlate(
  pen: CanvasRenderingContext2D,
  { orderId, number, position, isOverdue }: OrderOnMap,
  isFocused: boolean,
  scale: number,
  project: Project,
): Plate {
  const { x, y } = project(position);
  const family = getComputedStyle(document.body).fontFamily;
  pen.save();
  pen.font = `${isFocused ? 'bold ' : ''}${12 * scale}px ${family}`;
  const half = pen.measureText(number).width / 2 + 7 * scale;
  const [top, height] = [y + 18 * scale, 20 * scale];
  pen.fillStyle = isOverdue ? mapColours.classes[1] : isFocused ? mapColours.point : mapColours.plate;
  pen.strokeStyle = isOverdue ? mapColours.classes[1] : mapColours.point;
  pen.lineWidth = 1.5 * scale;
  pen.beginPath();
  pen.moveTo(x, top - 6 * scale);
  pen.lineTo(x + 5 * scale, top);
  pen.lineTo(x + half, top);
  pen.lineTo(x + half, top + height);
  pen.lineTo(x - half, top + height);
  pen.lineTo(x - half, top);
  pen.lineTo(x - 5 * scale, top);
  pen.closePath();
  pen.fill();
  pen.stroke();
  pen.fillStyle = isOverdue || isFocused ? mapColours.onClass : mapColours.glyph;
  pen.textBaseline = 'middle';
  pen.textAlign = 'center';
  pen.fillText(number, x, top + height / 2);
  pen.restore();
  return { orderId, left: x - half, right: x + half, top: top - 6 * scale, bottom: top + height };
}
