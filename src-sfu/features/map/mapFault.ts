import type { MapFaultCode } from '../../../src-shared/map/city.ts';

/** A map that would show nothing of the city. The message completes "The basemap FILE …". */
export class MapFault extends Error {
  override name = 'MapFault';
  readonly code: MapFaultCode;
  /** What the file has instead. */
  readonly value: string;

  constructor(code: MapFaultCode, value: string) {
    super(messages[code](value));
    this.code = code;
    this.value = value;
  }
}

const xianning = 'the city lies at 113.60…114.90° E, 29.02…30.24° N';
const messages: Record<MapFaultCode, (value: string) => string> = {
  basemapElsewhere: (value) => `shows ${value}, and ${xianning}: name the archive of this city`,
  basemapSwapped: (value) =>
    `has longitude and latitude exchanged in its bounds (${value}): make it again with bounds as west, south, east, north`,
  basemapWithoutBounds: () =>
    `has no bounds (0, 0, 0, 0), so that nothing of it is drawn: make it again with its bounds`,
  basemapWithoutLayers: (value) =>
    `has no layer that is drawn here (it has ${value}): make it in the layers of Protomaps or OpenMapTiles`,
  districtsElsewhere: (value) => `shows ${value}, and ${xianning}: name the file of this city`,
  districtsSwapped: (value) =>
    `has latitude before longitude (${value}): GeoJSON has longitude first. Exchange them and save it again`,
};
