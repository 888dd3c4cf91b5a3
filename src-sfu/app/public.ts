import type { FastifyPluginCallback } from 'fastify';
import { may } from '../../src-shared/session/principal.ts';
import { isConsentStanding } from '../../src-shared/public/publication.ts';
import { cameraOfSoftenedStream, softenedStreamId } from '../../src-shared/public/public.protocol.ts';
import { minuteOfDay } from '../../src-shared/time/minuteOfDay.ts';
import { portProblem } from '../base/startError.ts';
import type { StreamShare } from '../base/streamShares.ts';
import { namedRecords } from '../features/public/cameraRecords.ts';
import { createPublicHandlers } from '../features/public/public.handlers.ts';
import type { SoftenedCopies, SourceCameras } from '../features/public/public.ports.ts';
import { createPublicCopies } from '../features/public/publicCopies.service.ts';
import { createPublications } from '../features/public/publications.service.ts';
import { createPublishedSites } from '../features/public/publishedSites.ts';
import { createPublicLive, type PublicLive } from '../features/public/publicLive.service.ts';
import { createPublicSegments } from '../features/public/publicSegments.service.ts';
import { createPublicStills } from '../features/public/publicStills.service.ts';
import { createExportLog } from '../http/exportLog.ts';
import { createPublicLivePictures } from '../http/public/publicLivePictures.ts';
import { createPublicServer } from '../http/public/publicServer.ts';
import { createPublicFront, newSocketPath } from '../http/public/front/publicFront.ts';
import { createCodeRoutes } from '../http/public/codeRoutes.ts';
import { createStillRoutes } from '../http/public/stillRoutes.ts';
import { createSegmentSink } from '../media/mp4/segmentSink.ts';
import { createWhepMedia } from '../media/whep/whepMedia.ts';
import { softenedAddress } from '../media/softenedMedia.ts';
import type { RequestHandlers } from '../signaling/handlers.ts';
import { createAuditRepository } from '../storage/audit.sql.ts';
import { createPublicRepository } from '../storage/public.sql.ts';
import type { CamerasFeature } from './cameras.ts';
import type { HubFeature, StreamOffer } from './contract.ts';
import type { Drivers } from './drivers.ts';
import { createPublicPages, printedSites } from './publicPages.ts';
import { openSoftenedCopy } from './softenedCopy.ts';
import { surfacesDir } from './surfacesDir.ts';

export interface PublicFeature extends HubFeature<Extract<keyof RequestHandlers, `public:${string}`>> {
  streams: StreamOffer;
  /** The site of a public code, where it agreed and has not withdrawn that; a curtain hides pictures, not the site. */
  siteOfCode(code: string): string | undefined;
  /** Adds routes for the public, before it is served. Without a port for the public they are reached by nobody. */
  serve(routes: FastifyPluginCallback): void;
}

/** The hub itself holds the cameras that somebody public watches. */
const share: StreamShare = { holder: 'public', purpose: 'redact' };
/** Milliseconds. */
const frontPatienceMs = 3_000;
/** How often the hours of the sites are checked. Milliseconds. */
const reviewEveryMs = 1_000;

/** What the public may see, its softened copies and stills. */
export async function createPublicFeature(
  { config, store, logger, clock, nowMs, softenedMedia, toSmallJpeg, pagePrinter }: Drivers,
  {
    cameras: parts,
  }: {
    cameras: Pick<
      CamerasFeature,
      'directory' | 'cameras' | 'health' | 'onRegistryChanged' | 'setPublishedSites'
    >;
  },
): Promise<PublicFeature> {
  const { directory, cameras, health } = parts;
  const repository = createPublicRepository(store);
  const stored = await repository.load();
  const named = namedRecords(stored.cameras, directory);
  if (named.length > 0) await repository.save({ cameras: named }, []);
  const publications = createPublications({
    repository,
    stored: { ...stored, cameras: [...stored.cameras, ...named] },
    registry: directory,
    nowMs,
    today: () => todayOf(new Date(clock.wallMs())),
    dayOf: (ms) => todayOf(new Date(clock.toShownMs(ms))).date,
  });
  const { isShown, headPercentOf } = publications;
  const sources: SourceCameras = {
    hold: (cameraIds) =>
      cameras.holdStreams(
        share,
        cameraIds.map((cameraId) => ({ cameraId, stream: 'sub' as const })),
      ),
    async picture(cameraId) {
      const live =
        (await cameras.keyPicture(`${cameraId}:sub`)) ?? (await cameras.keyPicture(`${cameraId}:main`));
      return live ?? health.poster(cameraId);
    },
  };
  /** Half of the copies are for phones, where there are any; the other half is for screens. */
  const phoneCopies = Math.ceil(config.publicTranscodes / 2);
  const copies = createPublicCopies({
    copies: softenedCopies(softenedMedia, (cameraId) => holdAlso(cameraId)),
    isShown,
    headPercentOf,
    limit: config.publicTranscodes,
    screenLimit:
      config.publicPort === undefined
        ? config.publicTranscodes
        : Math.max(1, config.publicTranscodes - phoneCopies),
  });
  const stills = createPublicStills({
    cameras: sources,
    toSmallJpeg,
    isShown,
    shownSinceMs: publications.shownSinceMs,
    headPercentOf,
    nowMs,
    onFault: (error) => logger.debug({ err: error }, 'a softened still could not be made'),
  });
  const segments = createPublicSegments({
    copies,
    attach: (cameraId, onSegment) =>
      softenedMedia.attach(softenedStreamId(cameraId), createSegmentSink(onSegment)),
    isShown,
    limit: phoneCopies,
    nowMs,
  });
  const whep = createWhepMedia(softenedMedia, (connectionId, state) => live.pathChanged(connectionId, state));
  const live: PublicLive = createPublicLive({
    media: {
      start: (connectionId, cameraId, offer) => whep.start(connectionId, softenedStreamId(cameraId), offer),
      stop: whep.stop,
    },
    isShown,
    isPlaying: segments.isPlaying,
    limit: config.publicLive,
    nowMs,
  });
  const hold = (): void => sources.hold([...new Set([...copies.running(), ...stills.wanted()])]);
  /** A copy finds its camera open when it begins. */
  const holdAlso = (cameraId: string): void =>
    sources.hold([...new Set([cameraId, ...copies.running(), ...stills.wanted()])]);
  copies.onChanged(hold);
  stills.onChanged(hold);
  publications.onShownChanged((hidden) => {
    live.hide(hidden);
    copies.hide(hidden);
    stills.hide(hidden);
    segments.hide(hidden);
  });
  parts.onRegistryChanged(publications.review);
  parts.setPublishedSites(
    createPublishedSites({ publications, directory, today: () => todayOf(new Date(clock.wallMs())).date }),
  );
  let timer: NodeJS.Timeout | undefined;
  const { publicPort } = config;
  const pages = createPublicPages({
    publications,
    stills,
    segments,
    live,
    registry: directory,
    nowMs,
    toShownMs: clock.toShownMs,
  });
  const socketPath = publicPort === undefined ? '' : newSocketPath();
  const front =
    publicPort === undefined
      ? undefined
      : createPublicFront(
          {
            host: config.host,
            port: publicPort,
            proxies: config.proxies,
            socketPath,
            patienceMs: frontPatienceMs,
          },
          (how) => logger.warn(how, 'the front of the public ended; it is started again'),
        );
  const server =
    publicPort === undefined
      ? undefined
      : await createPublicServer({
          ...pages,
          readStill: stills.read,
          readSegment: segments.read,
          onHidden: publications.onShownChanged,
          onBusy() {
            live.shed();
            front?.busy();
          },
          // The front alone asks here, by the local socket, which has no address.
          isProxy: (address) => address === '',
          surfacesDir,
          nowMs,
        });

  await server?.register(createPublicLivePictures({ live, cameraOf: pages.cameraOf }));

  return {
    siteOfCode(code) {
      const record = publications.record(publications.siteOfCode(code) ?? '');
      return record !== undefined && isConsentStanding(record.publication) ? record.siteId : undefined;
    },
    serve: (routes) => void server?.register(routes),
    handlers: createPublicHandlers({ publications, copies, stills }),
    routes: (admit) => [
      createStillRoutes({ read: stills.read, admit: admit('public:view') }),
      createCodeRoutes({
        admit,
        address: config.publicUrl,
        sites: (principal, wanted) => printedSites({ publications, registry: directory, principal, wanted }),
        print: pagePrinter.print,
        recordExport: createExportLog(createAuditRepository(store), nowMs),
      }),
    ],
    streams: {
      owns: (streamId) => cameraOfSoftenedStream(streamId) !== undefined,
      mayConsume({ identity, connectionId }, streamId) {
        const cameraId = cameraOfSoftenedStream(streamId) ?? '';
        return (
          identity !== undefined &&
          may(identity.principal, 'public:view') &&
          isShown(cameraId) &&
          copies.isWatching(connectionId, cameraId)
        );
      },
      producers: softenedMedia,
    },
    announceTo(surfaces) {
      publications.onShownChanged((hidden) =>
        surfaces.broadcast('public:kitchensChanged', { hiddenCameraIds: [...hidden] }),
      );
      publications.onSiteChanged((siteId) =>
        surfaces.broadcast(
          'public:siteChanged',
          { siteId },
          { district: directory.districtOfSite(siteId), siteId },
        ),
      );
    },
    left: ({ connectionId }) => copies.leave(connectionId),
    metrics: [
      {
        name: 'mingchu_public_copies',
        help: 'Softened copies of cameras that run',
        read: () => copies.running().length,
      },
      {
        name: 'mingchu_public_live',
        help: 'Phones of the public that receive a softened copy by WebRTC',
        read: () => live.count(),
      },
      {
        name: 'mingchu_public_front_starts',
        help: 'How often the process that answers the public was started',
        read: () => front?.starts() ?? 0,
      },
    ],
    async open() {
      if (server === undefined || front === undefined || publicPort === undefined) return;
      await server.listen({ path: socketPath });
      const port = await front.open().catch(portProblem(publicPort, 'MINGCHU_PUBLIC_PORT'));
      publications.onShownChanged(front.forget);
      logger.info({ publicUrl: `http://${config.host}:${port}` }, 'the page of the public is ready');
    },
    start() {
      timer = setInterval(publications.review, reviewEveryMs).unref();
    },
    async close() {
      clearInterval(timer);
      await front?.close();
      await server?.close();
      live.close();
      segments.close();
      copies.close();
      stills.close();
    },
  };
}

/** Copies as streams of the softened media, each of one attempt. `open`: keeps the camera open from now on. */
function softenedCopies(media: Drivers['softenedMedia'], open: (cameraId: string) => void): SoftenedCopies {
  return {
    open(cameraId, headPercent, onEnded) {
      open(cameraId);
      const url = softenedAddress(cameraId, headPercent);
      return openSoftenedCopy(media, softenedStreamId(cameraId), url, onEnded);
    },
  };
}

function todayOf(date: Date): { minuteOfDay: number; date: string } {
  const two = (number: number): string => String(number).padStart(2, '0');
  return {
    minuteOfDay: minuteOfDay(date),
    date: `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
  };
}
