import gcoordModule from 'gcoord';

/** gcoord's types describe an ES module, while Node loads its CommonJS build: what is typed as `default` is the module. */
const gcoord = gcoordModule as unknown as typeof gcoordModule.default;

/** Degrees. */
export interface GeographicPoint {
  latitude: number;
  longitude: number;
}

/** The coordinate systems positions come in: phones give WGS-84, Chinese map vendors the other two. */
export type CoordinateSystem = 'wgs84' | 'gcj02' | 'bd09';

/** A point of any of the systems in WGS-84, the one that is stored. */
export function toWgs84({ latitude, longitude }: GeographicPoint, system: CoordinateSystem): GeographicPoint {
  if (system === 'wgs84') return { latitude, longitude };
  const source = system === 'gcj02' ? gcoord.GCJ02 : gcoord.BD09;
  const [east, north] = gcoord.transform([longitude, latitude], source, gcoord.WGS84);
  return { latitude: north, longitude: east };
}
