import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl';
import seatsUrl from '../../../assets/map/seats.geojson?url';
import waterUrl from '../../../assets/map/water.geojson?url';
import { mapColours } from './mapColours.ts';

/** What words on the map are drawn with. */
export interface MapWords {
  language: string;
  /** 1 on a screen of 1080 lines. */
  scale: number;
}

/** Fonts of the surfaces; glyphs are drawn by the browser itself, so that no server of glyphs is needed. */
export const mapFonts = ['Noto Sans CJK SC', 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', 'sans-serif'];
export const boldMapFonts = ['Noto Sans CJK SC Bold', 'Noto Sans SC Bold', 'PingFang SC', 'sans-serif'];

/** A style with nothing but a dark ground. */
export function emptyStyle(
  sources: Record<string, SourceSpecification>,
  layers: LayerSpecification[],
): StyleSpecification {
  return {
    version: 8,
    sources,
    layers: [
      { id: 'around', type: 'background', paint: { 'background-color': mapColours.around } },
      ...layers,
    ],
  };
}

/** The sources of the offline map: water. The names of towns come on top of the districts (`seatLayers`). */
export function offlineSources(): Record<string, SourceSpecification> {
  return {
    water: { type: 'geojson', data: absolute(waterUrl), tolerance: 0.6 },
    seats: { type: 'geojson', data: absolute(seatsUrl) },
  };
}

/** Water, from areas to brooks. */
export function waterLayers(scale: number): LayerSpecification[] {
  return [
    {
      id: 'water-areas',
      type: 'fill',
      source: 'water',
      filter: ['==', ['get', 'kind'], 'water'],
      paint: { 'fill-color': mapColours.water, 'fill-antialias': false },
    },
    {
      id: 'islands',
      type: 'fill',
      source: 'water',
      filter: ['==', ['get', 'kind'], 'island'],
      paint: { 'fill-color': mapColours.land, 'fill-antialias': false },
    },
    {
      id: 'rivers',
      type: 'line',
      source: 'water',
      filter: ['all', ['==', ['get', 'kind'], 'river'], ['>', ['get', 'level'], 1]],
      minzoom: 7.5,
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': mapColours.waterLine,
        'line-width': ['interpolate', ['linear'], ['zoom'], 8, 0.8 * scale, 12, 2.2 * scale],
      },
    },
    {
      id: 'yangtze',
      type: 'line',
      source: 'water',
      filter: ['all', ['==', ['get', 'kind'], 'river'], ['==', ['get', 'level'], 1]],
      layout: { 'line-join': 'round', 'line-cap': 'round' },
      paint: {
        'line-color': mapColours.water,
        'line-width': [
          'interpolate',
          ['exponential', 1.8],
          ['zoom'],
          7,
          2 * scale,
          9,
          5 * scale,
          12,
          20 * scale,
        ],
      },
    },
  ];
}

/** Names of cities and county seats, with a dot where they are. */
export function seatLayers({ language, scale }: MapWords): LayerSpecification[] {
  const name = language === 'en' ? 'nameEn' : 'name';
  const rank = ['get', 'rank'];
  return [
    {
      id: 'seats',
      type: 'symbol',
      source: 'seats',
      filter: ['step', ['zoom'], ['<=', ['get', 'rank'], 3], 8.5, true],
      layout: {
        'text-field': ['get', name],
        'text-font': mapFonts,
        'text-size': ['match', rank, 1, 14 * scale, 2, 13 * scale, 12 * scale] as never,
        'text-variable-anchor': ['top', 'bottom', 'left', 'right'],
        'text-radial-offset': ['match', rank, 1, 1.7, 2, 1.6, 0.5] as never,
        'symbol-sort-key': ['get', 'rank'],
      },
      paint: {
        'text-color': ['match', rank, [1, 2], mapColours.words, mapColours.wordsFaint] as never,
        'text-halo-color': mapColours.halo,
        'text-halo-width': 1.2 * scale,
      },
    },
  ];
}

/** A worker has no page to resolve an address against. */
function absolute(url: string): string {
  return new URL(url, window.location.href).href;
}
