import { toWgs84 } from '../../base/coordinates.ts';
import { type CameraImport, type RegistryImport } from '../../../src-shared/cameras/registryImport.ts';
import type { RegistryImportReport, RegistryProblem } from '../../../src-shared/cameras/registryReport.ts';
import { findFutureConsents, publishedIn, type PublishedSites } from './publishedSites.ts';
import {
  findRegistryProblems,
  type RegistryChange,
  type RegistryOutcome,
  type RegistryRepository,
} from './registry.repository.ts';
import { maxProblems, readRegistryDocument, type RegistryReading } from './registryDocument.ts';
import { readRegistryJson } from './registryJson.ts';
import { readRegistryCsv } from './registryCsv.ts';
import type { CsvFile } from './registryTableRows.ts';
import { CameraUrlError } from '../../base/cameraUrl.ts';
import { faultOfUrl, hidePassword, isPasswordHidden, splitCredentials } from './urlSecrets.ts';
import { registryFault } from '../../../src-shared/cameras/registryFault.ts';

/** The result of an import: done (or checked, in a dry run), or nothing changed because of the problems. */
export type RegistryImportResult =
  | { ok: true; report: RegistryImportReport }
  | { ok: false; problems: RegistryProblem[]; problemCount: number };

/** Who imports; in a dry run nothing is changed, and the report says what would be. */
export interface ImportOptions {
  actor: string;
  dryRun?: boolean;
  /** Cameras that the import does not name are removed from the registry. */
  removesMissing?: boolean;
}

/** Imports and exports the registry. An import is all or nothing. */
export interface RegistryService {
  /** `document` is anything a client sent. */
  importDocument(document: unknown, options: ImportOptions): Promise<RegistryImportResult>;
  /** The document as bytes of JSON, in UTF-8, UTF-16 or GB18030. */
  importJson(bytes: Uint8Array, options: ImportOptions): Promise<RegistryImportResult>;
  /** One or more tables that belong together, such as sites.csv and cameras.csv. */
  importCsv(files: CsvFile[], options: ImportOptions): Promise<RegistryImportResult>;
  /** The whole registry in the import format, without passwords. Importing it again changes nothing. */
  exportRegistry(): Promise<RegistryImport>;
}

export interface RegistryServiceOptions {
  repository: RegistryRepository;
  nowMs(): number;
  /** Who keeps what sites publish. */
  published(): PublishedSites;
  /** Called after a change is durable. */
  onImported(outcome: RegistryOutcome): Promise<void>;
}

export function createRegistryService(options: RegistryServiceOptions): RegistryService {
  const { repository, nowMs, onImported, published } = options;

  const apply = async (
    registry: RegistryImport,
    before: RegistryImport,
    ignoredColumns: string[],
    { actor, dryRun = false, removesMissing = false }: ImportOptions,
  ): Promise<RegistryImportResult> => {
    const isNothingNamed = registry.sites.length === 0 && registry.cameras.length === 0;
    if (removesMissing && registry.cameras.length === 0 && (isNothingNamed || before.cameras.length > 0)) {
      const message =
        'it names no camera, so that every camera would be removed; that is refused. Send cameras.csv with it';
      return refused([{ path: '', message, ...registryFault('everyCameraRemoved') }]);
    }
    const change = toChange(registry, before);
    const said = publishedIn(registry);
    const store = async (): Promise<RegistryImportResult> => {
      const outcome = await repository.importRegistry(change, {
        actor,
        nowMs: nowMs(),
        dryRun,
        removesMissing,
      });
      if (!dryRun) await onImported(outcome);
      // New sites and cameras have their ids only now.
      const taken = await published().take(said, { actor, dryRun });
      const { sites: publications, cameras: publicCameras, keptCameras } = taken;
      const report = { dryRun, ...outcome, publications, publicCameras, keptCameras, ignoredColumns };
      return { ok: true, report };
    };
    return dryRun ? store() : published().holdingBack(said.cameras, store);
  };

  const importRead = async (
    { registry, problems, problemCount }: RegistryReading,
    importOptions: ImportOptions,
  ): Promise<RegistryImportResult> => {
    if (problemCount > 0) return refused(problems, problemCount);
    const unusable = findUnusableUrls(registry);
    if (unusable.length > 0) return refused(unusable);
    const before = await repository.readRegistry();
    const conflicts = [
      ...findRegistryProblems(registry, siteIdsOf(before)),
      ...findHiddenPasswords(registry, before),
      ...findFutureConsents(registry.sites, published().today()),
    ];
    if (conflicts.length > 0) return refused(conflicts);
    return apply(registry, before, [], importOptions);
  };

  return {
    async importDocument(document, importOptions) {
      const reading = await readRegistryDocument(document);
      return importRead({ ...reading, problemCount: reading.problems.length }, importOptions);
    },
    importJson: async (bytes, importOptions) => importRead(await readRegistryJson(bytes), importOptions),
    async importCsv(files, importOptions) {
      const table = await readRegistryCsv(files);
      if (table.isBroken) return refused(table.problems, table.problemCount);
      const before = await repository.readRegistry();
      const known = new Set([...siteIdsOf(before), ...table.faultySiteIds]);
      const unusable = findUnusableUrls(table.registry);
      const problems = [
        ...findRegistryProblems(table.registry, known),
        ...unusable,
        ...findFutureConsents(table.registry.sites, published().today()),
        ...(unusable.length === 0 ? findHiddenPasswords(table.registry, before) : []),
      ];
      const problemCount = table.problemCount + problems.length;
      if (problemCount === 0) return apply(table.registry, before, table.ignoredColumns, importOptions);
      return refused([...table.problems, ...problems.map(table.locate)].sort(byPlace), problemCount);
    },
    async exportRegistry() {
      const registry = await repository.readRegistry();
      const sites = registry.sites.map((site) => {
        const publication = published().read(site.externalId);
        return publication === undefined ? site : { ...site, publication };
      });
      const cameras = registry.cameras.map((camera) => {
        const publication = published().readCamera(camera.externalId);
        return withHiddenPasswords(publication === undefined ? camera : { ...camera, publication });
      });
      return { sites, cameras };
    },
  };
}

function toChange(registry: RegistryImport, before: RegistryImport): RegistryChange {
  const known = new Map(before.cameras.map((camera) => [camera.externalId, camera]));
  return {
    sites: registry.sites.map(({ publication: _kept, ...site }) => {
      if (site.position === undefined) return site;
      return { ...site, wgs84: toWgs84(site.position, site.position.system) };
    }),
    cameras: registry.cameras.map((camera) => toStored(camera, known.get(camera.externalId))),
  };
}

/** The camera as it is stored: credentials taken out of its URLs, hidden passwords put back. */
function toStored(camera: CameraImport, before: CameraImport | undefined): CameraImport {
  const { streams, username, password, publication: _kept, ...rest } = camera;
  const main = splitCredentials(streams.main.url);
  const sub = streams.sub === undefined ? undefined : splitCredentials(streams.sub.url);
  const credentials = {
    ...sub?.credentials,
    ...main.credentials,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
  const { username: user, ...secret } = credentials;
  return {
    ...rest,
    ...secret,
    ...(user === undefined || user === '' ? {} : { username: user }),
    streams: {
      main: { url: restorePassword(main.url, before) },
      ...(sub === undefined ? {} : { sub: { url: restorePassword(sub.url, before) } }),
    },
  };
}

function urlsOf({ streams }: CameraImport): string[] {
  return streams.sub === undefined ? [streams.main.url] : [streams.main.url, streams.sub.url];
}

/** The stored URL that equals this one once its password is hidden, otherwise the URL itself. */
function restorePassword(url: string, before: CameraImport | undefined): string {
  if (before === undefined || !isPasswordHidden(url)) return url;
  return urlsOf(before).find((stored) => hidePassword(stored) === url) ?? url;
}

function withHiddenPasswords(camera: CameraImport): CameraImport {
  const { main, sub } = camera.streams;
  return {
    ...camera,
    streams: {
      main: { url: hidePassword(main.url) },
      ...(sub === undefined ? {} : { sub: { url: hidePassword(sub.url) } }),
    },
  };
}

/** URLs that cannot be read, or that can be read in two ways. */
function findUnusableUrls(registry: RegistryImport): RegistryProblem[] {
  const problems: RegistryProblem[] = [];
  registry.cameras.forEach((camera, index) => {
    for (const stream of ['main', 'sub'] as const) {
      const url = camera.streams[stream]?.url;
      if (url === undefined) continue;
      try {
        splitCredentials(url);
      } catch (error) {
        if (!(error instanceof CameraUrlError)) throw error;
        problems.push({
          path: `cameras.${index}.streams.${stream}.url`,
          message: error.message,
          ...faultOfUrl(error),
        });
      }
    }
  });
  return problems;
}

/** URLs whose password was hidden by an export and that fit no stored camera: the password is not known. */
function findHiddenPasswords(registry: RegistryImport, before: RegistryImport): RegistryProblem[] {
  const known = new Map(before.cameras.map((camera) => [camera.externalId, camera]));
  const problems: RegistryProblem[] = [];
  registry.cameras.forEach((camera, index) => {
    for (const stream of ['main', 'sub'] as const) {
      const url = camera.streams[stream]?.url;
      if (url === undefined || !isPasswordHidden(url)) continue;
      const plain = splitCredentials(url).url;
      if (restorePassword(plain, known.get(camera.externalId)) !== plain) continue;
      problems.push({
        path: `cameras.${index}.streams.${stream}.url`,
        message: 'the password in this URL is hidden by stars, and no stored camera fits: write it out',
        ...registryFault('passwordHidden'),
      });
    }
  });
  return problems;
}

function siteIdsOf(registry: RegistryImport): Set<string> {
  return new Set(registry.sites.map((site) => site.externalId));
}

function byPlace(left: RegistryProblem, right: RegistryProblem): number {
  if (left.file !== right.file) return 0;
  return (left.line ?? 0) - (right.line ?? 0);
}

function refused(problems: RegistryProblem[], problemCount = problems.length): RegistryImportResult {
  return { ok: false, problems: problems.slice(0, maxProblems), problemCount };
}
