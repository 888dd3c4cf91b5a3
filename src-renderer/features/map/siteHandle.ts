import type { GeoJSONSource, Map as MapLibre, MapMouseEvent } from 'maplibre-gl';
import type { Position } from './coordinates.ts';
import { sitesSource } from './overlayLayers.ts';

/** The handle by which a site is dragged to a tile. */
export interface SiteDrag {
  /** Fills what is dragged; false when there is nothing to drag at that site. */
  start(transfer: DataTransfer, siteId: string): boolean;
  end(): void;
}

export interface SiteHandleOptions {
  map: MapLibre;
  drag: SiteDrag | undefined;
  labelOf(siteId: string): string;
  positionOf(siteId: string): Position | undefined;
  onChosen(siteId: string | undefined): void;
  /** A click where no site is; true when something else was there. */
  onElsewhere(x: number, y: number): boolean;
}

/** Ends what was started. */
export interface SiteHandle {
  destroy(): void;
}

const siteLayersHit = ['site-badges', 'sites'];
const clusterLayersHit = ['cluster-badges', 'clusters'];

/**
 * What the mouse does with sites. Under the mouse a site gets an element of its own over the map: it carries the name, is
 * clicked, and is dragged as any other element, so that a wall's tiles take it like a camera from a list.
 */
export function createSiteHandle(options: SiteHandleOptions): SiteHandle {
  const { map, drag, onChosen } = options;
  const element = document.createElement('div');
  element.className = 'map-site-handle';
  element.hidden = true;
  element.draggable = drag !== undefined;
  const name = document.createElement('span');
  name.className = 'map-site-handle-name';
  element.append(name);
  map.getCanvasContainer().append(element);
  let siteId: string | undefined;
  let frame = 0;
  let dragging = false;

  const hide = (): void => {
    siteId = undefined;
    element.hidden = true;
  };
  const place = (): void => {
    const position = siteId === undefined ? undefined : options.positionOf(siteId);
    if (position === undefined) return hide();
    const { x, y } = map.project(position);
    element.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
  };
  const siteAt = (point: { x: number; y: number }): string | undefined => {
    const [feature] = map.queryRenderedFeatures([point.x, point.y], { layers: siteLayersHit });
    const found: unknown = feature?.properties.siteId;
    return typeof found === 'string' ? found : undefined;
  };

  const onMove = ({ point, originalEvent }: MapMouseEvent): void => {
    if (dragging || frame !== 0 || originalEvent.buttons !== 0) return;
    // At most one check for each drawn picture, because nobody sees more mouse positions than that.
    frame = requestAnimationFrame(() => {
      frame = 0;
      if (map.isMoving()) return hide();
      const found = siteAt(point);
      if (found === siteId) return;
      siteId = found;
      if (found === undefined) return hide();
      name.textContent = options.labelOf(found);
      element.hidden = false;
      place();
    });
  };
  const onClick = ({ point }: MapMouseEvent): void => {
    const site = siteAt(point);
    if (site !== undefined) return onChosen(site);
    const [cluster] = map.queryRenderedFeatures([point.x, point.y], { layers: clusterLayersHit });
    if (cluster !== undefined && cluster.geometry.type === 'Point') {
      return openCluster(
        map,
        Number(cluster.properties.cluster_id),
        cluster.geometry.coordinates as Position,
      );
    }
    if (!options.onElsewhere(point.x, point.y)) onChosen(undefined);
  };
  const onMapMoves = (): void => {
    if (!dragging) hide();
  };

  element.addEventListener('click', (event) => {
    event.stopPropagation();
    if (siteId !== undefined) onChosen(siteId);
  });
  element.addEventListener('mousedown', (event) => event.stopPropagation());
  element.addEventListener('mouseleave', () => {
    if (!dragging) hide();
  });
  element.addEventListener('dragstart', (event) => {
    if (
      siteId === undefined ||
      event.dataTransfer === null ||
      drag?.start(event.dataTransfer, siteId) !== true
    ) {
      return event.preventDefault();
    }
    dragging = true;
  });
  element.addEventListener('dragend', () => {
    dragging = false;
    drag?.end();
    hide();
  });
  map.on('mousemove', onMove);
  map.on('click', onClick);
  map.on('movestart', onMapMoves);
  return {
    destroy() {
      cancelAnimationFrame(frame);
      map.off('mousemove', onMove);
      map.off('click', onClick);
      map.off('movestart', onMapMoves);
      element.remove();
    },
  };
}

/** Looks so close at a cluster that it falls into parts. */
function openCluster(map: MapLibre, clusterId: number, center: Position): void {
  const source = map.getSource<GeoJSONSource>(sitesSource);
  void source
    ?.getClusterExpansionZoom(clusterId)
    .then((zoom) => map.easeTo({ center, zoom: zoom + 0.3, duration: 500 }))
    // The cluster was replaced meanwhile: the next click finds what is there now.
    .catch(() => undefined);
}
