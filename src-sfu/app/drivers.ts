import { readFileSync } from 'node:fs';
import { createClock, type Clock } from '../base/clock.ts';
import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';
import { createCameraMedia, type StreamSinks } from '../media/cameraMedia.ts';
import { createTranscoder, type Transcoder } from '../media/ingest/transcode.ts';
import { createPagePrinter, type PagePrinter } from '../media/pagePrinter.ts';
import { createKeyPictureMaker, type MakeKeyPicture } from '../media/keyPictureMaker.ts';
import { createPictureConverter, type ConvertPicture } from '../media/pictureConverter.ts';
import { resolveRtcAddresses } from '../media/rtcAddresses.ts';
import { createSoftenedMedia } from '../media/softenedMedia.ts';
import { gb28181Sources, type RecorderDoors } from '../media/sources/gb28181/gb28181Source.ts';
import { onvifSources, type OnvifDirectory } from '../media/sources/onvif/onvifSources.ts';
import type { StreamSourceKind } from '../media/sources/streamSource.ts';
import { watchedSources } from '../media/sources/watchedSources.ts';
import { rtspSources } from '../media/sources/rtsp/rtspSources.ts';
import type { ProducerDirectory } from '../media/producerDirectory.ts';
import { startWorkerPool, type WorkerPool } from '../media/workerPool.ts';
import { bindStoredPasswords } from '../storage/cameraPasswords.ts';
import { createCamerasRepository } from '../storage/cameras.sql.ts';
import type { CameraMedia } from '../features/cameras/cameras.ports.ts';
import type { CamerasRepository } from '../features/cameras/cameras.repository.ts';
import { keepClockPast, readClockPast } from '../storage/clockFile.ts';
import { openWithReserve } from '../storage/startReserve.ts';
import { openDatabase, type Database, type Store } from '../storage/database.ts';
import { openSpoolFile, spoolPaths, type SpoolFile } from '../storage/spoolFile.ts';
import { openSecretBox, type SecretBox } from '../storage/secretBox.ts';
import { createSettingsRepository, type SettingsRepository } from '../storage/settings.sql.ts';

/** What the features of one hub are built on: the store, the media workers, and the time. */
export interface Drivers {
  config: Config;
  logger: Logger;
  version: string;
  /** The database itself, for those who watch how it is. */
  database: Pick<Database, 'thread' | 'alone'>;
  store: Store;
  /** The same tables, served before all other statements: only for what people's safety depends on. */
  urgentStore: Store;
  /** Where what people’s safety depends on is written while the database cannot take it. */
  spool: SpoolFile;
  settings: SettingsRepository;
  secrets: SecretBox;
  camerasRepository: CamerasRepository;
  pool: WorkerPool;
  cameraMedia: CameraMedia & ProducerDirectory & Pick<StreamSinks, 'attachFromKey'>;
  /** By which door the sources of recorders call; the feature that knows the recorders opens it. */
  /** Changes to H.264 what browsers cannot take; its places are shared by all that do so for live and recorded pictures. */
  transcoder: Transcoder;
  recorderDoors: RecorderDoors;
  /** The ONVIF devices that sources and heads ask; the feature that knows them puts them in. */
  onvifDirectory: OnvifDirectory;
  /** The pictures of ONVIF devices, for those that are no cameras yet. */
  onvifStreams: StreamSourceKind;
  /** Turns an H.264 key picture (Annex B) into a JPEG. */
  toJpeg(annexB: Uint8Array): Promise<Buffer>;
  /** Makes a key picture of a JPEG, such as an ONVIF device gives of what it sees. */
  toKeyPicture: MakeKeyPicture;
  /** Copies of cameras for the public, softened: by the same ports as the cameras, under streams of their own. */
  softenedMedia: CameraMedia & ProducerDirectory & StreamSinks;
  /** As `toJpeg`, made to fit into a box of picture elements; one at a time. */
  toSmallJpeg: ConvertPicture;
  /** Makes PDFs, one at a time. */
  pagePrinter: PagePrinter;
  /** The hub's own time and the date; setting the date of the machine changes no deadline. */
  clock: Clock;
  /** The hub's own time, Unix milliseconds. */
  nowMs(): number;
}

/** Opens the drivers. Each that needs closing is given to `closeLater`, in the order in which they were opened. */
export async function openDrivers(
  config: Config,
  logger: Logger,
  closeLater: (close: () => void | Promise<void>) => void,
): Promise<Drivers> {
  const clock = createClock(undefined, readClockPast(config.dataDir));
  const { nowMs } = clock;
  if (clock.stepBeforeStartMs !== 0) {
    logger.warn(
      {
        stepSeconds: Math.round(clock.stepBeforeStartMs / 1_000),
        date: new Date(clock.wallMs()).toISOString(),
      },
      'the clock of this machine was set while no hub was running; stored records keep their age',
    );
  }
  clock.onStepped((stepMs) => {
    logger.warn(
      { stepSeconds: Math.round(stepMs / 1_000), date: new Date(clock.wallMs()).toISOString() },
      'the clock of this machine was set; deadlines are not affected, new records have the new date',
    );
  });
  closeLater(() => clock.close());
  const opening = openWithReserve(config.dataDir, () =>
    openDatabase(config.dataDir, clock, {
      onWaiting: () =>
        logger.warn(
          // Much more than some seconds since the start of the process: the machine is busy, and nothing is locked.
          { startedMs: Math.round(performance.now()) },
          'the database is not open after a second: another program has locked it, or this machine is busy; the start waits for it',
        ),
      onCopy(copy) {
        if ('begunPath' in copy)
          logger.info(copy, 'the database is being copied before this version changes its tables');
        else if ('path' in copy)
          logger.info(copy, 'the database was copied before this version changes its tables');
        else if ('missingBytes' in copy)
          logger.warn(
            copy,
            'there is no room for a copy of the database before this version changes its tables',
          );
        else
          logger.warn(
            { err: copy.failure },
            'the database could not be copied before this version changes its tables',
          );
      },
    }),
  );
  const starting = startWorkerPool({
    count: config.mediaWorkers,
    addresses: resolveRtcAddresses(config.rtcAddresses),
    rtcPort: config.rtcPort,
    logger,
  });
  // Both at the same time; what has started is closed also where the other one fails.
  const [opened, started] = await Promise.allSettled([opening, starting]);
  if (opened.status === 'fulfilled') closeLater(() => opened.value.close());
  if (started.status === 'fulfilled') closeLater(() => started.value.close());
  const database = await opening;
  const pool = await starting;
  const { store, urgentStore } = database;
  const spool = openSpoolFile({
    paths: config.dataDir === ':memory:' ? [] : spoolPaths(config.dataDir, config.spoolFolder),
    dates: clock,
    logger,
  });
  closeLater(() => spool.close());
  const clockFile = keepClockPast({ folder: config.dataDir, clock, logger });
  closeLater(() => clockFile.close());
  const secrets = openSecretBox(config.dataDir);
  await bindStoredPasswords(store, secrets, logger);
  const transcoder = createTranscoder({
    ffmpegPath: config.ffmpegPath,
    maxConcurrent: config.maxTranscodes,
    logger,
  });
  const recorderDoors: RecorderDoors = { door: undefined };
  const onvifDirectory: OnvifDirectory = { devices: undefined };
  const rtsp = rtspSources({ lowerTransport: config.cameraTransport });
  const onvifStreams = onvifSources(onvifDirectory, rtsp);
  const cameraMedia = createCameraMedia({
    pool,
    transcoder,
    sparingTranscoder: {
      running: transcoder.running,
      start: (track, events) =>
        transcoder.running() + 1 < config.maxTranscodes ? transcoder.start(track, events) : undefined,
    },
    sources: [
      watchedSources(
        gb28181Sources(() => recorderDoors.door),
        (url, error) => recorderDoors.onFailed?.(url, error),
      ),
      onvifStreams,
      rtsp,
    ],
    logger,
    nowMs,
  });
  return {
    config,
    logger,
    version: hubVersion(),
    database,
    store,
    urgentStore,
    spool,
    settings: createSettingsRepository(store),
    secrets,
    camerasRepository: createCamerasRepository(store, secrets),
    pool,
    cameraMedia,
    transcoder,
    recorderDoors,
    onvifDirectory,
    onvifStreams,
    toKeyPicture: createKeyPictureMaker({ ffmpegPath: config.ffmpegPath }),
    toJpeg: createPictureConverter({ ffmpegPath: config.ffmpegPath }),
    softenedMedia: createSoftenedMedia({
      pool,
      cameraMedia,
      ffmpegPath: config.ffmpegPath,
      maxConcurrent: config.publicTranscodes,
      logger,
      nowMs,
    }),
    toSmallJpeg: createPictureConverter({ ffmpegPath: config.ffmpegPath, maxConcurrent: 1 }),
    pagePrinter: createPagePrinter({
      browserPath: config.browser,
      environment: process.env,
      onFault: (sentence) => logger.error(sentence),
    }),
    clock,
    nowMs,
  };
}

function hubVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
