import type { MapFaultCode } from '../../../src-shared/map/city.ts';

/** A file of an operator's map that cannot be used, or would show nothing of the city. The message completes "The basemap FILE …". */
export class MapFault extends Error {
  override name = 'MapFault';
  readonly code: MapFaultCode;
  /** The value that the file has instead. */
  readonly value: string;

  /** `message` is needed where `messages` has none for the code. */
  constructor(code: keyof typeof messages, value: string);
  constructor(code: MapFaultCode, value: string, message: string);
  constructor(code: MapFaultCode, value: string, message?: string) {
    super(message ?? messages[code as keyof typeof messages](value));
    this.code = code;
    this.value = value;
  }
}

const xianning = 'the city lies at 113.60…114.90° E, 29.02…30.24° N';
const messages = {
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
} satisfies Partial<Record<MapFaultCode, (value: string) => string>>;

/** The code for the fault that `readHandWrittenJson` found in a file. */
export function faultOfRead(message: string): 'fileNotJson' | 'fileNotText' {
  return message.startsWith('is not JSON') ? 'fileNotJson' : 'fileNotText';
}
