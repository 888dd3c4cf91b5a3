import { ok } from '../../../src-shared/protocol/define.ts';
import type { RequestHandlers } from '../../signaling/handlers.ts';
import type { AuditRepository } from './audit.repository.ts';
import type { AuditHeads } from './auditHeads.service.ts';

export function createAuditHandlers(
  repository: Pick<AuditRepository, 'search' | 'readHead'>,
  heads: Pick<AuditHeads, 'verdict' | 'lastPublished'>,
): RequestHandlers<'audit:search'> {
  return {
    async 'audit:search'(_context, { filter, limit, beforeId }) {
      const [page, head] = [await repository.search(filter, limit, beforeId), await repository.readHead()];
      const verdict = heads.verdict();
      const published = heads.lastPublished();
      return ok({
        ...page,
        head,
        ...(published === undefined ? {} : { published }),
        verdict: verdict === 'agrees' ? verdict : verdict.kind,
      });
    },
  };
}
