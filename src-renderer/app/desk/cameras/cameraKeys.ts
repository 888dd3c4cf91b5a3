import type { DeskActions } from '../DeskActions.ts';
import type { DeskFeatureKeys } from '../deskFeature.ts';
import type { DeskStore } from '../DeskState.ts';
import type { CamerasStore } from './camerasStore.ts';

export interface CameraKeysParts {
  desk: DeskStore;
  cameras: CamerasStore;
  actions: Pick<DeskActions, 'openPalette' | 'toggleSound' | 'takeSnapshot' | 'closeLarge'>;
}

/** The keys of finding cameras and of the large picture. */
export function createCameraKeys({ desk, cameras, actions }: CameraKeysParts): DeskFeatureKeys {
  const isLarge = (): boolean => desk.getState().largeCameraId !== undefined;
  return {
    withControl({ key }) {
      if (key !== 'k') return false;
      actions.openPalette();
      return true;
    },
    isWindowOpen: () => cameras.getState().palette !== undefined,
    plain(key) {
      switch (key) {
        case '/':
          actions.openPalette();
          return true;
        case 'm':
          if (!isLarge()) return false;
          actions.toggleSound();
          return true;
        case 'c':
          if (!isLarge()) return false;
          void actions.takeSnapshot();
          return true;
        default:
          return false;
      }
    },
    escape: {
      picture() {
        if (!isLarge()) return false;
        actions.closeLarge();
        return true;
      },
    },
    help: (t) => [
      {
        title: t('keys.finder'),
        keys: [
          { keys: ['↑', '↓', 'PgUp', 'PgDn'], text: t('keys.move') },
          { keys: ['Enter'], text: t('keys.large') },
          { keys: ['Shift Enter'], text: t('keys.carry') },
          { keys: ['Alt 1…9'], text: t('keys.placeOn') },
          { keys: ['0…9', 'Enter'], text: t('keys.placeNumber') },
        ],
      },
      {
        title: t('keys.largeCamera'),
        keys: [
          { keys: ['m'], text: t('keys.sound') },
          { keys: ['c'], text: t('keys.snapshot') },
          { keys: ['t'], text: t('keys.toWall') },
          { keys: ['Esc'], text: t('keys.close') },
        ],
      },
    ],
  };
}
