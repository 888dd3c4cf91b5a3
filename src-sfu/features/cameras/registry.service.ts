import type { z } from 'zod';
import { toWgs84 } from '../../coordinates.ts';
import { registryImportSchema, type RegistryImport } from '../../../src-shared/cameras/registryImport.ts';
import {
  findRegistryProblems,
  type CamerasRepository,
  type RegistryChange,
  type RegistryImportReport,
  type RegistryProblem,
} from './cameras.repository.ts';

/** What an import came to: done, or nothing changed and what is wrong, by path into the document. */
export type RegistryImportResult =
  | { ok: true; report: RegistryImportReport }
  | { ok: false; problems: RegistryProblem[]; problemCount: number };

/** Problems named one by one; the rest is counted. */
const maxProblems = 100;

/** Imports a registry, all or nothing. */
export interface RegistryService {
  /** `document` is anything a client sent. */
  importRegistry(document: unknown, actor: string): Promise<RegistryImportResult>;
}

export interface RegistryServiceOptions {
  repository: CamerasRepository;
  nowMs(): number;
  /** Called after a change is durable. */
  onImported(report: RegistryImportReport): Promise<void>;
}

export function createRegistryService(options: RegistryServiceOptions): RegistryService {
  const { repository, nowMs, onImported } = options;
  return {
    async importRegistry(document, actor) {
      const parsed = registryImportSchema.safeParse(document);
      if (!parsed.success) return refused(problemsOf(parsed.error));
      const known = new Set((await repository.listSites()).map((site) => site.externalId));
      const problems = findRegistryProblems(parsed.data, known);
      if (problems.length > 0) return refused(problems);
      const report = await repository.importRegistry(toChange(parsed.data), actor, nowMs());
      await onImported(report);
      return { ok: true, report };
    },
  };
}

function toChange(registry: RegistryImport): RegistryChange {
  return {
    sites: registry.sites.map((site) => {
      if (site.position === undefined) return site;
      return { ...site, wgs84: toWgs84(site.position, site.position.system) };
    }),
    cameras: registry.cameras.map((camera) => {
      const { main, sub } = camera.streams;
      const mainParts = splitCredentials(main.url);
      return {
        ...camera,
        ...mainParts.credentials,
        ...(camera.username === undefined ? {} : { username: camera.username }),
        ...(camera.password === undefined ? {} : { password: camera.password }),
        streams: {
          main: { url: mainParts.url },
          ...(sub === undefined ? {} : { sub: { url: splitCredentials(sub.url).url } }),
        },
      };
    }),
  };
}

/** `rtsp://user:word@host/` → the URL without its user part, and the user part decoded. */
export function splitCredentials(url: string): {
  url: string;
  credentials: { username?: string; password?: string };
} {
  const scheme = /^rtsp:\/\//i.exec(url)?.[0] ?? '';
  const rest = url.slice(scheme.length);
  const authorityEnd = rest.search(/[/?#]/);
  const authority = authorityEnd === -1 ? rest : rest.slice(0, authorityEnd);
  const tail = rest.slice(authority.length);
  const at = authority.lastIndexOf('@');
  if (at === -1) return { url, credentials: {} };
  const user = authority.slice(0, at);
  const colon = user.indexOf(':');
  const username = decode(colon === -1 ? user : user.slice(0, colon));
  const password = colon === -1 ? undefined : decode(user.slice(colon + 1));
  return {
    url: `${scheme}${authority.slice(at + 1)}${tail}`,
    credentials: { username, ...(password === undefined ? {} : { password }) },
  };
}

/** Operators paste passwords with a bare `%`: what does not decode is taken as it stands. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function refused(problems: RegistryProblem[]): RegistryImportResult {
  return { ok: false, problems: problems.slice(0, maxProblems), problemCount: problems.length };
}

function problemsOf(error: z.ZodError): RegistryProblem[] {
  return error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
}
