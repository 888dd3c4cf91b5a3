import { takeFindings, type FindingsStore } from '../../../features/findings/findingsStore.ts';
import type { DeskFeature } from '../deskFeature.ts';

/** Findings: what is wrong at sites, until it was reviewed. */
export function createFindingsFeature({
  findings,
}: {
  findings: FindingsStore;
}): DeskFeature<'findings:changed'> {
  return {
    takeSnapshot({ snapshot }) {
      findings.setState({ findings: new Map() });
      takeFindings(findings, snapshot.findings ?? []);
    },
    takeNotice: { 'findings:changed': (payload) => takeFindings(findings, payload.findings) },
  };
}
