/** A small still picture of the whole city, drawn once without WebGL: it costs a wall of running videos nothing. */
import seatsUrl from '../../../assets/map/seats.geojson?url';
import waterUrl from '../../../assets/map/water.geojson?url';
import type { District } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { MapSettings } from '../../../src-shared/map/map.protocol.ts';
import type { Position } from './coordinates.ts';
import { readDistrictShapes, type DistrictShape } from './districtShapes.ts';
import { mapColours } from './mapColours.ts';

/** What an inset is drawn from: districts, water, county seats. WGS-84. */
export interface InsetGround {
  shapes: readonly DistrictShape[];
  water: readonly WaterFeature[];
  seats: readonly SeatFeature[];
}

interface WaterFeature {
  properties: { kind: 'river' | 'water' | 'island'; level?: number };
  geometry:
    { type: 'MultiLineString'; coordinates: Position[][] } | { type: 'Polygon'; coordinates: Position[][] };
}

interface SeatFeature {
  properties: { name: string; nameEn: string; rank: number };
  geometry: { coordinates: Position };
}

/** West, south, east, north of what is shown: the city with a margin. WGS-84 degrees. */
const bounds = { west: 113.5, south: 28.96, east: 114.98, north: 30.27 } as const;
const middleLatitude = (bounds.south + bounds.north) / 2;
/** Degrees of longitude are this much shorter than those of latitude here. */
const shortening = Math.cos((middleLatitude * Math.PI) / 180);
/** Width by height of the picture. */
export const insetShape = ((bounds.east - bounds.west) * shortening) / (bounds.north - bounds.south);
/** County seats are named, the cities around are not. */
const lowestRankNamed = 2;

/** Reads what every inset of this page is drawn from. Rejects when the hub does not answer. */
export async function readInsetGround(districts: MapSettings['districts']): Promise<InsetGround> {
  const [shapes, water, seats] = await Promise.all([
    readDistrictShapes(districts, 'wgs84').catch(() => readDistrictShapes(undefined, 'wgs84')),
    read<WaterFeature>(waterUrl),
    read<SeatFeature>(seatsUrl),
  ]);
  return { shapes, water, seats };
}

/** Where a position is in the picture, in shares of its width and height from the top left; may lie outside 0…1. */
export function placeInInset([longitude, latitude]: Position): { x: number; y: number } {
  return {
    x: (longitude - bounds.west) / (bounds.east - bounds.west),
    y: (bounds.north - latitude) / (bounds.north - bounds.south),
  };
}

/** Shares of the picture about its mark in which no name is written. */
const clearance = { x: 0.22, y: 0.09 } as const;

/** Draws the city with one district standing out, and room about the mark. Sizes are in the canvas's own pixels. */
export function drawInset(
  canvas: HTMLCanvasElement,
  ground: InsetGround,
  options: {
    widthPx: number;
    heightPx: number;
    textPx: number;
    district: District;
    /** Where the mark is, in shares of the picture. */
    mark: { x: number; y: number };
    language: string;
  },
): void {
  const { widthPx, heightPx, textPx, district, mark, language } = options;
  canvas.width = widthPx;
  canvas.height = heightPx;
  const pen = canvas.getContext('2d');
  if (pen === null) return;
  const line = Math.max(1, heightPx / 220);
  const trace = (paths: readonly Position[][]): void => {
    pen.beginPath();
    for (const path of paths) {
      for (const [index, position] of path.entries()) {
        const { x, y } = placeInInset(position);
        if (index === 0) pen.moveTo(x * widthPx, y * heightPx);
        else pen.lineTo(x * widthPx, y * heightPx);
      }
    }
  };

  pen.fillStyle = mapColours.around;
  pen.fillRect(0, 0, widthPx, heightPx);
  for (const shape of ground.shapes) {
    trace(shape.polygons.flat());
    pen.fillStyle = shape.district === district ? mapColours.districtShades[3] : mapColours.districtShades[1];
    pen.fill('evenodd');
  }
  for (const { properties, geometry } of ground.water) {
    trace(geometry.coordinates);
    if (properties.kind === 'river') {
      pen.strokeStyle = properties.level === 1 ? mapColours.water : mapColours.waterLine;
      pen.lineWidth = properties.level === 1 ? line * 3 : line;
      pen.stroke();
    } else {
      pen.fillStyle = properties.kind === 'water' ? mapColours.water : mapColours.districtShades[1];
      pen.fill('evenodd');
    }
  }
  for (const shape of ground.shapes) {
    trace(shape.polygons.flat());
    pen.strokeStyle = mapColours.districtLine;
    pen.lineWidth = line;
    pen.stroke();
  }
  pen.font = `${textPx}px 'Noto Sans CJK SC', 'Noto Sans SC', 'Microsoft YaHei', sans-serif`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.lineJoin = 'round';
  for (const { properties, geometry } of ground.seats) {
    if (properties.rank > lowestRankNamed) continue;
    const { x, y } = placeInInset(geometry.coordinates);
    if (Math.abs(x - mark.x) < clearance.x && Math.abs(y - mark.y) < clearance.y) continue;
    const name = language === 'en' ? properties.nameEn : properties.name;
    pen.lineWidth = textPx / 4;
    pen.strokeStyle = mapColours.halo;
    pen.strokeText(name, x * widthPx, y * heightPx);
    pen.fillStyle = mapColours.words;
    pen.fillText(name, x * widthPx, y * heightPx);
  }
}

async function read<Feature>(url: string): Promise<Feature[]> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`the inset map was answered with ${answer.status}`);
  return ((await answer.json()) as { features: Feature[] }).features;
}
