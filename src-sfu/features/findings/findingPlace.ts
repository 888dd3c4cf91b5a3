import type { FindingActor } from '../../../src-shared/findings/finding.ts';
import type { FindingContent, FindingStep } from '../../../src-shared/findings/findings.protocol.ts';
import type { OrderPlace } from '../../../src-shared/orders/orders.protocol.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf } from '../../../src-shared/protocol/index.ts';
import type { Resource } from '../../../src-shared/session/principal.ts';

/** Where things are, for a finding that is written from a site, an order or an alert. */
export interface FindingSources {
  /** A site of the registry as a place. */
  site(siteId: string): OrderPlace | undefined;
  /** The site of a camera. */
  siteOfCamera(cameraId: string): string | undefined;
  /** An order, with everybody who has it or had it, and when it was written. */
  order(orderId: string): Promise<
    | {
        place: OrderPlace;
        alertId?: string | undefined;
        memberIds: readonly string[];
        createdAtMs: number;
      }
    | undefined
  >;
  /** Where an alert is; `place` is undefined for one of a camera that the registry does not know. */
  alert(alertId: string): Promise<{ place: OrderPlace | undefined } | undefined>;
}

/** Where a finding is, and what it comes from. */
export interface FindingOrigin {
  place: OrderPlace;
  orderId?: string;
  alertId?: string;
}

/** Everything that is written of a new finding. */
export interface NewFinding {
  findingId: string;
  origin: FindingOrigin;
  content: FindingContent;
  by: FindingActor;
  happenedAtMs: number;
  position?: FindingStep['position'];
}

/** Whose a finding is: its district's; one without a district is for those who work for the whole city. */
export function findingResource({ place }: { place: OrderPlace }): Resource {
  return { district: place.district };
}

/** Where a finding is that a desk writes. What the desk names must be of one site. */
export async function findingOrigin(
  { siteId, orderId, alertId, cameraId }: InputOf<'findings:create'>,
  sources: FindingSources,
): Promise<Ack<FindingOrigin>> {
  const order = orderId === undefined ? undefined : await sources.order(orderId);
  if (orderId !== undefined && order === undefined) {
    return refuse('not_found', 'There is no such order.', { reason: 'findings.no_such_order' });
  }
  const alert = alertId === undefined ? undefined : await sources.alert(alertId);
  if (alertId !== undefined && alert === undefined) {
    return refuse('not_found', 'There is no such alert.', { reason: 'findings.no_such_alert' });
  }
  const site = siteId === undefined ? undefined : sources.site(siteId);
  const ofCamera = cameraId === undefined ? undefined : sources.siteOfCamera(cameraId);
  const noSite = (): Ack<never> =>
    refuse('not_found', 'This site is not in the registry any more. Choose another.', {
      reason: 'findings.no_such_site',
    });
  if (siteId !== undefined && site === undefined) return noSite();
  const place =
    site ?? order?.place ?? alert?.place ?? (ofCamera === undefined ? undefined : sources.site(ofCamera));
  if (place === undefined) return noSite();
  const named = [siteId, order?.place.siteId, alert?.place?.siteId, ofCamera].filter(
    (id) => id !== undefined,
  );
  if (new Set(named).size > 1) {
    return refuse('bad_request', 'The site, the order, the alert and the camera are not of one site.', {
      reason: 'findings.places_differ',
    });
  }
  const camera = (ofCamera === undefined ? undefined : cameraId) ?? place.cameraId ?? alert?.place?.cameraId;
  const source = alertId ?? order?.alertId;
  return ok({
    place: { ...place, ...(camera === undefined ? {} : { cameraId: camera }) },
    ...(orderId === undefined ? {} : { orderId }),
    ...(source === undefined ? {} : { alertId: source }),
  });
}

/** The parts of a site, of an alert's place or of a camera as a place. */
export function placeOf(site: {
  id: string;
  name: string;
  nameEn?: string | undefined;
  district: OrderPlace['district'];
  address?: string | undefined;
  position?: { latitude: number; longitude: number } | undefined;
  cameraId?: string | undefined;
}): OrderPlace {
  return {
    siteId: site.id,
    name: site.name.slice(0, 100),
    ...(site.nameEn === undefined || site.nameEn === '' ? {} : { nameEn: site.nameEn.slice(0, 100) }),
    ...(site.district === undefined ? {} : { district: site.district }),
    ...(site.address === undefined ? {} : { address: site.address.slice(0, 200) }),
    ...(site.position ?? {}),
    ...(site.cameraId === undefined ? {} : { cameraId: site.cameraId }),
  };
}
