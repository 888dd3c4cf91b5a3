/** Where the city lies, and what a map must have to show it. */

/** An area in degrees. */
export interface Bounds {
  west: number;
  south: number;
  east: number;
  north: number;
}

/** The whole of Xianning in WGS-84; the other systems differ by half a kilometre. */
export const cityBounds: Bounds = { west: 113.6, south: 29.02, east: 114.9, north: 30.24 };

/** The layers of a vector basemap that are drawn, under the names of Protomaps and of OpenMapTiles. */
export const knownLayers = [
  'earth',
  'landcover',
  'landuse',
  'water',
  'waterway',
  'buildings',
  'building',
  'roads',
  'transportation',
  'places',
  'place',
] as const;

/** Why a file of an operator's map is not used; surfaces have words for each, with what the file has instead. */
export const mapFaultCodes = [
  'basemapElsewhere',
  'basemapSwapped',
  'basemapWithoutBounds',
  'basemapWithoutLayers',
  'districtsElsewhere',
  'districtsSwapped',
  'basemapBroken',
  'basemapIncomplete',
  'basemapVersion',
  'basemapKind',
  'districtsBroken',
  'districtsUnknown',
  'districtsNotDegrees',
  'districtsTooLarge',
  'fileMissing',
  'fileNotReadable',
  'fileNotText',
  'fileNotJson',
  'declarationWrong',
  'fileNotDeclared',
  'fileFailed',
] as const;
export type MapFaultCode = (typeof mapFaultCodes)[number];

/** Whether an area has a part of the city. */
export function showsCity({ west, south, east, north }: Bounds): boolean {
  return (
    west < cityBounds.east && east > cityBounds.west && south < cityBounds.north && north > cityBounds.south
  );
}

/** The area with longitude and latitude exchanged. */
export function swapped({ west, south, east, north }: Bounds): Bounds {
  return { west: south, south: west, east: north, north: east };
}

/** An area in words: `113.60…114.90° E, 29.02…30.24° N`. */
export function boundsText({ west, south, east, north }: Bounds): string {
  const span = (from: number, to: number): string => `${from.toFixed(2)}…${to.toFixed(2)}°`;
  return `${span(west, east)} E, ${span(south, north)} N`;
}
