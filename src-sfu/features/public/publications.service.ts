import { createListeners } from '../../../src-shared/listeners.ts';
import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type {
  CurtainTarget,
  PublicKitchen,
  PublicSiteState,
} from '../../../src-shared/public/public.protocol.ts';
import {
  isConsentStanding,
  type PublishedFacts,
  type RoomKind,
} from '../../../src-shared/public/publication.ts';
import type { PublicHours, PublicMoment } from '../../../src-shared/public/publicHours.ts';
import { mayShow, type HiddenReason } from '../../../src-shared/public/publicView.ts';
import { softenedBox } from '../../../src-shared/public/softening.ts';
import { newCode, plainCode } from '../../base/secrets.ts';
import { createSequence } from '../../base/sequence.ts';
import { createCameraRecords } from './cameraRecords.ts';
import { createPendingHides } from './pendingHides.ts';
import { createPublicationImports, type PublicationImports } from './publicationImports.ts';
import { createPublicationViews } from './publicationViews.ts';
import type { Registry, RegistryCamera } from './public.ports.ts';
import type { PublicCameraRecord, PublicRepository, PublicSiteRecord } from './public.repository.ts';

type Answer = Promise<Ack<{ site: PublicSiteState }>>;

/** What sites agreed to show, what officers hold back, and what the public may therefore see now. */
export interface Publications extends PublicationImports {
  readSite(siteId: string): Answer;
  recordConsent(siteId: string, agreedOn: string, actor: string): Answer;
  withdrawConsent(siteId: string, actor: string): Answer;
  saveSite(
    siteId: string,
    saved: { hours: PublicHours | null; facts: PublishedFacts },
    actor: string,
  ): Answer;
  saveCamera(
    cameraId: string,
    saved: { room: RoomKind | null; headPercent: number | null },
    actor: string,
  ): Answer;
  drawCurtain(target: CurtainTarget, isDrawn: boolean, actor: string): Answer;
  /** Whether the public may see the camera at this moment. */
  isShown(cameraId: string): boolean;
  /**
   * Since when the public may see the camera without a break, in milliseconds of the hub's time; since the start of the hub at the
   * earliest. What was taken before was taken of a hidden kitchen. Undefined while it is hidden.
   */
  shownSinceMs(cameraId: string): number | undefined;
  headPercentOf(cameraId: string): number | undefined;
  /** What the public may see now; of a site, only where at least one of its cameras is shown. */
  kitchens(): PublicKitchen[];
  kitchen(siteId: string): PublicKitchen | undefined;
  /** Sites whose consent stands, whether something hides them now or not. */
  agreed(): PublicSiteRecord[];
  record(siteId: string): PublicSiteRecord | undefined;
  recordOfCamera(cameraId: string): PublicCameraRecord | undefined;
  siteOfCode(code: string): string | undefined;
  /** Looks at everything again: the hours went on, or the registry changed. */
  review(): void;
  /**
   * `hiddenCameraIds`: what the public saw until now and may see no more, or not in the size of before. It is called before a change
   * that hides is stored.
   */
  onShownChanged(listener: (hiddenCameraIds: readonly string[]) => void): void;
  onSiteChanged(listener: (siteId: string) => void): void;
}

/** 12 letters and digits of 5 bits each. */
const codeGroups = 3;

export function createPublications(options: {
  repository: PublicRepository;
  stored: { sites: readonly PublicSiteRecord[]; cameras: readonly PublicCameraRecord[] };
  registry: Registry;
  nowMs(): number;
  /** Minutes since midnight, and the date as `2026-03-01`, in the hub's time zone. */
  today(): { minuteOfDay: number; date: string };
  /** The date of a moment of the hub's time, in its time zone. */
  dayOf(ms: number): string;
}): Publications {
  const { repository, registry, nowMs, today, dayOf } = options;
  const sites = new Map(options.stored.sites.map((site) => [site.siteId, site]));
  const cameras = createCameraRecords(options.stored.cameras, registry);
  const byCode = new Map(options.stored.sites.map(({ code, siteId }) => [plainCode(code), siteId]));
  const shownChanged = createListeners<[hiddenCameraIds: readonly string[]]>();
  const siteChanged = createListeners<[siteId: string]>();
  const { exclusive } = createSequence();
  /** The cameras that the last review found shown, each with the time since when. */
  let shown = new Map<string, number>();
  const { stateOf, kitchen } = createPublicationViews({
    registry,
    camera: cameras.find,
    reasonOf: (camera) => reasonOf(camera, momentNow()),
    isShown: (cameraId) => shown.has(cameraId),
  });

  const momentNow = (): PublicMoment => {
    const { minuteOfDay, date } = today();
    // Sunday is 0 there.
    return { minuteOfDay, dayOfWeek: new Date(`${date}T00:00:00Z`).getUTCDay() || 7 };
  };
  const reasonOf = (camera: RegistryCamera, moment: PublicMoment): HiddenReason | undefined => {
    if (registry.site(camera.siteId) === undefined) return 'no_consent';
    const pendingReason = pending.reasonOf(camera, moment);
    if (pendingReason !== undefined) return pendingReason;
    const view = mayShow({ ...cameras.find(camera.id), ...camera }, sites.get(camera.siteId) ?? {}, moment);
    return view.shown ? undefined : view.reason;
  };
  const review = (): void => {
    const moment = momentNow();
    const before = shown;
    const sinceMs = nowMs();
    shown = new Map();
    for (const siteId of sites.keys()) {
      for (const camera of registry.camerasOf(siteId)) {
        if (reasonOf(camera, moment) === undefined) shown.set(camera.id, before.get(camera.id) ?? sinceMs);
      }
    }
    const hidden = [...before.keys()].filter((cameraId) => !shown.has(cameraId));
    if (hidden.length > 0 || shown.size !== before.size) shownChanged.notify(hidden);
  };
  const pending = createPendingHides(review);
  const recordOf = (siteId: string): PublicSiteRecord =>
    sites.get(siteId) ?? { siteId, code: newCode(codeGroups), publication: { facts: {} } };
  const keep = (site: PublicSiteRecord): void => {
    sites.set(site.siteId, site);
    byCode.set(plainCode(site.code), site.siteId);
  };
  const put = (site: PublicSiteRecord | undefined, records: readonly PublicCameraRecord[]): void => {
    if (site !== undefined) keep(site);
    const resized = records.filter(
      ({ cameraId, headPercent }) => cameras.find(cameraId)?.headPercent !== headPercent,
    );
    cameras.set(records);
    review();
    // What was made for the size of before ends; who watches asks again and gets the new one.
    const ended = resized.flatMap(({ cameraId }) => (shown.has(cameraId) ? [cameraId] : []));
    if (ended.length > 0) shownChanged.notify(ended);
  };

  /**
   * Changes one record. What hides counts at once and is stored afterwards, so that a slow or full disk shows nobody what is to be
   * hidden; what shows counts once it is stored.
   */
  const change = async (
    siteId: string,
    next: { site?: PublicSiteRecord; camera?: PublicCameraRecord; settles?: readonly HiddenReason[] },
    audit: { action: string; subject: string; detail: object; actor: string },
    hides: boolean,
  ): Answer => {
    const { site, camera } = next;
    const records = camera === undefined ? [] : [camera];
    if (hides) put(site, records);
    await repository.save({ ...(site === undefined ? {} : { sites: [site] }), cameras: records }, [
      { atMs: nowMs(), ...audit },
    ]);
    if (!hides) put(site, records);
    pending.settle(camera?.externalId ?? '', next.settles ?? []);
    siteChanged.notify(siteId);
    return ok({ site: stateOf(recordOf(siteId)) });
  };
  const inTurn = (siteId: string | undefined, work: (record: PublicSiteRecord) => Answer): Answer =>
    exclusive(async () => {
      if (siteId === undefined || registry.site(siteId) === undefined) return noSuchSite();
      return work(recordOf(siteId));
    });
  /** With the code that a site gets when it is read first: it is printed, so it must stay. */
  const kept = async (record: PublicSiteRecord): Promise<PublicSiteRecord> => {
    if (sites.has(record.siteId)) return record;
    await repository.save({ sites: [record] }, []);
    put(record, []);
    return record;
  };

  const imports = createPublicationImports({
    repository,
    registry,
    pending,
    exclusive,
    recordOf,
    cameras,
    keep,
    putCameras: (records) => put(undefined, records),
    review,
    siteChanged: siteChanged.notify,
    nowMs,
    dayOf,
  });

  const isShown = (cameraId: string): boolean => {
    const camera = registry.camera(cameraId);
    // Asked again, and not taken from the last review: nobody is shown anything in the minute in which the hours end.
    return camera !== undefined && reasonOf(camera, momentNow()) === undefined;
  };

  review();
  return {
    ...imports,
    readSite: (siteId) => inTurn(siteId, async (record) => ok({ site: stateOf(await kept(record)) })),
    recordConsent: (siteId, agreedOn, actor) =>
      inTurn(siteId, async (record) => {
        if (agreedOn > today().date) {
          return refuse(
            'bad_request',
            'The date of the consent is in the future. Enter the date of the document.',
            {
              reason: 'public.date_in_future',
            },
          );
        }
        const { withdrawal: _withdrawal, ...publication } = record.publication;
        const consent = { agreedOn, recordedBy: actor, recordedAtMs: nowMs() };
        const site = { ...record, publication: { ...publication, consent } };
        const audit = { action: 'public:recordConsent', subject: siteId, detail: { agreedOn }, actor };
        return change(siteId, { site }, audit, false);
      }),
    withdrawConsent: (siteId, actor) =>
      pending.during({ type: 'site', siteId }, 'consent_withdrawn', () =>
        inTurn(siteId, async (record) => {
          const withdrawal = { recordedBy: actor, atMs: nowMs() };
          const site = { ...record, publication: { ...record.publication, withdrawal } };
          const audit = { action: 'public:withdrawConsent', subject: siteId, detail: {}, actor };
          return change(siteId, { site }, audit, true);
        }),
      ),
    saveSite: (siteId, { hours, facts }, actor) =>
      pending.narrowing([{ siteId, hours }], () =>
        inTurn(siteId, async (record) => {
          const { hours: _hours, ...publication } = record.publication;
          const site = {
            ...record,
            publication: { ...publication, facts, ...(hours === null ? {} : { hours }) },
          };
          const audit = { action: 'public:saveSite', subject: siteId, detail: { hours, facts }, actor };
          return change(siteId, { site }, audit, false);
        }),
      ),
    saveCamera: (cameraId, { room, headPercent }, actor) =>
      inTurn(registry.camera(cameraId)?.siteId, async ({ siteId }) => {
        const { room: _room, headPercent: _percent, ...rest } = cameras.recorded(cameraId);
        const camera = {
          ...rest,
          ...(room === null ? {} : { room }),
          ...(headPercent === null ? {} : { headPercent }),
        };
        const audit = {
          action: 'public:saveCamera',
          subject: cameraId,
          detail: { room, headPercent },
          actor,
        };
        const isForbidden = !mayShow({ name: '', ...camera }, { publication: agreed }, { minuteOfDay: 0 })
          .shown;
        const before = softenedBox(cameras.find(cameraId)?.headPercent);
        const isHiding = isForbidden || softenedBox(camera.headPercent).width < before.width;
        const settles = ['forbidden_room', 'curtain_over_camera'] as const;
        return change(siteId, { camera, settles }, audit, isHiding);
      }),
    drawCurtain(target, isDrawn, actor) {
      const isSite = target.type === 'site';
      const siteId = isSite ? target.siteId : registry.camera(target.cameraId)?.siteId;
      const inItsTurn = (): Answer =>
        inTurn(siteId, async (record) => {
          const curtain = isDrawn ? { drawnBy: actor, atMs: nowMs() } : undefined;
          const action = isDrawn ? 'public:drawCurtain' : 'public:openCurtain';
          if (isSite) {
            const { curtain: _before, ...site } = record;
            const next = { site: { ...site, ...(curtain === undefined ? {} : { curtain }) } };
            return change(
              record.siteId,
              next,
              { action, subject: record.siteId, detail: {}, actor },
              isDrawn,
            );
          }
          const { cameraId } = target;
          const { curtain: _before, ...camera } = cameras.recorded(cameraId);
          const next = {
            camera: { ...camera, ...(curtain === undefined ? {} : { curtain }) },
            settles: isDrawn ? [] : (['curtain_over_camera'] as const),
          };
          return change(record.siteId, next, { action, subject: cameraId, detail: {}, actor }, isDrawn);
        });
      // A curtain that is opened may wait for its turn; one that is drawn hides now.
      if (!isDrawn) return inItsTurn();
      return pending.during(target, isSite ? 'curtain_over_site' : 'curtain_over_camera', inItsTurn);
    },
    isShown,
    // A camera that became visible since the last review is shown from now on.
    shownSinceMs: (cameraId) => (isShown(cameraId) ? (shown.get(cameraId) ?? nowMs()) : undefined),
    headPercentOf: (cameraId) => cameras.find(cameraId)?.headPercent,
    kitchens: () => [...sites.keys()].flatMap((siteId) => kitchen(siteId) ?? []),
    kitchen,
    agreed: () => [...sites.values()].filter(({ publication }) => isConsentStanding(publication)),
    record: (siteId) => sites.get(siteId),
    recordOfCamera: cameras.find,
    siteOfCode: (code) => byCode.get(plainCode(code)),
    review,
    onShownChanged: (listener) => void shownChanged.add(listener),
    onSiteChanged: (listener) => void siteChanged.add(listener),
  };
}

/** A consent that stands, to ask what hides a camera whatever its site says. */
const agreed = { facts: {}, consent: { agreedOn: '', recordedBy: '', recordedAtMs: 0 } };

function noSuchSite(): Ack<never> {
  return refuse('not_found', 'There is no such site or camera in the registry.', {
    reason: 'public.no_such_site',
  });
}
