import { addProtocol, type LayerSpecification, type SourceSpecification } from 'maplibre-gl';
import { FetchSource, PMTiles, Protocol } from 'pmtiles';
import type { OperatorBasemap } from '../../../src-shared/map/map.protocol.ts';
import { mapFonts, type MapWords } from './baseStyle.ts';
import { mapColours } from './mapColours.ts';

const sourceName = 'basemap';
let protocol: Protocol | undefined;

/** The operator's basemap as sources and layers in the map's own dark style. Rejects when the archive cannot be read. */
export async function operatorStyle(
  basemap: OperatorBasemap,
  words: MapWords,
): Promise<{
  sources: Record<string, SourceSpecification>;
  ground: LayerSpecification[];
  names: LayerSpecification[];
}> {
  const address = new URL(basemap.url, window.location.href).href;
  const archive = new PMTiles(new FetchSource(address));
  if (protocol === undefined) {
    protocol = new Protocol();
    addProtocol('pmtiles', protocol.tile);
  }
  protocol.add(archive);
  await archive.getHeader();
  const url = `pmtiles://${address}`;
  if (basemap.tiles === 'raster') {
    return {
      sources: { [sourceName]: { type: 'raster', url, tileSize: 256 } },
      // Basemaps are mostly made for paper and daylight. They are greyed and darkened, so that colours keep their meaning for
      // alerts.
      ground: [
        {
          id: 'basemap',
          type: 'raster',
          source: sourceName,
          paint: {
            'raster-saturation': -0.75,
            'raster-brightness-max': 0.62,
            'raster-fade-duration': 0,
          },
        },
      ],
      names: [],
    };
  }
  const layers = layersOf(await archive.getMetadata());
  return {
    sources: { [sourceName]: { type: 'vector', url } },
    ground: groundLayers(layers),
    names: nameLayers(layers, words),
  };
}

/** Names of the layers an archive says it has. */
export function layersOf(metadata: unknown): Set<string> {
  const layers = (metadata as { vector_layers?: unknown } | null)?.vector_layers;
  if (!Array.isArray(layers)) return new Set();
  return new Set(
    layers.flatMap((layer: unknown) => {
      const id = (layer as { id?: unknown } | null)?.id;
      return typeof id === 'string' ? [id] : [];
    }),
  );
}

/** Land, water, green, roads and houses under the names of Protomaps and of OpenMapTiles, as far as there are any. */
function groundLayers(layers: ReadonlySet<string>): LayerSpecification[] {
  const fill = (layer: string, colour: string, minzoom = 0): LayerSpecification => ({
    id: `basemap-${layer}`,
    type: 'fill',
    source: sourceName,
    'source-layer': layer,
    minzoom,
    filter: ['==', ['geometry-type'], 'Polygon'],
    paint: { 'fill-color': colour },
  });
  const line = (layer: string, colour: string, width: number): LayerSpecification => ({
    id: `basemap-${layer}-lines`,
    type: 'line',
    source: sourceName,
    'source-layer': layer,
    filter: ['==', ['geometry-type'], 'LineString'],
    layout: { 'line-join': 'round' },
    paint: {
      'line-color': colour,
      'line-width': ['interpolate', ['exponential', 1.5], ['zoom'], 7, width * 0.5, 12, width, 16, width * 5],
    },
  });
  const known: [string, LayerSpecification[]][] = [
    ['earth', [fill('earth', mapColours.land)]],
    ['landcover', [fill('landcover', '#171c1d')]],
    ['landuse', [fill('landuse', '#191d1f', 10)]],
    ['water', [fill('water', mapColours.water), line('water', mapColours.waterLine, 1)]],
    ['waterway', [line('waterway', mapColours.waterLine, 1)]],
    ['buildings', [fill('buildings', '#20262b', 14)]],
    ['building', [fill('building', '#20262b', 14)]],
    ['roads', [line('roads', '#2f373e', 1.2)]],
    ['transportation', [line('transportation', '#2f373e', 1.2)]],
  ];
  return known.flatMap(([layer, made]) => (layers.has(layer) ? made : []));
}

/** Names of places, in the language of the screen where the archive has it. */
function nameLayers(layers: ReadonlySet<string>, { language, scale }: MapWords): LayerSpecification[] {
  const layer = ['places', 'place'].find((name) => layers.has(name));
  if (layer === undefined) return [];
  const wanted = language === 'en' ? ['name:en', 'name:latin'] : ['name:zh-Hans', 'name:zh'];
  return [
    {
      id: 'basemap-names',
      type: 'symbol',
      source: sourceName,
      'source-layer': layer,
      layout: {
        'text-field': ['coalesce', ...wanted.map((name) => ['get', name]), ['get', 'name'], ''] as never,
        'text-font': mapFonts,
        'text-size': 12 * scale,
        'text-variable-anchor': ['center', 'top', 'bottom'],
        'text-radial-offset': 1.4,
      },
      paint: {
        'text-color': mapColours.wordsFaint,
        'text-halo-color': mapColours.halo,
        'text-halo-width': 1.2 * scale,
      },
    },
  ];
}
