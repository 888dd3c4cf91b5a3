import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Finding } from '../../../src-shared/findings/findings.protocol.ts';
import { ConflictNotice } from '../../ui/desk/ConflictNotice.tsx';
import { FindingSteps } from './FindingSteps.tsx';
import type { FindingsPanelProps } from './findingsPanelProps.ts';

/** What was refused because the finding changed meanwhile: who changed what and when, and whether to do it all the same. */
export function FindingConflictNotice(props: FindingsPanelProps & { finding: Finding }) {
  const { store, actions, enabled, finding } = props;
  const { t } = useTranslation();
  const conflict = useStore(store, (state) => state.conflict);
  const read = useStore(store, (state) => state.read);
  if (conflict?.findingId !== finding.findingId) return null;
  const { wish } = conflict;
  const since = (read?.steps ?? []).filter(({ revision }) => revision > conflict.revision);
  return (
    <ConflictNotice
      of="finding"
      command={t(`findings.deed.${wish.deed.type}`)}
      asks={wish.kind === 'work' ? 'findings:work' : 'findings:review'}
      enabled={enabled}
      onAgain={() => void actions.again(finding.revision)}
      onLeave={actions.leaveConflict}
    >
      <FindingSteps {...props} steps={since} />
    </ConflictNotice>
  );
}
