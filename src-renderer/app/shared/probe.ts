import type { CityMap } from '../../features/map/cityMap.ts';
import type { MapView } from '../../features/map/mapStore.ts';
import type { Receiver } from '../../media/receiver.ts';
import type { TileState } from '../../ui/tile/tileState.ts';

/** One tile as the bench and the tests read it. Times are Unix milliseconds of the hub's clock. */
export interface ProbedTile {
  tileId: string;
  cameraId: string | undefined;
  state: TileState;
  /** Pictures the browser presented since this camera came to the tile. */
  framesPresented: number;
  lastFrameAtMs: number | undefined;
  /** Milliseconds from asking for the camera to its first picture of any kind: key picture or live frame. */
  firstPictureMs: number | undefined;
  /** Milliseconds from asking for the camera to its first live frame. */
  firstFrameMs: number | undefined;
  /** When the first picture was there, and how old it was by then. */
  firstPictureAtMs: number | undefined;
  firstPictureAgeMs: number | undefined;
  /** Whether the tile shows any picture now, live or not. */
  hasPicture: boolean;
}

/**
 * `window.mingchuProbe`: what bench and tests read of a page. It changes nothing and costs nothing until it is
 * called. The playing video of a tile is the one with a source among `video[data-camera-id="…"]` within `[data-tile-id="…"]`.
 */
export interface Probe {
  tiles(): ProbedTile[];
  /** The map on the page, while there is one: where it looks, and what was drawn on it so far. */
  map(): (ReturnType<CityMap['figures']> & MapView) | undefined;
  /** Where a site is on the page, in pixels. */
  siteOnMap(siteId: string): { x: number; y: number } | undefined;
  /** On a screen of the wall: its reading of the hub's clock, Unix milliseconds. */
  hubNowMs?(): number;
  /** PeerConnections of this page: made ever (one more than transports, for asking the browser's codecs), open now. */
  peerConnections(): { ever: number; now: number };
}

declare global {
  interface Window {
    mingchuProbe?: Probe;
  }
}

/** What a probe reads from. */
export interface ProbedParts {
  receiver: Pick<Receiver, 'report' | 'hasPicture' | 'peerConnections'>;
  /** The map on the page, while there is one. */
  map: { readonly map: CityMap | undefined };
}

/** The parts of a probe that are the same on each surface that shows pictures and a map. */
export function createProbe({ receiver, map }: ProbedParts): Omit<Probe, 'tiles'> {
  return {
    map: () => map.map && { ...map.map.figures(), ...map.map.view() },
    siteOnMap: (siteId) => map.map?.placeOf(siteId),
    peerConnections: () => receiver.peerConnections,
  };
}

/** What a probe answers about one tile. */
export function probeTile(
  receiver: ProbedParts['receiver'],
  targetId: string,
  tile: Pick<ProbedTile, 'tileId' | 'cameraId' | 'state'>,
): ProbedTile {
  const clock = receiver.report(targetId)?.clock;
  return {
    ...tile,
    framesPresented: clock?.framesPresented ?? 0,
    lastFrameAtMs: clock?.lastFrameAtMs,
    firstPictureMs: clock?.firstPictureMs,
    firstFrameMs: clock?.firstFrameMs,
    firstPictureAtMs: clock?.firstPictureAtMs,
    firstPictureAgeMs: clock?.firstPictureAgeMs,
    hasPicture: receiver.hasPicture(targetId),
  };
}
