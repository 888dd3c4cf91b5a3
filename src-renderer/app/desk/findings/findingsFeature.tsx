import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { FindingsPanel } from '../../../features/findings/FindingsPanel.tsx';
import { SiteFindingsMark } from '../../../features/findings/SiteFindingsMark.tsx';
import { resetFindings, takeFindingNotice } from '../../../features/findings/findingsStore.ts';
import { isFindingLate } from '../../../features/overdue/overdueStore.ts';
import { LateTab } from '../../../ui/desk/LateTab.tsx';
import type { PrincipalStore } from '../../../features/accounts/principalStore.ts';
import type { DirectoryStore } from '../../../features/cameras/directoryStore.ts';
import { OwnAttachments, type DeskAttachments } from '../attachments/attachmentsFeature.tsx';
import type { SessionStore } from '../../shared/sessionStore.ts';
import type { DeskFeature } from '../deskFeature.ts';
import type { DeskStore } from '../DeskState.ts';
import { DeskClauseFiles } from './DeskClauseFiles.tsx';
import type { DeskFindings } from './DeskFindings.ts';

export interface FindingsFeatureParts {
  desk: DeskStore;
  session: SessionStore;
  directory: DirectoryStore;
  accounts: { principal: PrincipalStore };
  findings: DeskFindings;
  attachments: DeskAttachments;
}

/** Findings: what is wrong at sites, until it was reviewed. */
export function createFindingsFeature(parts: FindingsFeatureParts): DeskFeature<'findings:changed'> {
  const { store, actions } = parts.findings;
  return {
    view: {
      name: 'findings',
      title: (t) => t('desk.view.findings'),
      Tab: () => <FindingsTab findings={parts.findings} />,
      View: () => <FindingsView {...parts} />,
    },
    takeSnapshot({ snapshot }) {
      resetFindings(store, snapshot);
      actions.refresh();
    },
    takeNotice: { 'findings:changed': (payload) => takeFindingNotice(store, payload) },
  };
}

/** With how many are overdue or have a card. */
function FindingsTab({ findings }: Pick<FindingsFeatureParts, 'findings'>) {
  const { t } = useTranslation();
  const count = useStore(
    findings.store,
    (state) => [...state.findings.values()].filter(isFindingLate).length,
  );
  return <LateTab title={t('desk.view.findings')} count={count} />;
}

function FindingsView({ findings, session, directory, accounts, attachments }: FindingsFeatureParts) {
  const times = useStore(session, (state) => state.times);
  const nowMs = useStore(session, (state) => state.nowMs);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const sites = useStore(directory, (state) => state.sites);
  const person = useStore(accounts.principal, (state) => state.desk);
  const isSupervisor = useStore(accounts.principal, (state) => state.capabilities.has('orders:override'));
  return (
    <FindingsPanel
      store={findings.store}
      actions={findings.actions}
      sites={sites}
      actor={person === undefined ? undefined : { id: `person:${person.accountId}`, name: person.name }}
      isSupervisor={isSupervisor}
      times={times}
      nowMs={nowMs}
      enabled={enabled}
      clauseFiles={<DeskClauseFiles files={findings.clauseFiles} enabled={enabled} />}
      photographs={({ findingId }) => (
        <OwnAttachments attachments={attachments} session={session} kind="finding" id={findingId} />
      )}
    />
  );
}

/** The mark of a site, which opens its findings. */
export function DeskSiteMark({
  findings,
  desk,
  siteId,
  siteName,
}: Pick<FindingsFeatureParts, 'findings' | 'desk'> & {
  siteId: string | undefined;
  siteName: string | undefined;
}) {
  return (
    <SiteFindingsMark
      store={findings.store}
      siteId={siteId}
      onOpen={() => {
        findings.actions.write(undefined);
        findings.actions.filter({ text: siteName ?? '', district: undefined, waits: 'all' });
        desk.show('findings');
      }}
    />
  );
}
