import type { Map as MapLibre } from 'maplibre-gl';
import type { Position } from './coordinates.ts';
import { mapColours } from './mapColours.ts';
import type { DrawnPoint, MovingPoints } from './movingPoints.ts';

/** While the map stands still, points glide at so many pictures a second: faster is not seen at a city's scale. */
const glideFrameMs = 1_000 / 15;
/** A point that moved less than this is not drawn again. Pixels. */
const seenMovePx = 0.4;
/** With more points than this in view their names would hide each other. */
const mostNames = 40;

/** The sheet of moving points over a map. */
export interface PointsSheet {
  /** The id of the point drawn nearest to a place of the sheet, within a fingertip. */
  pointAt(x: number, y: number): string | undefined;
  destroy(): void;
}

/**
 * Draws moving points on a sheet of their own over the map: the map below need not be drawn again for them, which is
 * what costs most where there is no graphics processor. Points out of view are neither projected further nor drawn.
 */
export function createPointsSheet(options: {
  map: MapLibre;
  points: MovingPoints;
  scale: number;
  toMap(position: Position): Position;
}): PointsSheet {
  const { map, points, scale, toMap } = options;
  const canvas = document.createElement('canvas');
  canvas.className = 'map-points';
  map.getCanvasContainer().append(canvas);
  const pen = canvas.getContext('2d');
  let drawn: { id: string; x: number; y: number }[] = [];
  let frame = 0;
  let lastDrawMs = 0;

  const inView = (nowMs: number): (DrawnPoint & { x: number; y: number })[] => {
    const { clientWidth: width, clientHeight: height } = canvas;
    const margin = 20 * scale;
    const visible = [];
    for (const one of points.drawnAt(nowMs)) {
      const { x, y } = map.project(toMap([one.longitude, one.latitude]));
      if (x < -margin || y < -margin || x > width + margin || y > height + margin) continue;
      visible.push({ ...one, x, y });
    }
    return visible;
  };

  const draw = (isMapMoving: boolean): void => {
    if (pen === null) return;
    const nowMs = performance.now();
    lastDrawMs = nowMs;
    if (points.size === 0 && drawn.length === 0) return;
    const visible = inView(nowMs);
    if (!isMapMoving && !hasMoved(visible)) return;
    fit();
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.save();
    pen.scale(canvas.width / canvas.clientWidth, canvas.height / canvas.clientHeight);
    for (const one of visible) paintTrail(pen, one, scale, (place) => map.project(toMap(place)));
    for (const one of visible) paintPoint(pen, one, scale);
    if (visible.length <= mostNames) paintNames(pen, visible, scale);
    pen.restore();
    drawn = visible.map(({ point, x, y }) => ({ id: point.id, x, y }));
    marks = visible.map(({ point }) => point);
  };
  let marks: unknown[] = [];

  /** Whether the difference to the drawn picture is visible. */
  const hasMoved = (visible: (DrawnPoint & { x: number; y: number })[]): boolean =>
    visible.length !== drawn.length ||
    visible.some(({ point, x, y }, index) => {
      const before = drawn[index];
      if (before === undefined || before.id !== point.id) return true;
      const known = marks[index] as DrawnPoint['point'];
      if (
        known.stale !== point.stale ||
        known.trail !== point.trail ||
        known.label !== point.label ||
        known.isUrgent !== point.isUrgent
      )
        return true;
      return Math.abs(before.x - x) > seenMovePx || Math.abs(before.y - y) > seenMovePx;
    });

  const fit = (): void => {
    const ratio = Math.min(window.devicePixelRatio, 2);
    const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
    if (canvas.width === width && canvas.height === height) return;
    canvas.width = width;
    canvas.height = height;
  };

  const tick = (): void => {
    frame = 0;
    const nowMs = performance.now();
    const isDue = nowMs - lastDrawMs >= glideFrameMs;
    if (!map.isMoving() && isDue) draw(false);
    // The last stretch of a glide is drawn too, though nothing moves any more when its picture is due.
    if (points.isMoving(nowMs) || !isDue) ask();
  };
  const ask = (): void => {
    if (frame === 0) frame = requestAnimationFrame(tick);
  };
  const onRender = (): void => {
    if (map.isMoving()) draw(true);
  };
  const onResize = (): void => draw(true);
  map.on('render', onRender);
  map.on('moveend', onResize);
  map.on('resize', onResize);
  const stopListening = points.onTaken(ask);
  ask();

  return {
    pointAt(x, y) {
      const reach = 14 * scale;
      let best: { id: string; far: number } | undefined;
      for (const one of drawn) {
        const far = Math.hypot(one.x - x, one.y - y);
        if (far <= reach && far < (best?.far ?? Infinity)) best = { id: one.id, far };
      }
      return best?.id;
    },
    destroy() {
      cancelAnimationFrame(frame);
      stopListening();
      map.off('render', onRender);
      map.off('moveend', onResize);
      map.off('resize', onResize);
      canvas.remove();
    },
  };
}

/** The way a point came, fainter the longer ago. */
function paintTrail(
  pen: CanvasRenderingContext2D,
  { point, x, y }: DrawnPoint & { x: number; y: number },
  scale: number,
  project: (place: Position) => { x: number; y: number },
): void {
  const { trail = [] } = point;
  // The newest place is the point itself, which may still glide there.
  const places = trail.slice(0, -1).map(({ longitude, latitude }) => project([longitude, latitude]));
  if (places.length === 0) return;
  pen.save();
  pen.strokeStyle = point.isUrgent === true ? mapColours.classes[1] : mapColours.point;
  pen.lineWidth = 2 * scale;
  pen.lineCap = 'round';
  for (const [index, from] of places.entries()) {
    const to = places[index + 1] ?? { x, y };
    pen.globalAlpha = 0.08 + (0.5 * (index + 1)) / places.length;
    pen.beginPath();
    pen.moveTo(from.x, from.y);
    pen.lineTo(to.x, to.y);
    pen.stroke();
  }
  pen.restore();
}

/** An arrowhead where the heading is known, else a disc; hollow when nothing was heard for long. */
function paintPoint(
  pen: CanvasRenderingContext2D,
  { point, x, y }: DrawnPoint & { x: number; y: number },
  scale: number,
): void {
  pen.save();
  pen.translate(x, y);
  pen.scale(scale, scale);
  pen.lineWidth = 2;
  pen.lineJoin = 'round';
  pen.fillStyle =
    point.isUrgent === true ? mapColours.classes[1] : point.stale ? mapColours.plate : mapColours.point;
  pen.strokeStyle = point.stale ? mapColours.wordsFaint : mapColours.pointLine;
  pen.beginPath();
  if (point.headingDeg === undefined) pen.arc(0, 0, 6, 0, 2 * Math.PI);
  else {
    pen.rotate((point.headingDeg * Math.PI) / 180);
    pen.moveTo(0, -9);
    pen.lineTo(7, 7);
    pen.lineTo(0, 3.5);
    pen.lineTo(-7, 7);
    pen.closePath();
    pen.rotate((-point.headingDeg * Math.PI) / 180);
  }
  pen.stroke();
  pen.fill();
  pen.restore();
}

/** Names beside their points, the urgent ones first; one that would lie over another is left out until there is room. */
function paintNames(
  pen: CanvasRenderingContext2D,
  visible: readonly (DrawnPoint & { x: number; y: number })[],
  scale: number,
): void {
  const taken: { left: number; right: number; y: number }[] = [];
  const lineHeight = 15 * scale;
  const family = getComputedStyle(document.body).fontFamily;
  const urgentFirst = [...visible].sort(
    (one, other) => Number(other.point.isUrgent === true) - Number(one.point.isUrgent === true),
  );
  pen.textBaseline = 'middle';
  pen.lineJoin = 'round';
  for (const { point, x, y } of urgentFirst) {
    const isUrgent = point.isUrgent === true;
    pen.font = isUrgent ? `bold ${14 * scale}px ${family}` : `${12 * scale}px ${family}`;
    const left = x + 12 * scale;
    const right = left + pen.measureText(point.label).width;
    const isCovered = taken.some(
      (other) => left < other.right && right > other.left && Math.abs(y - other.y) < lineHeight,
    );
    if (isCovered && !isUrgent) continue;
    taken.push({ left, right, y });
    pen.lineWidth = 3 * scale;
    pen.strokeStyle = mapColours.halo;
    pen.strokeText(point.label, left, y);
    pen.fillStyle = isUrgent ? mapColours.classes[1] : point.stale ? mapColours.wordsFaint : mapColours.words;
    pen.fillText(point.label, left, y);
  }
}
