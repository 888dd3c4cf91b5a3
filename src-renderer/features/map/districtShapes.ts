import type { GeoJSONSource } from 'maplibre-gl';
import sketchUrl from '../../../assets/map/districts.geojson?url';
import type { District } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { CoordinateSystem, MapSettings } from '../../../src-shared/map/map.protocol.ts';
import { polygonsToDisplay, toDisplay, type Position } from './coordinates.ts';

/** A district as it is drawn, in the system of the basemap. */
export interface DistrictShape {
  district: District;
  label: Position;
  polygons: Position[][][];
}

/** What a map's source takes. */
type SourceData = Parameters<GeoJSONSource['setData']>[0];

interface ShapeFile {
  features: {
    properties: { district: District; labelLongitude: number; labelLatitude: number };
    geometry:
      { type: 'Polygon'; coordinates: Position[][] } | { type: 'MultiPolygon'; coordinates: Position[][][] };
  }[];
}

/** Reads the operator's districts, or the sketch that every surface has. Rejects when they cannot be fetched. */
export async function readDistrictShapes(
  operators: MapSettings['districts'],
  system: CoordinateSystem,
): Promise<DistrictShape[]> {
  const answer = await fetch(operators?.url ?? sketchUrl);
  if (!answer.ok) throw new Error(`the districts were answered with ${answer.status}`);
  const file = (await answer.json()) as ShapeFile;
  return file.features.map(({ properties, geometry }) => ({
    district: properties.district,
    label: toDisplay([properties.labelLongitude, properties.labelLatitude], system),
    polygons: polygonsToDisplay(
      geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates,
      system,
    ),
  }));
}

/** Districts as the data of a map's source. */
export function shapeFeatures(shapes: readonly DistrictShape[]): SourceData {
  return {
    type: 'FeatureCollection',
    features: shapes.map(({ district, polygons }) => ({
      type: 'Feature',
      properties: { district },
      geometry: { type: 'MultiPolygon', coordinates: polygons },
    })),
  };
}

/** Names of the districts, each with its words for the alerts of the day. */
export function nameFeatures(
  shapes: readonly DistrictShape[],
  nameOfDistrict: (district: District) => string,
  countWords: (district: District) => string,
): SourceData {
  return {
    type: 'FeatureCollection',
    features: shapes.map(({ district, label }) => ({
      type: 'Feature',
      properties: { name: nameOfDistrict(district), count: countWords(district) },
      geometry: { type: 'Point', coordinates: label },
    })),
  };
}
