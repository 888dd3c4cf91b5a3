import { replacedWords } from '../../../ui/replacedWords.ts';
import { wallView } from './wallView.ts';
import { mapView } from '../map/mapView.ts';
import { registryView } from '../cameras/registryView.ts';
import { useStore } from 'zustand';
import { ConflictDialog } from '../../../features/wall/ConflictDialog.tsx';
import { SpotlightDialog } from '../../../features/wall/SpotlightDialog.tsx';
import type { DeskActions } from '../DeskActions.ts';
import type { DeskFeature } from '../deskFeature.ts';
import { DeskWall, DeskWallControls, type DeskWallParts } from './DeskWall.tsx';
import { createWallKeys, type WallKeysParts } from './wallKeys.ts';

export type WallFeatureParts = Omit<DeskWallParts, 'actions' | 'showRegistry' | 'showMap'> &
  Omit<WallKeysParts, 'actions'> & { actions: DeskActions };

/** The wall: its screens, what they show, and the spotlight. */
export function createWallFeature(
  parts: WallFeatureParts,
): DeskFeature<'wall:screenChanged' | 'wall:libraryChanged'> {
  const { desk, wall, alerts, actions } = parts;
  const viewParts: DeskWallParts = {
    ...parts,
    showRegistry: () => desk.show(registryView),
    showMap: () => desk.show(mapView),
  };
  return {
    view: {
      name: wallView,
      title: (t) => t('desk.view.wall'),
      View: () => <DeskWall {...viewParts} />,
    },
    panels: {
      right: {
        reads: [desk, alerts],
        isShown: () => desk.getState().view === wallView && alerts.getState().chosenId === undefined,
        Panel: () => <DeskWallControls {...viewParts} />,
      },
      windows: () => <WallWindows wall={wall} actions={actions} />,
    },
    keys: createWallKeys(parts),
    takeSnapshot({ snapshot: { screens, wall: only, library } }) {
      wall.reset(screens ?? (only === undefined ? [] : [only]), library);
    },
    takeNotice: {
      'wall:screenChanged'({ wall: screen }) {
        const { replaced } = screen;
        const before = wall.getState().screens?.find(({ screenId }) => screenId === screen.screenId);
        if (replaced !== undefined && replaced.count !== before?.replaced?.count)
          desk.notify({
            isFailure: true,
            text: (t) =>
              `${t('screen.name', { screen: screen.screenId })}: ${replacedWords(replaced, parts.session.getState().times, t)}`,
          });
        wall.showScreen(screen);
      },
      'wall:libraryChanged': ({ library }) => wall.showLibrary(library),
    },
  };
}

function WallWindows({ wall, actions }: Pick<WallFeatureParts, 'wall' | 'actions'>) {
  const spotlightFor = useStore(wall, (state) => state.spotlightFor);
  return (
    <>
      <SpotlightDialog
        title={spotlightFor?.title}
        onStart={actions.startSpotlight}
        onClose={() => wall.setState({ spotlightFor: undefined })}
      />
      <ConflictDialog store={wall} />
    </>
  );
}
