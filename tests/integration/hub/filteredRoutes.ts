import { createHash } from 'node:crypto';
import { expectedRoutes } from '../../unit/sfu/authorityTables.ts';

/** The routes that answer by the scope of the asker. */
export const filteredRoutes = Object.entries(expectedRoutes)
  .filter(([, expected]) => expected[1] === 'filtered')
  .map(([route]) => route);

/** One request to a route: the path with its query, and what is sent along. */
export interface Asked {
  path: string;
  json?: object;
  bytes?: Buffer;
  offer?: string;
  /** With a key for pictures of the county or of the whole city, and not as a supervisor. */
  byKey?: 'county' | 'city';
}

/** How the answer of one route is checked. Who asks is a supervisor of the county. */
export type RouteCheck =
  /** The answer has `mine`; that to the whole city's supervisor has `theirs` as well. */
  | { asked: Asked; mine: string; theirs: string }
  /** The status and, of a refusal, its code: about the county's thing, and about another district's. */
  | { own: Asked; other: Asked; answers: readonly [own: string, other: string] }
  /** The answer is the same for everybody, for this reason. */
  | { same: string };

/** What the stage of the test has of the county and of another district. */
export interface RouteStage {
  alerts: Record<'own' | 'other', string>;
  cameraIds: Record<'own' | 'other', string>;
  siteIds: Record<'own' | 'other', string>;
  devices: Record<'own' | 'other', string>;
  /** Alerts with a snapshot. */
  pictured: Record<'own' | 'other', string>;
  jpeg: Buffer;
}

const ofPublic = 'what a softened picture shows is for everybody: its site has agreed';
const outlines = 'streets and the borders of all districts are drawn on every map';
const ofSession = 'a session is of the key alone that began it (whepSessions.test.ts)';

/** What is sent to announce a photograph of an order. */
export function announcementOf(jpeg: Buffer, attachmentId: string, orderId: string): object {
  const sha256 = createHash('sha256').update(jpeg).digest('hex');
  const owner = { kind: 'order', id: orderId };
  return { attachmentId, owner, kind: 'photograph', bytes: jpeg.byteLength, sha256, ageMs: 0 };
}

/** A check of each filtered route: a new one without a check fails the test. In their order: later ones read what earlier ones wrote. */
export function routeChecks({
  alerts,
  cameraIds,
  siteIds,
  devices,
  pictured,
  jpeg,
}: RouteStage): Record<string, RouteCheck> {
  type Side = 'own' | 'other';
  const lists = (path: string, mine: string, theirs: string): RouteCheck => ({
    asked: { path },
    mine,
    theirs,
  });
  const decides = (
    of: (side: Side) => Asked | string,
    own = '200',
    other = '403 outside_scope',
  ): RouteCheck => {
    const asked = (side: Side): Asked => {
      const made = of(side);
      return typeof made === 'string' ? { path: made } : made;
    };
    return { own: asked('own'), other: asked('other'), answers: [own, other] };
  };
  const content = { class: 2, clauses: [], words: '地面积水' };
  const command = (side: Side) => ({ commandId: `route-${side}`, revision: 1 });
  const orderContent = (side: Side) => ({
    ...{ kind: 'other', priority: 2, instructions: '', checklist: [] },
    place: { name: '灶台', district: side === 'own' ? '咸安区' : '通城县', siteId: siteIds[side] },
  });
  return {
    'GET /api/v1/cameras/:cameraId/poster.jpg': decides(
      // Neither has sent a picture.
      (side) => `/api/v1/cameras/${cameraIds[side]}/poster.jpg`,
      '404 no_picture',
      '404 not_found',
    ),
    'GET /public/stills/:name': { same: ofPublic },
    'GET /map/basemap.pmtiles': { same: outlines },
    'GET /map/districts.geojson': { same: outlines },
    'GET /whep': { asked: { path: '/whep', byKey: 'county' }, mine: cameraIds.own, theirs: cameraIds.other },
    'POST /whep/:cameraId': decides(
      (side) => ({ path: `/whep/${cameraIds[side]}`, offer: 'no offer', byKey: 'county' }),
      '400 malformed_sdp',
      '404 unknown_camera',
    ),
    'PATCH /whep/:cameraId/:sessionId': { same: ofSession },
    'DELETE /whep/:cameraId/:sessionId': { same: ofSession },
    'GET /api/v1/whip-devices': lists('/api/v1/whip-devices', 'recorder of ann', 'recorder of chen'),
    'POST /api/v1/whip-devices': decides(
      (side) => ({
        path: '/api/v1/whip-devices',
        json: { name: `second of ${side}`, memberId: side === 'own' ? 'ann' : 'chen' },
      }),
      '201',
      '403 outside_scope',
    ),
    'DELETE /api/v1/whip-devices/:deviceId': decides(
      (side) => `/api/v1/whip-devices/${devices[side]}`,
      '200',
      '404 not_found',
    ),
    'GET /api/v1/alerts/:alertId': decides(
      (side) => `/api/v1/alerts/${alerts[side]}`,
      '200',
      '404 not_found',
    ),
    'GET /api/v1/alerts/:alertId/snapshot.jpg': decides(
      (side) => `/api/v1/alerts/${pictured[side]}/snapshot.jpg`,
      '200',
      '404 not_found',
    ),
    'GET /api/v1/alerts/:alertId/recording.mp4': decides(
      (side) => `/api/v1/alerts/${alerts[side]}/recording.mp4`,
      '404 no_recorder',
      '404 not_found',
    ),
    'POST /api/v1/attachments': decides(
      (side) => ({
        path: '/api/v1/attachments',
        json: announcementOf(jpeg, `of-county-${side}`, `order-${side}`),
      }),
      '200',
      '404 not_found',
    ),
    'GET /api/v1/attachments/:attachmentId/upload': decides(
      (side) => `/api/v1/attachments/${side === 'own' ? 'of-county-own' : 'of-city-other'}/upload`,
      '200',
      '404 not_found',
    ),
    'PUT /api/v1/attachments/:attachmentId/upload': decides(
      (side) => ({
        path: `/api/v1/attachments/${side === 'own' ? 'of-county-own' : 'of-city-other'}/upload?offset=0`,
        bytes: jpeg,
      }),
      '200',
      '404 not_found',
    ),
    'GET /api/v1/attachments/:attachmentId/file': decides(
      (side) => `/api/v1/attachments/of-city-${side}/file`,
      '200',
      '404 not_found',
    ),
    'GET /api/v1/attachments/:attachmentId/thumbnail.jpg': decides(
      (side) => `/api/v1/attachments/of-city-${side}/thumbnail.jpg`,
      '200',
      '404 not_found',
    ),
    'GET /api/v1/board/export': lists('/api/v1/board/export?table=falseAlarms', '咸安食堂', '通城食堂'),
    'GET /api/v1/timeline.html': decides((side) => `/api/v1/timeline.html?type=site&id=${siteIds[side]}`),
    // What is of nobody is not printed, so that no browser is started.
    'GET /api/v1/timeline.pdf': decides(
      (side) => `/api/v1/timeline.pdf?type=site&id=${side === 'own' ? 'of-nobody' : siteIds.other}`,
      '404 not_found',
      '403 outside_scope',
    ),
    'GET /api/v1/public/codes.pdf': decides(
      (side) => `/api/v1/public/codes.pdf?siteId=${siteIds[side]}`,
      '200',
      '404 no_site_agreed',
    ),
    'GET /api/v1/shifts/:shiftId/handover.html': decides(
      (side) => `/api/v1/shifts/shift-${side}/handover.html`,
      '200',
      '404 not_found',
    ),
    'GET /api/v1/alerts.csv': lists('/api/v1/alerts.csv', '咸安食堂', '通城食堂'),
    'GET /api/v1/false-alarms': lists('/api/v1/false-alarms', cameraIds.own, cameraIds.other),
    'GET /api/v1/orders': lists('/api/v1/orders', 'order-own', 'order-other'),
    'GET /api/v1/orders/:orderId': decides((side) => `/api/v1/orders/order-${side}`),
    'POST /api/v1/orders': decides(
      (side) => ({
        path: '/api/v1/orders',
        json: { orderId: `route-${side}`, content: orderContent(side) },
      }),
      '201',
      '403 outside_scope',
    ),
    'POST /api/v1/orders/:orderId/commands': decides((side) => ({
      path: `/api/v1/orders/order-${side}/commands`,
      json: { ...command(side), deed: { type: 'note', note: '已联系' } },
    })),
    'GET /api/v1/findings': lists('/api/v1/findings', 'finding-own-2', 'finding-other-2'),
    'GET /api/v1/findings/:findingId': decides((side) => `/api/v1/findings/finding-${side}-2`),
    'POST /api/v1/findings': decides(
      (side) => ({
        path: '/api/v1/findings',
        json: { findingId: `route-${side}`, siteId: siteIds[side], content },
      }),
      '201',
      '403 outside_scope',
    ),
    'POST /api/v1/findings/:findingId/commands': decides((side) => ({
      path: `/api/v1/findings/finding-${side}-2/commands`,
      json: { ...command(side), deed: { type: 'note', words: '已联系' } },
    })),
  };
}
