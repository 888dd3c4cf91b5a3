import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { AlertAdmin } from '../../../features/alerts/alertAdmin.ts';
import type { AlertsStore } from '../../../features/alerts/alertsStore.ts';
import type { DeskSentences } from '../../../features/kitchenTalk/deskSentences.ts';
import { SentencesPanel } from '../../../features/kitchenTalk/SentencesPanel.tsx';
import { kindName } from '../../../features/alerts/alertWords.ts';
import type { RegistryActions } from '../../../features/cameras/registryActions.ts';
import { AlertSettings } from '../../../features/alerts/AlertSettings.tsx';
import { RegistryPanel } from '../../../features/cameras/RegistryPanel.tsx';
import { OnvifPanel } from '../../../features/onvif/OnvifPanel.tsx';
import type { DeskOnvif } from '../../../features/onvif/deskOnvif.ts';
import type { OnvifSites } from '../../../features/onvif/SiteSelect.tsx';
import { CascadePanel } from '../../../features/cascade/CascadePanel.tsx';
import type { DeskCascade } from '../../../features/cascade/deskCascade.ts';
import { RecordersPanel } from '../../../features/recorders/RecordersPanel.tsx';
import type { DeskRecorders } from '../../../features/recorders/deskRecorders.ts';
import { WebhooksPanel } from '../../../features/webhooks/WebhooksPanel.tsx';
import type { DeskWebhooks } from '../../../features/webhooks/webhooksStore.ts';
import type { DeskActions } from '../DeskActions.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';
import './DeskRegistry.css';

export interface DeskRegistryProps {
  session: SessionStore;
  alerts: AlertsStore;
  alertAdmin: AlertAdmin;
  sentences: DeskSentences;
  registry: RegistryActions;
  webhooks: DeskWebhooks;
  recorders: DeskRecorders;
  onvif: DeskOnvif;
  onvifSites: OnvifSites;
  cascade: DeskCascade;
  actions: Pick<DeskActions, 'titleOf' | 'openPalette' | 'openLarge'>;
}

const parts = ['registry', 'recorders', 'onvif', 'cascade', 'alerts', 'webhooks'] as const;
const titles = {
  registry: 'registry.title',
  recorders: 'recorders.title',
  onvif: 'onvif.title',
  cascade: 'cascade.title',
  alerts: 'alertKeys.page',
  webhooks: 'webhooks.title',
} as const;

/** What is set once and kept: the registry of sites and cameras, and who may report alerts of what kinds, and which systems are notified. */
export function DeskRegistry({
  session,
  alerts,
  alertAdmin,
  sentences,
  registry,
  webhooks,
  recorders,
  onvif,
  onvifSites,
  cascade,
  actions,
}: DeskRegistryProps) {
  const { t } = useTranslation();
  const [part, setPart] = useState<string>('registry');
  const times = useStore(session, (state) => state.times);
  return (
    <>
      <div className="desk-parts">
        <SegmentedControl
          value={part}
          onChange={setPart}
          data={parts.map((value) => ({ value, label: t(titles[value]) }))}
        />
      </div>
      {part === 'registry' && <RegistryPanel actions={registry} />}
      {part === 'recorders' && (
        <RecordersPanel
          actions={recorders}
          times={times}
          titleOf={actions.titleOf}
          pick={actions.openPalette}
        />
      )}
      {part === 'onvif' && (
        <OnvifPanel actions={onvif} sites={onvifSites} titleOf={actions.titleOf} onOpen={actions.openLarge} />
      )}
      {part === 'cascade' && (
        <CascadePanel actions={cascade} times={times} titleOf={actions.titleOf} pick={actions.openPalette} />
      )}
      {part === 'alerts' && (
        <AlertSettings
          admin={alertAdmin}
          alerts={alerts}
          times={times}
          sentences={<KindSentences alerts={alerts} sentences={sentences} />}
        />
      )}
      {part === 'webhooks' && <WebhooksPanel actions={webhooks} times={times} />}
    </>
  );
}

function KindSentences({ alerts, sentences }: Pick<DeskRegistryProps, 'alerts' | 'sentences'>) {
  const { i18n } = useTranslation();
  const kinds = useStore(alerts, (state) => state.kinds);
  const named = [...kinds.values()].map((kind) => ({
    kindId: kind.kindId,
    name: kindName(kind, kind.kindId, i18n.language),
  }));
  return <SentencesPanel actions={sentences} kinds={named} />;
}
