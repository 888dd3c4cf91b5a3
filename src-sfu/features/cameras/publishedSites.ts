import type { CameraImport, RegistryImport, SiteImport } from '../../../src-shared/cameras/registryImport.ts';
import { registryFault } from '../../../src-shared/cameras/registryFault.ts';
import type { RegistryProblem } from '../../../src-shared/cameras/registryReport.ts';
import type { PublicationImport, PublicCameraImport } from '../../../src-shared/public/publicationImport.ts';

/** What is recorded of sites and cameras about the public, which another feature keeps. They are named by their external ids. */
export interface PublishedSites {
  /** By the hub's date, as `2026-03-01`. */
  today(): string;
  /** As an import describes it; undefined where nothing is recorded. */
  read(externalId: string): PublicationImport | undefined;
  readCamera(externalId: string): PublicCameraImport | undefined;
  /**
   * Does `work`, which stores an import. Cameras that the import hides, or whose public pictures it makes smaller, are hidden until it
   * is done, those too that are registered by it. Answers what `work` answers.
   */
  holdingBack<T>(cameras: readonly PublishedCamera[], work: () => Promise<T>): Promise<T>;
  /** Takes what an import says; a dry run changes nothing. */
  take(said: Published, context: { actor: string; dryRun: boolean }): Promise<PublishedOutcome>;
}

/** What an import says about the public. */
export interface Published {
  sites: readonly PublishedSite[];
  cameras: readonly PublishedCamera[];
}

/** Of how many sites and cameras something changes, and the external ids of cameras that are kept as they were. */
export interface PublishedOutcome {
  sites: number;
  cameras: number;
  keptCameras: string[];
}

/** A site of an import, with what it says about the public. */
export interface PublishedSite {
  externalId: string;
  publication: PublicationImport;
}

/** A camera of an import, with what it says about the public. */
export interface PublishedCamera {
  externalId: string;
  publication: PublicCameraImport;
}

/** Where nobody keeps it. */
export const nothingPublished: PublishedSites = {
  today: () => '',
  read: () => undefined,
  readCamera: () => undefined,
  holdingBack: (_cameras, work) => work(),
  take: () => Promise.resolve({ sites: 0, cameras: 0, keptCameras: [] }),
};

/** Sites and cameras of an import that say something about the public. */
export function publishedIn({ sites, cameras }: RegistryImport): Published {
  return { sites: saying<SiteImport>(sites), cameras: saying<CameraImport>(cameras) };
}

function saying<Item extends { externalId: string; publication?: object | undefined }>(
  items: readonly Item[],
): { externalId: string; publication: NonNullable<Item['publication']> }[] {
  return items.flatMap(({ externalId, publication }) =>
    publication === undefined ? [] : [{ externalId, publication }],
  );
}

/** Consents whose documents have a date in the future: somebody mistyped it. */
export function findFutureConsents(sites: readonly SiteImport[], today: string): RegistryProblem[] {
  return sites.flatMap(({ publication }, index) => {
    const agreedOn = publication?.agreedOn;
    if (agreedOn === undefined || agreedOn <= today) return [];
    return [
      {
        path: `sites.${index}.publication.agreedOn`,
        message: `the date ${agreedOn} is in the future; enter the date of the document`,
        ...registryFault('dateInFuture', { value: agreedOn }),
      },
    ];
  });
}
