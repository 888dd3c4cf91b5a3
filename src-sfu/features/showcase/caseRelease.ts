import { isOrderEnded, isOrderWithSquad } from '../../../src-shared/orders/order.ts';
import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import { refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type {
  ReleasedCase,
  ReleasedMedia,
  ReleasedParts,
  ShowcaseDesk,
} from '../../../src-shared/showcase/showcase.protocol.ts';

/** A stream that a release opens to the showcase. */
export type ReleasedStream = { kind: 'voice'; orderId: string } | { kind: 'bodyCam'; memberId: string };

export interface CaseReleaseOptions {
  openOrder(orderId: string): Order | undefined;
  squad(squadId: string): { name: string; nameEn?: string | undefined } | undefined;
  /** Where a stream runs now. */
  placeOf(stream: ReleasedStream): { workerId: string } | undefined;
  newId(): string;
  nowMs(): number;
}

/**
 * The one case that visitors may follow. It is kept in memory alone: after a restart nothing is released until a person releases it
 * again.
 */
export interface CaseRelease {
  /**
   * Releases exactly these parts as soon as `record` has resolved: what is not in the audit log is not shown. What was released before ends
   * before `record` is called. Where that rejects, nothing is released, and this rejects as well.
   */
  release(
    orderId: string,
    parts: ReleasedParts,
    by: string,
    record: () => Promise<void>,
  ): Promise<Ack<Record<string, never>>>;
  /** Ends the release, and answers whose case it was. */
  takeBack(): string | undefined;
  /** Ends the release where its case is not running any more, or its member does not go any more. Answers whether anything changed. */
  follow(): boolean;
  /** As visitors see it. */
  view(): ReleasedCase | undefined;
  /** As desks see it. */
  desk(): ShowcaseDesk['release'];
  /** What stands behind a stream's id, as long as it is released. */
  streamOf(streamId: string): ReleasedStream | undefined;
}

const prefix = 'showcase:';

/** Whether an id is that of a released stream, of now or of before. */
export function isReleasedStreamId(streamId: string): boolean {
  return streamId.startsWith(prefix);
}

export function createCaseRelease(options: CaseReleaseOptions): CaseRelease {
  const { openOrder, squad, placeOf, newId, nowMs } = options;
  /** `log` stays the same object while the release changes; before it is written, nobody sees the release. */
  let running:
    | {
        releaseId: string;
        orderId: string;
        parts: ReleasedParts;
        by: string;
        sinceMs: number;
        log: { isWritten: boolean };
      }
    | undefined;
  const shown = (): typeof running => (running?.log.isWritten === true ? running : undefined);

  const isRunning = (order: Order | undefined): order is Order =>
    order !== undefined && !isOrderEnded(order) && isOrderWithSquad(order);
  const mediaOf = (stream: ReleasedStream): ReleasedMedia | undefined => {
    const place = placeOf(stream);
    if (place === undefined || running === undefined) return undefined;
    return { streamId: `${prefix}${stream.kind}:${running.releaseId}`, workerId: place.workerId };
  };

  /** Ends the release where its case does not run any more, or a part of it whose member left. */
  const follow = (): boolean => {
    if (running === undefined) return false;
    const { orderId, parts } = running;
    const order = openOrder(orderId);
    if (isRunning(order)) {
      const { bodyCamMemberId } = parts;
      if (bodyCamMemberId === undefined || order.memberIds.includes(bodyCamMemberId)) return false;
      const { bodyCamMemberId: _gone, ...others } = parts;
      running = { ...running, releaseId: newId(), parts: others };
      return true;
    }
    running = undefined;
    return true;
  };

  return {
    async release(orderId, parts, by, record) {
      const order = openOrder(orderId);
      if (!isRunning(order)) {
        return refuse('conflict', 'Only a case that a squad works on can be released.', {
          reason: 'showcase.not_running',
        });
      }
      if (parts.bodyCamMemberId !== undefined && !order.memberIds.includes(parts.bodyCamMemberId)) {
        return refuse('conflict', 'That member does not go for this order.', {
          reason: 'showcase.not_of_order',
        });
      }
      // A new id, so that what was received of an earlier release says nothing about this one.
      const log = { isWritten: false };
      running = { releaseId: newId(), orderId, parts, by, sinceMs: nowMs(), log };
      try {
        await record();
      } catch (error) {
        // Another one may have been released meanwhile.
        if (running?.log === log) running = undefined;
        throw error;
      }
      log.isWritten = true;
      follow();
      return { ok: true, data: {} };
    },
    takeBack() {
      const orderId = running?.orderId;
      running = undefined;
      return orderId;
    },
    follow,
    view() {
      const released = shown();
      const order = released === undefined ? undefined : openOrder(released.orderId);
      if (released === undefined || !isRunning(order)) return undefined;
      const { releaseId, orderId, parts } = released;
      const { state, sinceMs, squadId, place } = order;
      const names = squadId === undefined ? undefined : squad(squadId);
      const voice = parts.voice ? mediaOf({ kind: 'voice', orderId }) : undefined;
      const bodyCam =
        parts.bodyCamMemberId === undefined
          ? undefined
          : mediaOf({ kind: 'bodyCam', memberId: parts.bodyCamMemberId });
      return {
        releaseId,
        state,
        sinceMs,
        ...(names === undefined ? {} : { squadName: names.name }),
        ...(names?.nameEn === undefined ? {} : { squadNameEn: names.nameEn }),
        ...(parts.place
          ? {
              place: {
                siteName: place.name,
                ...(place.nameEn === undefined ? {} : { siteNameEn: place.nameEn }),
                ...(place.district === undefined ? {} : { district: place.district }),
              },
            }
          : {}),
        ...(voice === undefined ? {} : { voice }),
        ...(bodyCam === undefined ? {} : { bodyCam }),
      };
    },
    desk() {
      const released = shown();
      if (released === undefined) return undefined;
      const { orderId, by, sinceMs, parts } = released;
      return { orderId, by, sinceMs, parts };
    },
    streamOf(streamId) {
      const released = shown();
      if (released === undefined || !isRunning(openOrder(released.orderId))) return undefined;
      const { releaseId, orderId, parts } = released;
      if (parts.voice && streamId === `${prefix}voice:${releaseId}`) return { kind: 'voice', orderId };
      const memberId = parts.bodyCamMemberId;
      if (memberId !== undefined && streamId === `${prefix}bodyCam:${releaseId}`)
        return { kind: 'bodyCam', memberId };
      return undefined;
    },
  };
}
