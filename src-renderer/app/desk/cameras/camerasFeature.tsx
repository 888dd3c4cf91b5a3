import { registryView } from './registryView.ts';
import { Button } from '@mantine/core';
import { useContext, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { CameraSearch } from '../../../../src-shared/cameras/cameraSearch.ts';
import type { ShownCamera } from '../../../../src-shared/cameras/cameras.protocol.ts';
import { CameraFinder } from '../../../features/cameras/CameraFinder.tsx';
import { CameraPalette } from '../../../features/cameras/CameraPalette.tsx';
import {
  takeDirectory,
  takeHealth,
  viewOfCamera,
  type DirectoryStore,
} from '../../../features/cameras/directoryStore.ts';
import type { SearchTimings } from '../../../features/cameras/searchTimings.ts';
import type { DeskWallStore } from '../../../features/wall/deskWallStore.ts';
import type { HubLink } from '../../../server/hubLink.ts';
import { useMay } from '../../../ui/May.tsx';
import type { DeskActions } from '../DeskActions.ts';
import type { DeskFeature } from '../deskFeature.ts';
import type { DeskStore } from '../DeskState.ts';
import { DeskViews, viewEntries } from '../deskViews.ts';
import { bodyCamView } from '../bodycam/bodyCamView.ts';
import type { DeskSquads } from '../squads/DeskSquads.ts';
import { createCameraKeys } from './cameraKeys.ts';
import type { CamerasStore } from './camerasStore.ts';
import { DeskLarge, DeskSite, type DeskLargeParts } from './DeskLarge.tsx';

interface FinderParts {
  desk: DeskStore;
  cameras: CamerasStore;
  wall: DeskWallStore;
  directory: DirectoryStore;
  search: Pick<CameraSearch, 'search'>;
  timings: SearchTimings;
  actions: Pick<DeskActions, 'openLarge' | 'carry' | 'titleOf'>;
}

export type CamerasFeatureParts = FinderParts &
  DeskLargeParts & {
    link: Pick<HubLink, 'request'>;
    squads: Pick<DeskSquads, 'store'>;
    actions: DeskActions;
  };

/** Cameras: the finder, the palette, and one camera shown large with its site. */
export function createCamerasFeature(
  parts: CamerasFeatureParts,
): DeskFeature<'cameras:directoryChanged' | 'cameras:healthChanged'> {
  const { desk, directory, squads, link } = parts;
  const readDirectory = async (): Promise<void> => {
    const answer = await link.request('cameras:readDirectory', {});
    if (answer.ok) takeDirectory(directory, answer.data);
    else directory.setState({ loading: 'failed', problem: answer });
  };
  const readHealth = async (): Promise<void> => {
    const answer = await link.request('cameras:readHealth', {});
    if (answer.ok) takeHealth(directory, answer.data.health);
  };
  const largeBodyCam = (): ShownCamera | undefined =>
    bodyCamView(squads.store.getState(), desk.getState().largeCameraId);
  const largeView = (): ShownCamera | undefined => {
    const { largeCameraId } = desk.getState();
    if (largeCameraId === undefined) return undefined;
    return viewOfCamera(directory.getState(), largeCameraId) ?? largeBodyCam();
  };
  return {
    panels: {
      left: () => <Finder {...parts} />,
      main: {
        reads: [desk, directory, squads.store],
        isShown: () => largeView() !== undefined,
        Panel: () => <DeskLarge {...parts} />,
      },
      right: {
        // A member's body cam has the member's card instead.
        reads: [desk, squads.store],
        isShown: () => desk.getState().largeCameraId !== undefined && largeBodyCam() === undefined,
        Panel: () => <DeskSite {...parts} />,
      },
      windows: () => <Palette {...parts} />,
    },
    keys: createCameraKeys(parts),
    takeSnapshot() {
      void readDirectory();
      void readHealth();
    },
    takeNotice: {
      'cameras:directoryChanged': () => void readDirectory(),
      'cameras:healthChanged': ({ changed }) => takeHealth(directory, changed),
    },
  };
}

function Finder({ desk, wall, directory, search, timings, actions }: FinderParts) {
  const { isAllowed } = useMay('wall:placeCamera');
  return (
    <CameraFinder
      directory={directory}
      search={search}
      timings={timings}
      onOpen={actions.openLarge}
      onPlace={actions.carry}
      onDragStart={isAllowed ? (cameraId) => wall.carry(cameraId, actions.titleOf(cameraId)) : undefined}
      onDragEnd={() => wall.putDown()}
      empty={<NoCameras desk={desk} />}
    />
  );
}

function Palette({ desk, cameras, directory, search, timings, actions }: FinderParts) {
  const { t } = useTranslation();
  const palette = useStore(cameras, (state) => state.palette);
  const views = useContext(DeskViews);
  const entries = useMemo(() => viewEntries(views, t), [views, t]);
  if (palette === undefined) return null;
  const { onPicked } = palette;
  const close = (): void => cameras.setState({ palette: undefined });
  return (
    <CameraPalette
      title={onPicked === undefined ? t('finder.title') : t('finder.pickTitle')}
      onClose={close}
      directory={directory}
      search={search}
      timings={timings}
      onOpen={(cameraId) => {
        close();
        if (onPicked === undefined) actions.openLarge(cameraId);
        else onPicked(cameraId);
      }}
      onPlace={onPicked === undefined ? actions.carry : undefined}
      entries={onPicked === undefined ? entries : undefined}
      onEntry={(name) => {
        close();
        desk.show(name);
      }}
      empty={<NoCameras desk={desk} />}
    />
  );
}

function NoCameras({ desk }: Pick<FinderParts, 'desk'>) {
  const { t } = useTranslation();
  return (
    <>
      <p>{t('finder.empty')}</p>
      <Button onClick={() => desk.show(registryView)}>{t('registry.title')}</Button>
    </>
  );
}
