import { libraryView } from './libraryView.ts';
import { useStore } from 'zustand';
import type { CameraView } from '../../../../src-shared/cameras/cameras.protocol.ts';
import {
  viewOfCamera,
  type DirectoryState,
  type DirectoryStore,
} from '../../../features/cameras/directoryStore.ts';
import type { DeskWallStore } from '../../../features/wall/deskWallStore.ts';
import { LibraryPanel } from '../../../features/wall/LibraryPanel.tsx';
import type { WallActions } from '../../../features/wall/wallActions.ts';
import type { DeskActions } from '../DeskActions.ts';
import type { DeskFeature } from '../deskFeature.ts';
import type { SessionStore } from '../../shared/sessionStore.ts';

export interface LibraryFeatureParts {
  session: SessionStore;
  wall: DeskWallStore;
  wallActions: WallActions;
  directory: DirectoryStore;
  actions: Pick<DeskActions, 'titleOf' | 'openPalette'>;
}

/** What is saved for the wall: layouts, scenes, tours and schedules. */
export function createLibraryFeature(parts: LibraryFeatureParts): DeskFeature {
  return {
    view: {
      name: libraryView,
      title: (t) => t('desk.view.library'),
      View: () => <Library {...parts} />,
    },
  };
}

function Library({ session, wall, wallActions, directory, actions }: LibraryFeatureParts) {
  const sceneDraft = useStore(wall, (state) => state.sceneDraft);
  const enabled = useStore(session, (state) => state.link.state === 'joined');
  const sites = useStore(directory, (state) => state.sites);
  const cameras = useStore(directory, (state) => state.cameras);
  return (
    <LibraryPanel
      key={sceneDraft?.id ?? 'library'}
      store={wall}
      actions={wallActions}
      enabled={enabled}
      cameras={allViews({ sites, cameras })}
      titleOf={actions.titleOf}
      pickCamera={actions.openPalette}
      draft={sceneDraft}
      onDraftDone={() => wall.setState({ sceneDraft: undefined })}
    />
  );
}

function allViews(state: Pick<DirectoryState, 'sites' | 'cameras'>): CameraView[] {
  return [...state.cameras.keys()].flatMap((cameraId) => viewOfCamera(state, cameraId) ?? []);
}
