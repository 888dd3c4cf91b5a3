import { createAnsweredCommands } from '../../base/answeredCommands.ts';
import { createListeners } from '../../../src-shared/listeners.ts';
import { acknowledgeTimesOf, isClosed, type AlertActor } from '../../../src-shared/alerts/alert.ts';
import {
  builtInKinds,
  citizenKindId,
  hubKindIds,
  otherKindId,
  type AlertKind,
} from '../../../src-shared/alerts/alertKinds.ts';
import { idempotencyMs, signatureWindowMs } from '../../../src-shared/alerts/alertIntake.ts';
import { markOf, type Alert, type AlertMark } from '../../../src-shared/alerts/alertView.ts';
import type {
  AlertCounts,
  AlertMarksSnapshot,
  AlertsSnapshot,
} from '../../../src-shared/alerts/alerts.protocol.ts';
import type { OutputOf } from '../../../src-shared/protocol/index.ts';
import type { Spool } from '../../base/spool.ts';
import type { Logger } from '../../logger.ts';
import { createAlertAnnouncer, type AlertNews } from './alertAnnouncer.ts';
import { createAlertBook, type AlertBook } from './alertBook.ts';
import {
  deliveryJob,
  type AlertDelivery,
  type AlertIntakeOptions,
  type DeliveryOutcome,
} from './alertIntake.ts';
import { citizenReportJob, type CitizenDelivery } from './citizenIntake.ts';
import { createAlertLedger, type AlertLedger } from './alertLedger.ts';
import type { AlertPlaces, AlertWall } from './alerts.ports.ts';
import type { AlertsRepository, SnapshotRecord } from './alerts.repository.ts';
import type { AlertDraft } from './alertDraft.ts';
import { createAlertDeadlines } from './alertDeadlines.ts';
import { workJob, type WorkCommand } from './alertWork.ts';

/** Alerts from their arrival to their end. */
export interface AlertsService {
  /** Loads the alerts that were open when the hub stopped, and performs the escalations that became due while it was off. */
  load(): Promise<void>;
  /** Ingests a delivery of a platform; durable when it resolves. */
  take(delivery: AlertDelivery): Promise<DeliveryOutcome>;
  /** Raises or joins the alert of a citizen's report; durable when it resolves. */
  takeCitizenReport(report: CitizenDelivery): Promise<{ alertId: string }>;
  /** The answer that a delivery would get now; nothing in it is ingested. */
  preview(delivery: AlertDelivery): Promise<DeliveryOutcome>;
  work(command: WorkCommand, actor: AlertActor): Promise<OutputOf<'alerts:work'>>;
  kinds(): AlertKind[];
  saveKind(kind: AlertKind, actor: string): Promise<AlertKind[]>;
  snapshot(): AlertsSnapshot;
  marksSnapshot(): AlertMarksSnapshot;
  alert(alertId: string): Promise<Alert | undefined>;
  counts(): AlertCounts;
  /** The writer that others of this feature submit to. */
  ledger: AlertLedger;
  book: Pick<AlertBook, 'open'>;
  onNews(listener: (news: AlertNews) => void): void;
  onCounts(listener: (counts: AlertCounts) => void): void;
  onKinds(listener: (kinds: AlertKind[]) => void): void;
  /** Called with the snapshots that came in, once they are durable. */
  onSnapshots(listener: (records: SnapshotRecord[], isUrgent: boolean) => void): void;
  close(): Promise<void>;
}

export interface AlertsServiceOptions {
  repository: AlertsRepository;
  /** Where changes of class 1 are written while the store does not work. */
  spool?: Spool | undefined;
  places: AlertPlaces;
  wall: AlertWall;
  /** How long such an alert may wait for an acknowledgement, as it is set now. */
  acknowledgeTimes: AlertIntakeOptions['acknowledgeTimes'];
  logger: Logger;
  newId(nowMs: number): string;
  /** The hub's local midnight before a moment. */
  midnightMs(nowMs: number): number;
  nowMs(): number;
  /** Converts a moment of the hub's own time to the date that is shown now, for answers to senders. Left out: no conversion. */
  toShownMs?(ownMs: number): number;
}

const tidyMs = 30_000;
const countsMs = 1_000;
/** The most alerts of class 1 that wait for the spotlight; the oldest are first (spotlight.ts, maxWaiting). */
const maxLit = 40;
const rememberedCommands = 512;
const floodSpanMs = 10 * 60_000;
/** The longest join window there is. */
const longestJoinMs = 24 * 60 * 60_000;

export function createAlertsService(options: AlertsServiceOptions): AlertsService {
  const { repository, wall, logger, nowMs } = options;
  const kinds = new Map(builtInKinds.map((kind) => [kind.kindId, kind]));
  const newsArrived = createListeners<[news: AlertNews]>();
  const countsChanged = createListeners<[counts: AlertCounts]>();
  const kindsChanged = createListeners<[kinds: AlertKind[]]>();
  const snapshotsArrived = createListeners<[records: SnapshotRecord[], isUrgent: boolean]>();
  const answered = createAnsweredCommands<OutputOf<'alerts:work'>>({
    remembered: rememberedCommands,
    wasDone: () => true,
  });
  let countsTimer: NodeJS.Timeout | undefined;

  const joinWindowMs = (kindId: string): number => kinds.get(kindId)?.joinWindowMs ?? 0;
  const book = createAlertBook({ joinWindowMs, midnightMs: options.midnightMs, nowMs });
  const announcer = createAlertAnnouncer(newsArrived.notify);

  const announceCounts = (): void => {
    countsTimer ??= setTimeout(() => {
      countsTimer = undefined;
      countsChanged.notify(book.counts());
    }, countsMs);
  };

  /** Requests the spotlight for the oldest alerts of class 1; the wall ignores those that have it or wait for it already. */
  const light = (): void => {
    let asked = 0;
    for (const alert of book.open()) {
      const cameraId = alert.place?.cameraId;
      if (alert.class !== 1 || cameraId === undefined) continue;
      asked += 1;
      if (asked > maxLit) return;
      wall.requestSpotlight({ eventId: alert.alertId, cameraId, priority: alert.class });
    }
  };

  const follow = (urgent: readonly Alert[], isRaised: (alertId: string) => boolean): void => {
    let mustLight = false;
    for (const alert of urgent) {
      const { alertId } = alert;
      if (isClosed(alert)) wall.spotlightHandled(alertId);
      mustLight ||= isClosed(alert) || isRaised(alertId);
    }
    if (mustLight) light();
  };

  /** Those that may wait for as long as they are open expire with the others of their kind, without a timer of their own. */
  const followDeadlines = (alerts: Iterable<Alert>): void => {
    for (const alert of alerts) if (acknowledgeTimesOf(alert) !== undefined) deadlines.follow(alert);
  };

  const written = (draft: AlertDraft): void => {
    const { alerts, snapshots } = draft.changes();
    const isRaised = (alertId: string): boolean => draft.isRaised(alertId);
    const urgentAlerts = alerts.filter((alert) => alert.class === 1);
    if (urgentAlerts.length > 0) follow(urgentAlerts, isRaised);
    followDeadlines(alerts);
    announcer.note(alerts, isRaised);
    const unchecked = snapshots.filter(({ state }) => state === 'checking');
    if (unchecked.length > 0) {
      const urgentHashes = new Set(
        alerts.flatMap((alert) =>
          alert.class === 1 && alert.snapshot !== undefined ? [alert.snapshot.hash] : [],
        ),
      );
      const [urgent = [], others = []] = [true, false].map((wanted) =>
        unchecked.filter(({ hash }) => urgentHashes.has(hash) === wanted),
      );
      if (urgent.length > 0) snapshotsArrived.notify(urgent, true);
      if (others.length > 0) snapshotsArrived.notify(others, false);
    }
    if (alerts.length > 0) announceCounts();
    deadlines.await();
  };

  const ledger = createAlertLedger({ book, repository, spool: options.spool, logger, onWritten: written });
  const deadlines = createAlertDeadlines({ book, ledger, logger, nowMs });

  const tidyTimer = setInterval(() => {
    if (book.tidy()) announceCounts();
    const atMs = nowMs();
    const due: string[] = [];
    for (const alert of book.open()) {
      if (due.length < 1_000 && deadlines.isDue(alert)) due.push(alert.alertId);
    }
    deadlines.reach(due);
    repository
      .forget({ noncesMs: atMs - 3 * signatureWindowMs, requestsMs: atMs - idempotencyMs })
      .catch((error: unknown) =>
        logger.warn(
          { err: error },
          'old signatures could not be removed from the database; it is tried again later',
        ),
      );
  }, tidyMs);
  tidyTimer.unref();

  const intake: AlertIntakeOptions = {
    kind: (kindId) =>
      [...hubKindIds, citizenKindId].some((own) => own === kindId) ? undefined : kinds.get(kindId),
    otherKind: () => kinds.get(otherKindId) as AlertKind,
    joinWindowMs,
    acknowledgeTimes: options.acknowledgeTimes,
    findPlace: (reported) => options.places.findPlace(reported),
    newId: options.newId,
    nowMs,
    ...(options.toShownMs === undefined ? {} : { toShownMs: options.toShownMs }),
  };
  const kindList = (): AlertKind[] => [...kinds.values()];
  const marks = (): AlertMark[] => book.worst().map(markOf);

  return {
    async load() {
      for (const kind of await repository.listKinds()) kinds.set(kind.kindId, kind);
      const atMs = nowMs();
      const [open, today, recent] = await Promise.all([
        repository.listOpen(atMs - longestJoinMs),
        repository.countByDistrict(options.midnightMs(atMs)),
        repository.countRaised(atMs - floodSpanMs),
      ]);
      book.load(open, today, recent);
      for (const { alertId, raisedAtMs } of open) {
        if (raisedAtMs > atMs) deadlines.isAhead(alertId, raisedAtMs - atMs);
      }
      follow(
        [...book.open()].filter((alert) => alert.class === 1),
        () => true,
      );
      followDeadlines(book.open());
      deadlines.await();
      await ledger.restore();
    },
    takeCitizenReport: (report) => ledger.submit(citizenReportJob(intake, report)),
    preview: (delivery) => ledger.preview(deliveryJob(intake, delivery)),
    take: (delivery) => ledger.submit(deliveryJob(intake, delivery)),
    work(command, actor) {
      return answered(actor.id, command.commandId, async () => {
        const { results } = await ledger.submit(workJob(command, actor, nowMs));
        // A change that takes effect without being stored is marked in its answer.
        return {
          results: results.map((one) =>
            book.alert(one.alertId)?.isNotStoredYet === true
              ? { ...one, alert: book.alert(one.alertId) }
              : one,
          ),
        };
      });
    },
    kinds: kindList,
    async saveKind(kind, actor) {
      const saved = kind.class === 1 ? withoutExpiry(kind) : kind;
      await repository.saveKind(saved, actor, nowMs());
      kinds.set(saved.kindId, saved);
      kindsChanged.notify(kindList());
      return kindList();
    },
    snapshot: () => ({ kinds: kindList(), open: book.worst(), counts: book.counts() }),
    marksSnapshot: () => ({ kinds: kindList(), open: marks(), counts: book.counts() }),
    alert: async (alertId) => book.alert(alertId) ?? (await repository.find(alertId)),
    counts: () => book.counts(),
    ledger,
    book,
    onNews: newsArrived.add,
    onCounts: countsChanged.add,
    onKinds: kindsChanged.add,
    onSnapshots: snapshotsArrived.add,
    async close() {
      deadlines.close();
      clearInterval(tidyTimer);
      clearTimeout(countsTimer);
      announcer.close();
      await ledger.close();
    },
  };
}

function withoutExpiry({ expiresAfterMs: _expires, ...kind }: AlertKind): AlertKind {
  return kind;
}
