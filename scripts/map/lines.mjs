/**
 * Plain geometry on lists of [longitude, latitude], for the script that makes the basemap.
 */

/** Segments of the output of `gmt pscoast -M`: each begins with a line such as `> Shore Bin # 21353, Level 2`. */
export function readSegments(text) {
  const segments = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('>')) {
      const level = Number(/Level (\d+)/.exec(line)?.[1] ?? 0);
      segments.push({ level, points: [] });
    } else if (line !== '' && !line.startsWith('#')) {
      const [longitude, latitude] = line.trim().split(/\s+/).map(Number);
      segments.at(-1)?.points.push([round(longitude), round(latitude)]);
    }
  }
  return segments.filter(({ points }) => points.length > 1);
}

/** Joins lines whose ends meet, as those of neighbouring bins do. */
export function joinLines(lines) {
  const open = lines.filter((points) => !isClosed(points)).map((points) => [...points]);
  const done = lines.filter(isClosed);
  while (open.length > 0) {
    const line = open.pop();
    for (;;) {
      const index = open.findIndex((other) => same(other[0], line.at(-1)) || same(other.at(-1), line[0]));
      if (index < 0 || isClosed(line)) break;
      const [other] = open.splice(index, 1);
      if (same(other[0], line.at(-1))) line.push(...other.slice(1));
      else line.unshift(...other.slice(0, -1));
    }
    done.push(line);
  }
  return done;
}

/**
 * Rings of lines of which some leave the region: an open one goes on along the region's edge at the nearest beginning of
 * another (or of itself), as the two banks of a river do.
 */
export function closeRings(lines) {
  const rings = lines.filter(isClosed);
  const open = lines.filter((line) => !isClosed(line)).map((line) => [...line]);
  while (open.length > 0) {
    const line = open.pop();
    for (;;) {
      const end = line.at(-1);
      const own = distance(end, line[0]);
      const nearest = open
        .map((other, index) => ({ index, far: distance(end, other[0]) }))
        .sort((a, b) => a.far - b.far)[0];
      if (nearest === undefined || own <= nearest.far) break;
      line.push(...open.splice(nearest.index, 1)[0]);
    }
    rings.push([...line, line[0]]);
  }
  return rings;
}

/** Douglas and Peucker: drops points that lie within `tolerance` degrees of what is left. */
export function simplify(points, tolerance) {
  if (points.length < 3) return points;
  // A ring has no two ends to draw a line between: its halves have.
  if (isClosed(points)) {
    const middle = farthest(points, points[0]);
    const first = simplify(points.slice(0, middle + 1), tolerance);
    return [...first.slice(0, -1), ...simplify(points.slice(middle), tolerance)];
  }
  const keep = new Set([0, points.length - 1]);
  const work = [[0, points.length - 1]];
  while (work.length > 0) {
    const [from, to] = work.pop();
    let worst = 0;
    let at = -1;
    for (let index = from + 1; index < to; index += 1) {
      const off = distanceToLine(points[index], points[from], points[to]);
      if (off > worst) [worst, at] = [off, index];
    }
    if (worst > tolerance) {
      keep.add(at);
      work.push([from, at], [at, to]);
    }
  }
  return points.filter((_point, index) => keep.has(index));
}

/** Chaikin's corner cutting with both ends kept, so that lines that met before meet after. */
export function smooth(points, rounds) {
  let line = points;
  for (let round = 0; round < rounds; round += 1) {
    const next = [line[0]];
    for (let index = 0; index + 1 < line.length; index += 1) {
      const [a, b] = [line[index], line[index + 1]];
      if (index > 0) next.push(between(a, b, 0.25));
      if (index + 2 < line.length) next.push(between(a, b, 0.75));
    }
    next.push(line.at(-1));
    line = next;
  }
  return line.map(([longitude, latitude]) => [round(longitude), round(latitude)]);
}

/** Size of a ring in square degrees, whichever way it turns. */
export function areaOf(ring) {
  let twice = 0;
  for (let index = 0; index + 1 < ring.length; index += 1) {
    twice += ring[index][0] * ring[index + 1][1] - ring[index + 1][0] * ring[index][1];
  }
  return Math.abs(twice) / 2;
}

/** The four decimals that are kept are about 10 m. */
function round(degrees) {
  return Math.round(degrees * 10_000) / 10_000;
}

function isClosed(points) {
  return points.length > 3 && same(points[0], points.at(-1));
}

function same(a, b) {
  return a[0] === b[0] && a[1] === b[1];
}

function between(a, b, share) {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share];
}

function distance(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function farthest(points, from) {
  let at = 0;
  for (let index = 1; index < points.length; index += 1) {
    if (distance(points[index], from) > distance(points[at], from)) at = index;
  }
  return at;
}

function distanceToLine(point, a, b) {
  const length = distance(a, b);
  if (length === 0) return distance(point, a);
  const share = Math.min(
    1,
    Math.max(0, ((point[0] - a[0]) * (b[0] - a[0]) + (point[1] - a[1]) * (b[1] - a[1])) / (length * length)),
  );
  return distance(point, between(a, b, share));
}
