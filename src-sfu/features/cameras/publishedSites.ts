import type { SiteImport } from '../../../src-shared/cameras/registryImport.ts';
import { registryFault } from '../../../src-shared/cameras/registryFault.ts';
import type { RegistryProblem } from '../../../src-shared/cameras/registryReport.ts';
import type { PublicationImport } from '../../../src-shared/public/publicationImport.ts';

/** What sites agreed to show the public and publish, which another feature keeps. Sites are named by their external ids. */
export interface PublishedSites {
  /** By the hub's date, as `2026-03-01`. */
  today(): string;
  /** As an import describes it; undefined where nothing is recorded. */
  read(externalId: string): PublicationImport | undefined;
  /** Takes what an import says, and answers of how many sites it changes something; a dry run changes nothing. */
  take(sites: readonly PublishedSite[], context: { actor: string; dryRun: boolean }): Promise<number>;
}

/** A site of an import, with what it says about the public. */
export interface PublishedSite {
  externalId: string;
  publication: PublicationImport;
}

/** Sites of an import that say something about the public. */
export function publishedIn(sites: readonly SiteImport[]): PublishedSite[] {
  return sites.flatMap(({ externalId, publication }) =>
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
