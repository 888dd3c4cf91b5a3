import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { DirectoryStore } from '../../../features/cameras/directoryStore.ts';
import { HealthPanel } from '../../../features/cameras/HealthPanel.tsx';
import type { PosterDrawer } from '../../../features/cameras/PosterPicture.tsx';
import type { HubLink } from '../../../server/hubLink.ts';
import type { DeskActions } from '../DeskActions.ts';
import type { DeskFeature } from '../deskFeature.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';

export interface HealthFeatureParts {
  session: SessionStore;
  directory: DirectoryStore;
  posters: PosterDrawer;
  actions: Pick<DeskActions, 'openLarge'>;
  link: Pick<HubLink, 'request'>;
}

/** The state of all cameras; its tab counts those with a fault. */
export function createHealthFeature(parts: HealthFeatureParts): DeskFeature {
  return {
    view: {
      name: 'health',
      title: (t) => t('desk.view.health'),
      Tab: () => <HealthTab directory={parts.directory} />,
      View: () => <Health {...parts} />,
    },
  };
}

function HealthTab({ directory }: Pick<HealthFeatureParts, 'directory'>) {
  const { t } = useTranslation();
  const count = useStore(directory, ({ health }) => {
    const conditions = [...health.values()].map(({ condition }) => condition);
    return conditions.filter((condition) => condition !== 'online' && condition !== 'unknown').length;
  });
  return count > 0 ? t('desk.viewHealthWrong', { count }) : t('desk.view.health');
}

function Health({ session, directory, posters, actions, link }: HealthFeatureParts) {
  const times = useStore(session, (state) => state.times);
  const minuteMs = useStore(session, (state) => state.nowMs - (state.nowMs % 60_000));
  return (
    <HealthPanel
      directory={directory}
      posters={posters}
      times={times}
      nowMs={minuteMs}
      onOpen={actions.openLarge}
      onAllowClearPassword={async (cameraId) => {
        const answer = await link.request('cameras:allowClearPassword', { cameraId });
        return answer.ok ? undefined : answer;
      }}
    />
  );
}
