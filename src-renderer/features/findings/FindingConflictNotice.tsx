import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Finding } from '../../../src-shared/findings/findings.protocol.ts';
import { May } from '../../ui/May.tsx';
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
  const command = t(`findings.deed.${wish.deed.type}`);
  const since = (read?.steps ?? []).filter(({ revision }) => revision > conflict.revision);
  return (
    <section className="order-conflict" role="alert" data-finding-conflict>
      <p>{t('orders.conflict.title', { command })}</p>
      <FindingSteps {...props} steps={since} />
      <div className="finding-deeds">
        <May asks={wish.kind === 'work' ? 'findings:work' : 'findings:review'}>
          <Button disabled={!enabled} onClick={() => void actions.again(finding.revision)}>
            {t('orders.conflict.again', { command })}
          </Button>
        </May>
        <Button variant="subtle" color="gray" onClick={actions.leaveConflict}>
          {t('orders.conflict.leave')}
        </Button>
      </div>
    </section>
  );
}
