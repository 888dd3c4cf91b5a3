import { randomUUID } from 'node:crypto';
import {
  maxUpperPlatforms,
  type SharedCamera,
  type SharedSet,
  type UpperPlatform,
  type UpperSettings,
} from '../../../src-shared/cascade/cascade.protocol.ts';
import type { ViewHours } from '../../../src-shared/cascade/viewHours.ts';
import { ok, type Ack } from '../../../src-shared/protocol/define.ts';
import { createSequence } from '../../base/sequence.ts';
import type { Logger } from '../../logger.ts';
import type { CascadeCameras, UpperItem, UpperLinks, UpperRights } from './cascade.ports.ts';
import type { CascadeDeed, CascadeRepository, UpperRecord } from './cascade.repository.ts';
import {
  changedMeanwhile,
  noSuchCamera,
  noSuchPlatform,
  revisionOf,
  settingsRefusal,
  tooManyPlatforms,
} from './cascadeRefusals.ts';
import { createGivenIds } from './givenIds.ts';
import { createSameSystems } from './sameSystems.ts';
import { chooseCameras, listItems, type ChosenCameras } from './sharedItems.ts';
import { ViewLimits } from './viewLimits.ts';

type Done = Promise<Ack<Record<string, never>>>;

/** Upper platforms, what each of them has, and when it may watch. */
export interface CascadeService {
  rights: UpperRights;
  list(): UpperPlatform[];
  nameOf(upperId: string): string | undefined;
  cameras(): SharedCamera[];
  add(settings: UpperSettings, password: string, actor: string): Promise<Ack<{ upperId: string }>>;
  /** `revision`: of the settings as they were read. */
  change(
    upperId: string,
    wanted: { settings: UpperSettings; password?: string | undefined; revision: string },
    actor: string,
  ): Done;
  remove(upperId: string, actor: string): Done;
  /** `revision`: of the set as it was read. */
  share(upperId: string, wanted: { shared: SharedSet; revision: string }, actor: string): Done;
  shutPlatform(upperId: string, actor: string): Promise<Ack<{ ended: number }>>;
  shutCamera(cameraId: string, actor: string): Promise<Ack<{ ended: number }>>;
  openCamera(cameraId: string, hours: ViewHours | null, actor: string): Done;
  /** Connects what is switched on. */
  start(): void;
  /** The registry is another one: new cameras get their ids, and views of those that are gone end. */
  registryChanged(): Promise<void>;
  /** A recorder registered there, or is there now: what is never sent back may be another set. */
  recorderCameTo(recorderId: string, address: string): void;
  /** Ends views that may not go on, because an hour is over; called every second. */
  enforce(): void;
}

export interface CascadeServiceOptions {
  repository: CascadeRepository;
  cameras: CascadeCameras;
  /** Eight digits of the place and two of the trade, as they are now. */
  idPrefix(): string;
  links: UpperLinks;
  /** Where a recorder is, as far as it is known. */
  addressOf(recorderId: string): string | undefined;
  /** Whether that address and id are this hub's own. */
  isOurselves(settings: UpperSettings): Promise<boolean>;
  /** Minutes since midnight, by the time of this machine's place. */
  minuteOfDay(): number;
  nowMs(): number;
  logger: Pick<Logger, 'error'>;
}

/** Ids that could not be kept are tried again this often. Milliseconds. */
const tryAgainMs = 5_000;

export async function createCascadeService(options: CascadeServiceOptions): Promise<CascadeService> {
  const { repository, cameras, links, nowMs } = options;
  const turns = createSequence();
  const records = new Map((await repository.platforms()).map((record) => [record.upperId, record]));
  const limits = new ViewLimits(await repository.limits(), () => options.minuteOfDay());
  let tryAgainAtMs: number | undefined;
  const ids = await createGivenIds(repository, options.idPrefix);
  const sameSystems = await createSameSystems({
    repository,
    addressOf: options.addressOf,
    isOurs: (gbId) => ids.cameraOf(gbId) !== undefined,
    onFault: (error) => options.logger.error({ err: error }, 'where a recorder was could not be kept'),
  });
  /** What each platform has, until something changes. */
  let chosen = new Map<string, ChosenCameras & { members: ReadonlySet<string> }>();

  const chosenOf = (record: UpperRecord): ChosenCameras & { members: ReadonlySet<string> } => {
    const known = chosen.get(record.upperId);
    if (known !== undefined) return known;
    const made = chooseCameras(record.shared, cameras.all(), (candidate) =>
      sameSystems.isFromThere(candidate, record.settings),
    );
    const whole = { ...made, members: new Set(made.cameras.map(({ cameraId }) => cameraId)) };
    chosen.set(record.upperId, whole);
    return whole;
  };
  const mayGoOn = (upperId: string, cameraId: string): boolean => {
    const record = records.get(upperId);
    return (
      record !== undefined && chosenOf(record).members.has(cameraId) && limits.mayWatch(record, cameraId)
    );
  };
  const enforce = (): number => links.endViews(({ upperId, cameraId }) => !mayGoOn(upperId, cameraId));
  /** What is shared is another set now: ids are kept before anybody above hears of them. */
  const settle = async (): Promise<void> => {
    chosen = new Map();
    enforce();
    const wanted = [...records.values()].flatMap((record) => chosenOf(record).cameras);
    tryAgainAtMs = undefined;
    try {
      await ids.give([
        ...wanted.map(({ district }) => ({ kind: 'district' as const, subject: district })),
        ...wanted.map(({ cameraId }) => ({ kind: 'camera' as const, subject: cameraId })),
      ]);
    } catch (error) {
      // What has no id yet is left out of the list; the change itself stands, and others wait for it.
      options.logger.error({ err: error }, 'ids for upper platforms could not be kept; tried again soon');
      tryAgainAtMs = nowMs() + tryAgainMs;
    }
    links.listChanged();
  };
  /** Views end at once: neither another request nor a slow write is waited for. */
  const shutAtOnce = (
    subject: { upperId: string } | { cameraId: string },
    write: (ended: number) => Promise<Ack<{ ended: number }>>,
  ): Promise<Ack<{ ended: number }>> =>
    limits.shutDuring(subject, () => {
      const ended = enforce();
      return turns.exclusive(() => write(ended));
    });
  const connect = (): void => links.connect([...records.values()]);
  const deed = (action: CascadeDeed['action'], actor: string, detail: object): CascadeDeed => ({
    action,
    actor,
    atMs: nowMs(),
    detail,
  });
  const refusalOf = (settings: UpperSettings, except?: string): Promise<Ack<never> | undefined> =>
    settingsRefusal(settings, [...records.values()], except, options.isOurselves);
  const items = (upperId: string): readonly UpperItem[] => {
    const record = records.get(upperId);
    if (record === undefined) return [];
    const { ourId, mayTurn } = record.settings;
    const canTurn = (url: string): boolean => mayTurn && cameras.canTurn(url);
    const { isOnline } = cameras;
    return listItems(chosenOf(record).cameras, { ourId, idOf: ids.idOf, isOnline, canTurn });
  };

  return {
    rights: {
      items,
      mayView(upperId, gbId) {
        const record = records.get(upperId);
        const cameraId = ids.cameraOf(gbId);
        if (record === undefined || cameraId === undefined || !chosenOf(record).members.has(cameraId))
          return { verdict: 'unknown' };
        return limits.mayWatch(record, cameraId) ? { verdict: 'may', cameraId } : { verdict: 'shut' };
      },
    },
    list: () =>
      [...records.values()].map((record) => {
        const { upperId, settings, shared } = record;
        const { cameras: has, fromThere } = chosenOf(record);
        return {
          upperId,
          settings,
          shared,
          revisions: { settings: revisionOf(settings), shared: revisionOf(shared) },
          standing: links.standing(upperId),
          sharedCameras: has.length,
          fromThere,
          views: links.views(upperId),
        };
      }),
    nameOf: (upperId) => records.get(upperId)?.settings.name,
    cameras() {
      const found = new Map<string, SharedCamera>();
      for (const record of records.values())
        for (const { cameraId } of chosenOf(record).cameras) {
          const gbId = ids.idOf('camera', cameraId);
          if (gbId === undefined) continue;
          const { isShut, hours } = limits.of(cameraId);
          const camera = found.get(cameraId) ?? { cameraId, gbId, isShut, hours, upperIds: [] };
          camera.upperIds.push(record.upperId);
          found.set(cameraId, camera);
        }
      return [...found.values()].sort((one, other) => Number(other.isShut) - Number(one.isShut));
    },
    add: (settings, password, actor) =>
      turns.exclusive(async () => {
        const refusal = await refusalOf(settings);
        if (refusal !== undefined) return refusal;
        if (records.size >= maxUpperPlatforms) return tooManyPlatforms();
        const upperId = randomUUID();
        const record = { upperId, settings, password, shared: { districts: [], cameraIds: [] } };
        await repository.save(record, deed('cascade:add', actor, { name: settings.name }));
        records.set(upperId, record);
        connect();
        return ok({ upperId });
      }),
    change: (upperId, { settings, password, revision }, actor) =>
      turns.exclusive(async () => {
        const before = records.get(upperId);
        if (before === undefined) return noSuchPlatform();
        if (revision !== revisionOf(before.settings)) return changedMeanwhile(before.settings);
        const refusal = await refusalOf(settings, upperId);
        if (refusal !== undefined) return refusal;
        const detail = { before: before.settings, after: settings, hasNewPassword: password !== undefined };
        const line = deed('cascade:change', actor, detail);
        if (password === undefined) await repository.change({ ...before, settings }, line);
        else await repository.save({ ...before, settings, password }, line);
        records.set(upperId, { ...before, settings, password: password ?? before.password });
        await settle();
        connect();
        return ok({});
      }),
    remove: (upperId, actor) =>
      turns.exclusive(async () => {
        const before = records.get(upperId);
        if (before === undefined) return noSuchPlatform();
        await repository.remove(upperId, deed('cascade:remove', actor, { name: before.settings.name }));
        records.delete(upperId);
        chosen.delete(upperId);
        enforce();
        connect();
        return ok({});
      }),
    share: (upperId, { shared, revision }, actor) =>
      turns.exclusive(async () => {
        const before = records.get(upperId);
        if (before === undefined) return noSuchPlatform();
        if (revision !== revisionOf(before.shared)) return changedMeanwhile(before.settings);
        const record = { ...before, shared };
        await repository.change(
          record,
          deed('cascade:share', actor, { before: before.shared, after: shared }),
        );
        records.set(upperId, record);
        await settle();
        return ok({});
      }),
    shutPlatform: (upperId, actor) =>
      shutAtOnce({ upperId }, async (ended) => {
        const before = records.get(upperId);
        if (before === undefined) return noSuchPlatform();
        const record = { ...before, settings: { ...before.settings, mayWatch: false } };
        // Shut also where it cannot be written.
        records.set(upperId, record);
        await repository.change(record, deed('cascade:shutPlatform', actor, { ended }));
        connect();
        return ok({ ended });
      }),
    shutCamera: (cameraId, actor) =>
      shutAtOnce({ cameraId }, async (ended) => {
        if (!cameras.all().some((one) => one.cameraId === cameraId)) return noSuchCamera();
        const limit = { hours: limits.of(cameraId).hours, isShut: true };
        limits.set(cameraId, limit);
        await repository.limit(cameraId, limit, deed('cascade:shutCamera', actor, { ended }));
        return ok({ ended });
      }),
    openCamera: (cameraId, hours, actor) =>
      turns.exclusive(async () => {
        if (!cameras.all().some((one) => one.cameraId === cameraId)) return noSuchCamera();
        const limit = { isShut: false, hours };
        await repository.limit(cameraId, limit, deed('cascade:openCamera', actor, { hours }));
        limits.set(cameraId, limit);
        enforce();
        return ok({});
      }),
    start: connect,
    registryChanged: () => turns.exclusive(settle),
    recorderCameTo(recorderId, address) {
      const platforms = [...records.values()].map(({ settings }) => settings);
      if (!sameSystems.cameTo(recorderId, address, platforms)) return;
      chosen = new Map();
      tryAgainAtMs = nowMs();
      enforce();
    },
    enforce() {
      enforce();
      if (tryAgainAtMs === undefined || nowMs() < tryAgainAtMs) return;
      tryAgainAtMs = undefined;
      void turns.exclusive(settle);
    },
  };
}
