/** Counts the conditions of all cameras of a city, for the duty officer's desk and for reports. Pure. */
import {
  districts,
  siteTypes,
  type CameraEntry,
  type CameraHealth,
  type District,
  type SiteEntry,
  type SiteType,
} from './cameras.protocol.ts';

/** Cameras of one group. */
export interface HealthCounts {
  /** Cameras registered. */
  total: number;
  /** The cameras that were probed or viewed; only their condition is known. */
  checked: number;
  online: number;
  /** Online among those checked, 0…1; undefined while none was checked. */
  onlineRate: number | undefined;
}

/** A camera that is not online, and since when. */
export interface CameraTrouble {
  cameraId: string;
  siteId: string;
  condition: Exclude<CameraHealth['condition'], 'online' | 'unknown'>;
  /** Unix milliseconds of the hub's clock. */
  sinceMs: number;
  checkedAtMs?: number;
  /** It does not get its password until a person allows it. */
  isPasswordWithheld?: true;
  /** The hub's own sentence about it. */
  message?: string;
  /** `host:port` at which its device announces itself now. */
  announcedAt?: string;
}

export interface HealthReport {
  all: HealthCounts;
  /** Only districts and types that have cameras, in the order of the contract. */
  byDistrict: ({ district: District } & HealthCounts)[];
  byType: ({ siteType: SiteType } & HealthCounts)[];
  /** The newest first: what has just happened is what somebody can act on. */
  troubles: CameraTrouble[];
  /** Cameras whose events do not come, so that they bring no alerts, in the order of the directory. */
  unheard: string[];
}

/** What the report is made of: the directory as `cameras:readDirectory` answers it, and health by camera id. */
export interface HealthReportInput {
  sites: readonly Pick<SiteEntry, 'siteId' | 'siteType' | 'district'>[];
  cameras: readonly Pick<CameraEntry, 'cameraId' | 'siteId'>[];
  health: ReadonlyMap<string, CameraHealth>;
}

/** Counts the cameras by district and type, and lists what is wrong. A camera of an unknown site is counted in `all` only. */
export function healthReport({ sites, cameras, health }: HealthReportInput): HealthReport {
  const siteById = new Map(sites.map((site) => [site.siteId, site]));
  const all = noCounts();
  const byDistrict = new Map<District, HealthCounts>();
  const byType = new Map<SiteType, HealthCounts>();
  const troubles: CameraTrouble[] = [];
  for (const { cameraId, siteId } of cameras) {
    const known = health.get(cameraId);
    const site = siteById.get(siteId);
    count(all, known);
    if (site !== undefined) {
      count(countsOf(byDistrict, site.district), known);
      count(countsOf(byType, site.siteType), known);
    }
    const trouble = known === undefined ? undefined : troubleOf(known, siteId);
    if (trouble !== undefined) troubles.push(trouble);
  }
  troubles.sort((left, right) => right.sinceMs - left.sinceMs || order(left.cameraId, right.cameraId));
  return {
    all: rated(all),
    byDistrict: districts.flatMap((district) => {
      const counts = byDistrict.get(district);
      return counts === undefined ? [] : [{ district, ...rated(counts) }];
    }),
    byType: siteTypes.flatMap((siteType) => {
      const counts = byType.get(siteType);
      return counts === undefined ? [] : [{ siteType, ...rated(counts) }];
    }),
    troubles,
    unheard: cameras.flatMap(({ cameraId }) =>
      health.get(cameraId)?.device?.isUnheard === true ? [cameraId] : [],
    ),
  };
}

function noCounts(): HealthCounts {
  return { total: 0, checked: 0, online: 0, onlineRate: undefined };
}

function countsOf<Key>(groups: Map<Key, HealthCounts>, key: Key): HealthCounts {
  const present = groups.get(key);
  if (present !== undefined) return present;
  const counts = noCounts();
  groups.set(key, counts);
  return counts;
}

function count(counts: HealthCounts, known: CameraHealth | undefined): void {
  counts.total += 1;
  if (known === undefined || known.condition === 'unknown') return;
  counts.checked += 1;
  if (known.condition === 'online') counts.online += 1;
}

function rated(counts: HealthCounts): HealthCounts {
  return { ...counts, onlineRate: counts.checked === 0 ? undefined : counts.online / counts.checked };
}

function troubleOf(known: CameraHealth, siteId: string): CameraTrouble | undefined {
  const { cameraId, condition, sinceMs, checkedAtMs, message, isPasswordWithheld, device } = known;
  if (condition === 'online' || condition === 'unknown') return undefined;
  return {
    cameraId,
    siteId,
    condition,
    sinceMs,
    ...(checkedAtMs === undefined ? {} : { checkedAtMs }),
    ...(isPasswordWithheld === undefined ? {} : { isPasswordWithheld }),
    ...(message === undefined ? {} : { message }),
    ...(device?.announcedAt === undefined ? {} : { announcedAt: device.announcedAt }),
  };
}

function order(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
