import type { Order } from '../../../src-shared/orders/orders.protocol.ts';
import { ok, type Ack } from '../../../src-shared/protocol/define.ts';
import { worksForDistrict, type Scope } from '../../../src-shared/session/principal.ts';
import type {
  ReleasedParts,
  SavedProgramme,
  ShowcaseDesk,
  ShowcaseView,
} from '../../../src-shared/showcase/showcase.protocol.ts';
import type { ReplacedPage } from '../../../src-shared/wall/replacedPage.ts';
import { startTimer, type Timer } from '../../base/timers.ts';
import { createCaseRelease, isReleasedStreamId, type ReleasedStream } from './caseRelease.ts';
import type { CityFigures } from './cityFigures.ts';
import type { ReleasedPicture } from './releasedPicture.ts';
import type { ShowcaseRepository } from './showcase.repository.ts';
import type { ShowcaseService } from './showcase.service.ts';

/** How often the figures are read while somebody sees them. Milliseconds. */
export const figuresEveryMs = 5_000;
/** A consumer that was being made when a release was taken back is closed by then. Milliseconds. */
const closeAgainAfterMs = [100, 500, 2_000];

/** The surfaces that are connected, as the showcase needs them. */
export interface ShowcaseSurfaces {
  /** Sends the view to every screen of the showcase. */
  announceView(view: ShowcaseView): void;
  /** Sends each desk what is for its districts. */
  announceToDesks(viewFor: (scope: Scope) => ShowcaseDesk): void;
  /** Closes what a surface receives and may not any more. */
  keepStreams(mayKeep: (connectionId: string, streamId: string) => boolean): void;
  isDeskOpen(): boolean;
}

export interface ShowcaseStageOptions {
  service: ShowcaseService;
  city: CityFigures;
  surfaces: ShowcaseSurfaces;
  openOrder(orderId: string): Order | undefined;
  squad(squadId: string): { name: string; nameEn?: string | undefined } | undefined;
  /** Where the voices of an order's group run. */
  findVoice(orderId: string): Promise<{ workerId: string } | undefined>;
  /** The softened body-worn camera. */
  picture: ReleasedPicture;
  record: ShowcaseRepository['record'];
  newId(): string;
  nowMs(): number;
  onFault(error: unknown): void;
}

/** What visitors and desks see of the showcase, and what visitors receive. */
export interface ShowcaseStage {
  view(): ShowcaseView;
  /** Figures of the scope's districts, and a release of a case there. */
  desk(scope: Scope): ShowcaseDesk;
  /** Something that screens show is another: sent to all. */
  announce(): void;
  joined(connectionId: string, isScreen: boolean): void;
  left(connectionId: string): void;
  /** A screen's page was replaced. What is no screen of the showcase says nothing. */
  pageReplaced(connectionId: string, cause: ReplacedPage['cause']): void;
  saveProgramme(saved: SavedProgramme, by: string): Promise<Ack<SavedProgramme>>;
  releaseCase(orderId: string, parts: ReleasedParts, by: string): Promise<Ack<Record<string, never>>>;
  takeBackCase(by: string): Promise<Ack<Record<string, never>>>;
  orderChanged(orderId: string): void;
  /** What a visitor may receive under this id now; undefined for nothing. */
  mayReceive(streamId: string): ReleasedStream | undefined;
  /** What stands behind an id while it is released, also behind the curtain. */
  streamOf(streamId: string): ReleasedStream | undefined;
  /** Whether the curtain keeps pictures from this connection. */
  isDark(isScreen: boolean): boolean;
  open(): Promise<void>;
  /** Keeps the figures fresh from now on. */
  start(): void;
  close(): void;
}

export function createShowcaseStage(options: ShowcaseStageOptions): ShowcaseStage {
  const { service, city, surfaces, picture, openOrder, nowMs } = options;
  const screens = new Set<string>();
  /** Since the hub was started: why a page for visitors was replaced last, and how often one was. */
  let replaced: ReplacedPage | undefined;
  /** Where the voice of the release runs, as it was found last. */
  let voice: { orderId: string; workerId: string } | undefined;
  let timer: Timer | undefined;
  const release = createCaseRelease({
    openOrder,
    squad: options.squad,
    placeOf(stream) {
      if (stream.kind === 'bodyCam') return picture.place();
      return voice?.orderId === stream.orderId ? voice : undefined;
    },
    newId: options.newId,
    nowMs,
  });

  const view = (): ShowcaseView => {
    const { isDrawn, sinceMs } = service.curtain();
    const curtain = { isDrawn, sinceMs };
    if (isDrawn) return { curtain };
    const figures = city.now();
    const releasedCase = release.view();
    return {
      curtain,
      programme: service.saved().programme,
      ...(figures === undefined ? {} : { city: figures }),
      ...(releasedCase === undefined ? {} : { releasedCase }),
    };
  };
  const desk = (scope: Scope): ShowcaseDesk => {
    const running = release.desk();
    const place = running && openOrder(running.orderId)?.place;
    const released = worksForDistrict(scope, place?.district) ? running : undefined;
    const isOwn = ({ district }: { district: string }): boolean => worksForDistrict(scope, district);
    const figures = city.now();
    const own = figures && {
      ...figures,
      byDistrict: figures.byDistrict.filter(isOwn),
      recent: figures.recent.filter(isOwn),
    };
    return {
      curtain: service.curtain(),
      saved: service.saved(),
      screens: screens.size,
      ...(replaced === undefined ? {} : { replaced }),
      ...(own === undefined ? {} : { city: own }),
      ...(released === undefined ? {} : { release: released }),
    };
  };
  const announceToDesks = (): void => surfaces.announceToDesks(desk);
  const announce = (): void => {
    surfaces.announceView(view());
    announceToDesks();
  };
  const mayReceive = (streamId: string): ReleasedStream | undefined =>
    service.curtain().isDrawn ? undefined : release.streamOf(streamId);
  /** The released picture is made while a screen may show it. */
  const followPicture = (): void => {
    const isSeen = screens.size > 0 && !service.curtain().isDrawn;
    picture.follow(isSeen ? release.desk()?.parts.bodyCamMemberId : undefined);
  };
  const isDark = (isScreen: boolean): boolean => isScreen && service.curtain().isDrawn;
  /** Ends at once what visitors receive and may not any more. */
  const closeStreams = (): void => {
    const close = (): void =>
      surfaces.keepStreams(
        (connectionId, streamId) =>
          !isDark(screens.has(connectionId)) &&
          (!isReleasedStreamId(streamId) || mayReceive(streamId) !== undefined),
      );
    close();
    for (const delayMs of closeAgainAfterMs) startTimer(close, delayMs);
    followPicture();
  };
  /** Finds out where the released voice and picture run: a media worker can be replaced. Resolves with whether that is another place. */
  const findPlaces = async (): Promise<boolean> => {
    const running = release.desk();
    const before = voice;
    const found = running?.parts.voice === true ? await options.findVoice(running.orderId) : undefined;
    voice =
      running === undefined || found === undefined
        ? undefined
        : { orderId: running.orderId, workerId: found.workerId };
    const isPictureMoved = await picture.refresh();
    return isPictureMoved || voice?.orderId !== before?.orderId || voice?.workerId !== before?.workerId;
  };
  const refresh = async (): Promise<void> => {
    const isChanged = await city.read();
    const isMoved = await findPlaces();
    if (isMoved || isChanged) announce();
  };
  const keepFresh = (): void => {
    const isSeen = screens.size > 0 || surfaces.isDeskOpen();
    (isSeen ? refresh() : Promise.resolve())
      .catch(options.onFault)
      .finally(() => (timer = startTimer(keepFresh, figuresEveryMs)));
  };

  let wasDrawn = service.curtain().isDrawn;
  service.onChanged(() => {
    const { isDrawn } = service.curtain();
    announce();
    if (isDrawn && !wasDrawn) closeStreams();
    followPicture();
    wasDrawn = isDrawn;
  });

  return {
    view,
    desk,
    announce,
    joined(connectionId, isScreen) {
      const had = screens.size;
      if (isScreen) screens.add(connectionId);
      else screens.delete(connectionId);
      if (screens.size !== had) announceToDesks();
      followPicture();
    },
    left(connectionId) {
      if (screens.delete(connectionId)) announceToDesks();
      followPicture();
    },
    pageReplaced(connectionId, cause) {
      // A desk may see the showcase too, but it is no screen of it.
      if (!screens.has(connectionId)) return;
      replaced = { cause, atMs: nowMs(), count: (replaced?.count ?? 0) + 1 };
      announceToDesks();
    },
    async saveProgramme(saved, by) {
      const answer = await service.saveProgramme(saved, by);
      if (answer.ok) await refresh();
      return answer;
    },
    async releaseCase(orderId, parts, by) {
      const answer = await release
        .release(orderId, parts, by, () => {
          // What was released before ends at once.
          closeStreams();
          return options.record({
            atMs: nowMs(),
            actor: by,
            action: 'showcase:releaseCase',
            subject: orderId,
            detail: parts,
          });
        })
        .catch((error: unknown) => {
          closeStreams();
          announce();
          throw error;
        });
      if (!answer.ok) return answer;
      followPicture();
      await findPlaces();
      announce();
      return answer;
    },
    async takeBackCase(by) {
      const subject = release.takeBack();
      closeStreams();
      announce();
      if (subject !== undefined)
        await options.record({
          ...{ atMs: nowMs(), actor: by, subject },
          action: 'showcase:takeBackCase',
          detail: {},
        });
      return ok({});
    },
    orderChanged(orderId) {
      if (release.desk()?.orderId !== orderId) return;
      if (release.follow()) closeStreams();
      announce();
    },
    mayReceive,
    streamOf: release.streamOf,
    isDark,
    async open() {
      await city.read();
    },
    start: keepFresh,
    close() {
      timer?.cancel();
      picture.close();
    },
  };
}
