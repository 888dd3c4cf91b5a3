import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from 'maplibre-gl';
import { boldMapFonts, mapFonts } from './baseStyle.ts';
import { mapColours } from './mapColours.ts';

/** Names of the sources that the city's life is drawn from. */
export const sitesSource = 'sites';
export const districtsSource = 'districts';
export const districtNamesSource = 'district-names';

/** From this zoom on every site stands for itself. */
const lastClusteredZoom = 12;
const clusterRadius = 44;

const worst = (first: unknown, second: unknown, third: unknown, none: unknown): ExpressionSpecification =>
  [
    'case',
    ['>', ['get', 'class1'], 0],
    first,
    ['>', ['get', 'class2'], 0],
    second,
    ['>', ['get', 'class3'], 0],
    third,
    none,
  ] as ExpressionSpecification;
const badge = worst('badge-1', 'badge-2', 'badge-3', '');
/** How many of the worst class there are: a red 7 must not be one rat and six missing gloves. */
const worstCount = worst(['get', 'class1'], ['get', 'class2'], ['get', 'class3'], 0);
const hasAlerts: ExpressionSpecification = ['>', worstCount as never, 0];
/** The card that is drawn, and how many sites of a cluster show it: the worst hides the other. */
const hasRed: ExpressionSpecification = ['>', ['get', 'red'], 0];
const cardCount: ExpressionSpecification = ['case', hasRed, ['get', 'red'], ['get', 'yellow']];
const isCluster: ExpressionSpecification = ['has', 'point_count'];

/** Sites, clustered with the sums of their alerts; districts and their names. */
export function overlaySources(scale: number): Record<string, SourceSpecification> {
  const nothing = { type: 'FeatureCollection' as const, features: [] };
  const sum = (name: string): [string, ExpressionSpecification] => ['+', ['get', name]];
  return {
    [districtsSource]: { type: 'geojson', data: nothing, promoteId: 'district' },
    [districtNamesSource]: { type: 'geojson', data: nothing },
    [sitesSource]: {
      type: 'geojson',
      data: nothing,
      promoteId: 'siteId',
      cluster: true,
      clusterRadius: clusterRadius * scale,
      clusterMaxZoom: lastClusteredZoom,
      clusterProperties: {
        class1: sum('class1') as never,
        class2: sum('class2') as never,
        class3: sum('class3') as never,
        yellow: sum('yellow') as never,
        red: sum('red') as never,
      },
    },
  };
}

/** Districts under the water, so that lakes stay lakes. */
export function districtFillLayers(fillsGround: boolean): LayerSpecification[] {
  const [none, ...shades] = mapColours.districtShades;
  const shade: unknown[] = ['match', ['coalesce', ['feature-state', 'shade'], 0]];
  for (const [index, colour] of shades.entries()) shade.push(index + 1, colour);
  return [
    {
      id: 'district-shades',
      type: 'fill',
      source: districtsSource,
      paint: {
        'fill-color': [...shade, none] as never,
        'fill-antialias': false,
        // Over somebody else's map the ground must stay readable.
        'fill-opacity': [
          'interpolate',
          ['linear'],
          ['zoom'],
          10.5,
          fillsGround ? 1 : 0.45,
          13,
          fillsGround ? 0.5 : 0.1,
        ],
      },
    },
  ];
}

/** Lines of the districts; dashed where they are a sketch. */
export function districtLineLayers(isSketch: boolean, scale: number): LayerSpecification[] {
  return [
    {
      id: 'district-lines',
      type: 'line',
      source: districtsSource,
      layout: { 'line-join': 'round' },
      paint: {
        'line-color': mapColours.districtLine,
        'line-width': 1.2 * scale,
        ...(isSketch ? { 'line-dasharray': [3, 2] } : {}),
      },
    },
  ];
}

/** Names of the districts with their count of the day. */
export function districtNameLayers(scale: number): LayerSpecification[] {
  return [
    {
      id: 'district-names',
      type: 'symbol',
      source: districtNamesSource,
      maxzoom: 12,
      layout: {
        'text-field': [
          'format',
          ['get', 'name'],
          { 'font-scale': 1 },
          '\n',
          {},
          ['get', 'count'],
          { 'font-scale': 0.8 },
        ],
        'text-font': mapFonts,
        'text-size': ['interpolate', ['linear'], ['zoom'], 7, 11 * scale, 10, 16 * scale],
        // It moves aside for sites and alerts.
        'text-variable-anchor': ['center', 'top', 'bottom', 'left', 'right', 'top-left', 'bottom-right'],
        'text-radial-offset': 2,
      },
      paint: {
        'text-color': mapColours.words,
        'text-halo-color': mapColours.halo,
        'text-halo-width': 1.2 * scale,
      },
    },
  ];
}

/** Clusters, sites and what is wrong at them. */
export function siteLayers(scale: number): LayerSpecification[] {
  const always = { 'icon-allow-overlap': true, 'icon-ignore-placement': false } as const;
  const alertBadge = (
    id: string,
    filter: ExpressionSpecification,
    offset: [number, number],
  ): LayerSpecification => ({
    id,
    type: 'symbol',
    source: sitesSource,
    filter: ['all', filter, hasAlerts],
    layout: {
      ...always,
      'icon-image': badge,
      'icon-offset': offset,
      // The shape alone shows one alert.
      'text-field': ['case', ['>', worstCount as never, 1], ['to-string', worstCount as never], ''],
      'text-font': boldMapFonts,
      'text-size': 11 * scale,
      // The middle of a triangle lies lower than that of the others.
      'text-offset': [
        'case',
        ['>', ['get', 'class1'], 0],
        ['literal', [offset[0] / (11 * scale), offset[1] / (11 * scale) + 0.3]],
        ['literal', [offset[0] / (11 * scale), offset[1] / (11 * scale)]],
      ],
      'text-allow-overlap': true,
      'text-ignore-placement': true,
      'symbol-sort-key': worst(3, 2, 1, 0) as never,
    },
    paint: { 'text-color': mapColours.onClass },
  });
  const cards = (id: string, filter: ExpressionSpecification, offset: number): LayerSpecification => ({
    id,
    type: 'symbol',
    source: sitesSource,
    filter: ['all', filter, ['>', cardCount as never, 0]],
    layout: {
      ...always,
      'icon-image': ['case', hasRed, 'card-red', 'card-yellow'],
      // To the left, where no alert and no fault of a camera is.
      'icon-offset': [-offset * scale, -offset * scale],
      'text-field': ['case', ['>', cardCount as never, 1], ['to-string', cardCount as never], ''],
      'text-font': boldMapFonts,
      'text-size': 11 * scale,
      'text-offset': [-(offset + 11) / 11, -offset / 11],
      'text-allow-overlap': true,
      'text-ignore-placement': true,
    },
    paint: {
      'text-color': ['case', hasRed, mapColours.cards.red, mapColours.cards.yellow],
      'text-halo-color': mapColours.halo,
      'text-halo-width': 1.4 * scale,
    },
  });
  return [
    {
      id: 'site-names',
      type: 'symbol',
      source: sitesSource,
      filter: ['!', isCluster],
      minzoom: 13.5,
      layout: {
        'text-field': ['get', 'label'],
        'text-font': mapFonts,
        'text-size': 12 * scale,
        'text-anchor': 'top',
        'text-offset': [0, 1.6],
        'text-max-width': 9,
        'text-optional': true,
      },
      paint: {
        'text-color': mapColours.words,
        'text-halo-color': mapColours.halo,
        'text-halo-width': 1.2 * scale,
      },
    },
    {
      id: 'sites',
      type: 'symbol',
      source: sitesSource,
      filter: ['!', isCluster],
      layout: { ...always, 'icon-image': ['get', 'icon'] },
    },
    {
      id: 'clusters',
      type: 'symbol',
      source: sitesSource,
      filter: isCluster,
      layout: {
        ...always,
        'icon-image': [
          'step',
          ['get', 'point_count'],
          'cluster-small',
          20,
          'cluster-middle',
          100,
          'cluster-large',
        ],
        'text-field': ['get', 'point_count_abbreviated'],
        'text-font': mapFonts,
        'text-size': ['step', ['get', 'point_count'], 12 * scale, 20, 13 * scale, 100, 15 * scale],
        'text-allow-overlap': true,
        'text-ignore-placement': true,
      },
      paint: { 'text-color': mapColours.glyph },
    },
    // A site's class 1 has its own marker over the map.
    alertBadge(
      'site-badges',
      ['all', ['!', isCluster], ['==', ['get', 'class1'], 0]],
      [10 * scale, -10 * scale],
    ),
    alertBadge('cluster-badges', isCluster, [14 * scale, -14 * scale]),
    cards('site-cards', ['!', isCluster], 11),
    cards('cluster-cards', isCluster, 14),
  ];
}
