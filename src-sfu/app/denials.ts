import type { Denial } from '../base/denial.ts';
import { createAuditDenials } from '../features/audit/auditDenials.service.ts';
import { createAuditRepository } from '../storage/audit.sql.ts';
import type { AnyFeature } from './contract.ts';
import type { Drivers } from './drivers.ts';

/** The log of refusals. It is there before every door that refuses, and closes after them. */
export interface DenialLog extends AnyFeature {
  /** Something was refused for lack of a right, or because what was shown is wrong. */
  denied(denial: Denial): void;
}

export function createDenialLog({ store, nowMs, logger }: Drivers): DenialLog {
  return createAuditDenials({
    repository: createAuditRepository(store),
    nowMs,
    onFault: (error) => logger.error({ err: error }, auditNotStored),
  });
}

/** What the hub's own log says when lines of the audit log could not be stored. */
export const auditNotStored =
  'lines of the audit log could not be stored; storing them is tried again later; check the disk and the database';
