import type { FastifyRequest } from 'fastify';
import type { AuditRepository } from '../features/audit/audit.repository.ts';
import { nameOfAsker } from './asRequest.ts';

/** Writes into the audit log that something is exported; durable when it resolves, so that nothing leaves the hub unrecorded. */
export type RecordExport = (
  request: FastifyRequest,
  exported: {
    /** Such as `alerts:exportCsv`. */
    action: string;
    /** What was asked for. */
    detail: object;
  },
) => Promise<void>;

export function createExportLog(
  repository: Pick<AuditRepository, 'append'>,
  nowMs: () => number,
): RecordExport {
  return (request, { action, detail }) => {
    const { principal } = request;
    const actor = nameOfAsker(request);
    return repository.append([{ atMs: nowMs(), actor, action, subject: 'export', detail, principal }]);
  };
}
