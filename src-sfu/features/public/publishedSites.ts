import { publicationAsImport, type PublicationImport } from '../../../src-shared/public/publicationImport.ts';
import type { Publications } from './publications.service.ts';

/** What the tables of the registry say about the public, for their import and export; sites are named by their external ids. */
export function createPublishedSites(parts: {
  publications: Pick<Publications, 'record' | 'importSites' | 'changedBy'>;
  directory: { siteOfExternalId(externalId: string): { id: string } | undefined };
  today(): string;
}): {
  today(): string;
  read(externalId: string): PublicationImport | undefined;
  take(
    sites: readonly { externalId: string; publication: PublicationImport }[],
    context: { actor: string; dryRun: boolean },
  ): Promise<number>;
} {
  const { publications, directory, today } = parts;
  return {
    today,
    read(externalId) {
      const record = publications.record(directory.siteOfExternalId(externalId)?.id ?? '');
      return record === undefined ? undefined : publicationAsImport(record.publication);
    },
    async take(sites, { actor, dryRun }) {
      const named = sites.map(({ externalId, publication }) => ({
        // A site that is not registered yet, in a dry run, has nothing recorded.
        siteId: directory.siteOfExternalId(externalId)?.id ?? '',
        publication,
      }));
      return dryRun ? publications.changedBy(named, actor).length : publications.importSites(named, actor);
    },
  };
}
