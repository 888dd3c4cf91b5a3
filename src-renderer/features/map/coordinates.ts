import gcoord from 'gcoord';
import type { CoordinateSystem } from '../../../src-shared/map/map.protocol.ts';

/** Degrees, longitude first, as maps have it. */
export type Position = [longitude: number, latitude: number];

const systems = { wgs84: gcoord.WGS84, gcj02: gcoord.GCJ02, bd09: gcoord.BD09 } as const;

/** A stored position (WGS-84) in the system a basemap is in. Outside China the systems are one for GCJ-02. */
export function toDisplay(position: Position, system: CoordinateSystem): Position {
  return convert(position, 'wgs84', system);
}

/** A place pointed at on a basemap of that system, as it is stored (WGS-84). */
export function fromDisplay(position: Position, system: CoordinateSystem): Position {
  return convert(position, system, 'wgs84');
}

/** Polygons in the system a basemap is in; what is given stays as it is. */
export function polygonsToDisplay(polygons: Position[][][], system: CoordinateSystem): Position[][][] {
  if (system === 'wgs84') return polygons;
  return polygons.map((rings) => rings.map((ring) => ring.map((position) => toDisplay(position, system))));
}

function convert([longitude, latitude]: Position, from: CoordinateSystem, to: CoordinateSystem): Position {
  if (from === to) return [longitude, latitude];
  const [x = longitude, y = latitude] = gcoord.transform([longitude, latitude], systems[from], systems[to]);
  return [x, y];
}
