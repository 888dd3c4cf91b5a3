import sketch from '../../../assets/map/districts.geojson?raw';
import type { District } from '../../../src-shared/cameras/cameras.protocol.ts';

/** A district as an SVG path, and where its name stands. */
export interface DistrictPath {
  district: District;
  path: string;
  label: readonly [x: number, y: number];
}

interface Sketch {
  features: {
    properties: { district: District; labelLongitude: number; labelLatitude: number };
    geometry:
      { type: 'Polygon'; coordinates: number[][][] } | { type: 'MultiPolygon'; coordinates: number[][][][] };
  }[];
}

/** Drawn units for a degree of latitude; one of longitude is shorter by the cosine of the latitude of Xianning. */
const unitsPerDegree = 1_000;
const shortening = Math.cos((29.6 * Math.PI) / 180);

const x = (longitude: number): number => Math.round((longitude - 113) * unitsPerDegree * shortening);
const y = (latitude: number): number => Math.round((30.5 - latitude) * unitsPerDegree);

/** The sketch of the six districts that every surface has. It is part of the page, so nothing is fetched. */
export const districtPaths: readonly DistrictPath[] = (JSON.parse(sketch) as Sketch).features.map(
  ({ properties, geometry }) => {
    const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
    const rings = polygons.flat();
    return {
      district: properties.district,
      path: rings
        .map(
          (ring) =>
            `M${ring.map(([longitude = 0, latitude = 0]) => `${x(longitude)} ${y(latitude)}`).join('L')}Z`,
        )
        .join(''),
      label: [x(properties.labelLongitude), y(properties.labelLatitude)],
    };
  },
);

/** The part of the drawing that has districts in it. */
export const districtsBox: string = (() => {
  const numbers = districtPaths.flatMap(({ path }) => [...path.matchAll(/(-?\d+) (-?\d+)/g)]);
  const xs = numbers.map(([, one]) => Number(one));
  const ys = numbers.map(([, , one]) => Number(one));
  const [left, top] = [Math.min(...xs) - 30, Math.min(...ys) - 30];
  return `${left} ${top} ${Math.max(...xs) - left + 30} ${Math.max(...ys) - top + 30}`;
})();
