import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ReportedAlert } from '../../src-shared/alerts/alertIntake.ts';
import type { RandomSource } from '../random.ts';
import type { Show } from '../scenes/catalogue.ts';
import { sendAlerts, type HubConnection } from './alertSender.ts';

/** What the platform sees, how often as compared with the rest, and what the camera shows meanwhile. */
const sights: readonly { kind: string; share: number; show?: Show }[] = [
  { kind: 'no_hat', share: 30, show: 'missingHat' },
  { kind: 'no_mask', share: 18 },
  { kind: 'no_gloves', share: 16 },
  { kind: 'phone_in_hand', share: 10 },
  { kind: 'smoking', share: 9, show: 'smoke' },
  { kind: 'uncovered_bin', share: 9 },
  { kind: 'stranger', share: 4 },
  { kind: 'rat', share: 3, show: 'rat' },
  { kind: 'open_flame', share: 1, show: 'smoke' },
];

export const connectionSchema = z.strictObject({
  hubUrl: z.url({ protocol: /^https?$/ }),
  keyId: z.string().min(1),
  secret: z.string().min(1),
});

export const rateSchema = z.strictObject({ perMinute: z.number().min(0).max(60_000) });

export const orderedAlertSchema = z.strictObject({
  kind: z.string().min(1).max(64).optional(),
  cameraId: z.string().min(1).max(128).optional(),
  /** So many at once, each of another camera unless one is named. */
  count: z.number().int().min(1).max(10_000).default(1),
  snapshot: z.boolean().default(true),
});
export type OrderedAlert = z.output<typeof orderedAlertSchema>;

/** How the platform does. */
export interface AlertPlatformStatus {
  hubUrl: string | undefined;
  perMinute: number;
  waiting: number;
  taken: number;
  refused: number;
  /** What the hub refused last, or why it could not be reached. */
  lastProblem: string | undefined;
}

/** The AI platform that watches the simulated city and reports to a hub over its HTTP interface. */
export interface AlertPlatform {
  connect(connection: HubConnection): AlertPlatformStatus;
  /** Alerts by themselves, at irregular times; 0 for none. */
  setRate(perMinute: number): AlertPlatformStatus;
  /** Reports now. Its ids, by which the hub's alerts can be found. */
  report(ordered: OrderedAlert): Promise<{ externalIds: string[] }>;
  status(): AlertPlatformStatus;
  close(): void;
}

export interface AlertPlatformOptions {
  cameraIds: readonly string[];
  /** What a camera can show; the ordinary day first. */
  showsOf(cameraId: string): readonly Show[];
  show(cameraId: string, show: Show): void;
  showing(cameraId: string): Show;
  /** A picture of a camera as it is now. */
  picture(cameraId: string): Promise<Buffer | undefined>;
  random: RandomSource;
}

/** What is not taken is kept and sent again; beyond this the oldest goes, as on a platform with a full disk. */
const maxWaiting = 20_000;
const batch = 50;
const retryMs = 1_000;
/** How long a camera goes on showing what was seen. */
const showMs = 45_000;

export function createAlertPlatform(options: AlertPlatformOptions): AlertPlatform {
  const { random } = options;
  let connection: HubConnection | undefined;
  let perMinute = 0;
  let waiting: ReportedAlert[] = [];
  let taken = 0;
  let refused = 0;
  let lastProblem: string | undefined;
  let isSending = false;
  let isClosed = false;
  let nextTimer: NodeJS.Timeout | undefined;
  let retryTimer: NodeJS.Timeout | undefined;
  const showTimers = new Map<string, NodeJS.Timeout>();

  const status = (): AlertPlatformStatus => ({
    hubUrl: connection?.hubUrl,
    perMinute,
    waiting: waiting.length,
    taken,
    refused,
    lastProblem,
  });

  const send = async (): Promise<void> => {
    if (isSending || isClosed || connection === undefined) return;
    isSending = true;
    clearTimeout(retryTimer);
    while (waiting.length > 0 && !isClosed) {
      // Pictures make bodies large; a batch of them would not be taken.
      const withPicture = waiting[0]?.snapshot !== undefined;
      const group = withPicture
        ? waiting.slice(0, 1)
        : waiting.slice(0, batch).filter((one) => !one.snapshot);
      const outcome = await sendAlerts(connection, group);
      if (outcome.type === 'later') {
        lastProblem = outcome.reason;
        retryTimer = setTimeout(() => void send(), retryMs);
        break;
      }
      const done = new Set(group);
      waiting = waiting.filter((one) => !done.has(one));
      if (outcome.type === 'taken') taken += group.length;
      else {
        refused += group.length;
        lastProblem = outcome.reason;
      }
    }
    isSending = false;
  };

  const act = (cameraId: string, show: Show | undefined): void => {
    if (show === undefined || !options.showsOf(cameraId).includes(show)) return;
    options.show(cameraId, show);
    clearTimeout(showTimers.get(cameraId));
    showTimers.set(
      cameraId,
      setTimeout(() => {
        showTimers.delete(cameraId);
        // What a person changed meanwhile stays.
        if (options.showing(cameraId) === show) options.show(cameraId, 'normal');
      }, showMs),
    );
  };

  const pickSight = (): (typeof sights)[number] => {
    let left = random() * sights.reduce((sum, { share }) => sum + share, 0);
    return sights.find(({ share }) => (left -= share) < 0) ?? { kind: 'no_hat', share: 1 };
  };

  /** A camera on which it can be seen, when there is one among some. */
  const pickCamera = (show: Show | undefined): string => {
    const pick = (): string => options.cameraIds[Math.floor(random() * options.cameraIds.length)] ?? '';
    if (show === undefined) return pick();
    for (let tries = 0; tries < 20; tries += 1) {
      const cameraId = pick();
      if (options.showsOf(cameraId).includes(show)) return cameraId;
    }
    return pick();
  };

  const report: AlertPlatform['report'] = async (ordered) => {
    const externalIds: string[] = [];
    for (let index = 0; index < ordered.count; index += 1) {
      const sight = sights.find(({ kind }) => kind === ordered.kind) ?? {
        ...pickSight(),
        ...(ordered.kind === undefined ? {} : { kind: ordered.kind, show: undefined }),
      };
      const cameraId = ordered.cameraId ?? pickCamera(sight.show);
      act(cameraId, sight.show);
      const picture = ordered.snapshot && ordered.count === 1 ? await options.picture(cameraId) : undefined;
      const externalId = randomUUID();
      externalIds.push(externalId);
      waiting.push({
        externalId,
        kind: sight.kind,
        cameraId,
        occurredAt: Date.now(),
        confidence: Math.round((0.7 + random() * 0.29) * 100) / 100,
        ...(picture === undefined ? {} : { snapshot: { base64: picture.toString('base64') } }),
      });
    }
    waiting = waiting.slice(-maxWaiting);
    void send();
    return { externalIds };
  };

  const awaitNext = (): void => {
    clearTimeout(nextTimer);
    if (perMinute === 0 || isClosed) return;
    // Times between events that know nothing of one another.
    const waitMs = (-Math.log(1 - random()) * 60_000) / perMinute;
    nextTimer = setTimeout(() => {
      if (connection !== undefined) {
        report(orderedAlertSchema.parse({})).catch((error: unknown) => {
          lastProblem = error instanceof Error ? error.message : String(error);
        });
      }
      awaitNext();
    }, waitMs);
  };

  return {
    connect(wanted) {
      connection = wanted;
      void send();
      return status();
    },
    setRate(wanted) {
      perMinute = wanted;
      awaitNext();
      return status();
    },
    report,
    status,
    close() {
      isClosed = true;
      clearTimeout(nextTimer);
      clearTimeout(retryTimer);
      for (const timer of showTimers.values()) clearTimeout(timer);
    },
  };
}
