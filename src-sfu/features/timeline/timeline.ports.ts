import type { Alert } from '../../../src-shared/alerts/alertView.ts';
import type { AlertHistoryEntry } from '../../../src-shared/alerts/alerts.protocol.ts';
import type { Order, OrderStep } from '../../../src-shared/orders/orders.protocol.ts';
import type { Principal, Resource } from '../../../src-shared/session/principal.ts';
import type { Emergency } from '../../../src-shared/squads/squads.protocol.ts';
import type { TalkRecord } from '../../../src-shared/talk/talk.protocol.ts';
import type {
  TimelineEvent,
  TimelineHead,
  TimelineLane,
} from '../../../src-shared/timeline/timeline.protocol.ts';

/** From when to when, in the hub's own time; both ends belong to it. */
export interface Period {
  fromMs: number;
  toMs: number;
}

/** A talk group and when it belonged to the case; `resource`: whose it is, where that follows from the case itself. */
export type TimelineGroup = Period & { groupId: string; resource?: Resource };

/** What one timeline is about, with everything by which its events are found. */
export interface TimelineCase {
  head: TimelineHead;
  /** Whose it is, as far as it decides who may see it. */
  resource: Resource;
  alerts: readonly Alert[];
  orders: readonly Order[];
  emergency?: Emergency | undefined;
  /** Members who worked on it, and when. */
  members: readonly (Period & { memberId: string })[];
  /** Talk groups that belonged to it, and when. */
  groups: readonly TimelineGroup[];
  cameraIds: readonly string[];
}

/** What one feature knows of a timeline. Findings and attachments add theirs the same way. */
export interface TimelineSource {
  /** The lanes in which its events are. */
  lanes: readonly TimelineLane[];
  /** Whether the asker may see this kind of events at all; otherwise the answer says that these lanes are not shown. */
  isOpenTo(asker: Principal): boolean;
  /**
   * The events of a period that the asker may see: the earliest `limit` of them at most, in any order. Times are of the hub's own clock.
   */
  eventsOf(found: TimelineCase, period: Period, asker: Principal, limit: number): Promise<TimelineEvent[]>;
}

export interface PositionSample {
  memberId: string;
  /** The squad in which the member was then. */
  squadId: string;
  atMs: number;
  receivedAtMs: number;
  latitude: number;
  longitude: number;
}

export interface BodyCamTime {
  id: string;
  memberId: string;
  squadId: string;
  sender?: string | undefined;
  startedAtMs: number;
  /** Absent while it is live, and where the hub ended during it. */
  endedAtMs?: number | undefined;
}

/** A camera, a body-worn camera, a snapshot or a photograph that somebody viewed, or a timeline that was read or exported. */
export interface ViewRecord {
  id: number;
  atMs: number;
  actor: string;
  action: string;
  subject: string;
  /** How long; absent where it is not known. */
  seconds?: number | undefined;
}

/** A time of which lines of the audit log may be missing: their archive cannot be read as it was written, or was not read. */
export interface ViewGap extends Period {
  kind: 'missing' | 'unreadable' | 'changed' | 'not_read';
  /** The archive; absent for several that were not read. */
  file?: string | undefined;
}

/** A site of the registry. */
export interface TimelineSite {
  name: string;
  nameEn?: string | undefined;
  district: string;
  latitude?: number | undefined;
  longitude?: number | undefined;
  cameras: { cameraId: string; name: string; nameEn?: string | undefined }[];
}

/** What the store has of timelines. Lists of events are the earliest ones, oldest first, at most `limit`. */
export interface TimelineRecords {
  order(orderId: string): Promise<Order | undefined>;
  orderSteps(
    orderIds: readonly string[],
    period: Period,
    limit: number,
  ): Promise<{ id: number; orderId: string; step: OrderStep }[]>;
  ordersOfSite(siteId: string, period: Period, limit: number): Promise<Order[]>;
  /** Orders that a member had in a period, and those of the kind of an SOS that the squad got then; the newest first. */
  ordersOfMember(
    member: { memberId: string; squadId: string },
    period: Period,
    limit: number,
  ): Promise<Order[]>;
  alert(alertId: string): Promise<Alert | undefined>;
  alertsOfSite(siteId: string, period: Period, limit: number): Promise<Alert[]>;
  alertHistory(
    alertIds: readonly string[],
    period: Period,
    limit: number,
  ): Promise<{ id: number; alertId: string; entry: AlertHistoryEntry }[]>;
  /** Reports of alerts; `hash` is the picture sent along, where it can be shown. */
  alertReports(
    alertIds: readonly string[],
    period: Period,
    limit: number,
  ): Promise<
    {
      id: number;
      alertId: string;
      receivedAtMs: number;
      occurredAtMs: number;
      source: string;
      message?: string | undefined;
      hash?: string | undefined;
    }[]
  >;
  emergency(emergencyId: string): Promise<Emergency | undefined>;
  site(siteId: string): Promise<TimelineSite | undefined>;
  talks(groups: TimelineCase['groups'], limit: number): Promise<TalkRecord[]>;
  bodyCamTimes(members: TimelineCase['members'], limit: number): Promise<BodyCamTime[]>;
  positions(members: TimelineCase['members'], limit: number): Promise<PositionSample[]>;
  /** Those that have left the database too. */
  views(
    subjects: readonly string[],
    period: Period,
    limit: number,
  ): Promise<{ views: ViewRecord[]; gaps: ViewGap[] }>;
}

/** Where positions and times of body-worn cameras are written. */
export interface TimelineWriting {
  addPositions(samples: readonly PositionSample[]): Promise<void>;
  beginBodyCam(time: BodyCamTime): Promise<void>;
  endBodyCam(id: string, endedAtMs: number): Promise<void>;
  /** Those that a stop of the hub cut off are closed; when they ended is not known. */
  cutOffBodyCams(): Promise<void>;
}
