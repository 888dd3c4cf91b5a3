import type { ReactNode } from 'react';
import type { SiteEntry } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { FindingActor } from '../../../src-shared/findings/finding.ts';
import type { Finding } from '../../../src-shared/findings/findings.protocol.ts';
import type { TimeFormat } from '../../ui/times.ts';
import type { FindingsActions } from './findingsActions.ts';
import type { FindingsStore } from './findingsStore.ts';

/** What the view of findings and its parts are drawn with. */
export interface FindingsPanelProps {
  store: FindingsStore;
  actions: FindingsActions;
  /** Sites of the registry, to choose one. */
  sites: ReadonlyMap<string, SiteEntry>;
  /** Who sits here, as the machine names who does something. */
  actor: FindingActor | undefined;
  /** Whether who sits here may step in for others. */
  isSupervisor: boolean;
  times: TimeFormat;
  nowMs: number;
  enabled: boolean;
  /** What other features draw of a finding: photographs that were sent. */
  photographs?(finding: Finding): ReactNode;
  /** Where clauses are read from a table. */
  clauseFiles?: ReactNode;
}
