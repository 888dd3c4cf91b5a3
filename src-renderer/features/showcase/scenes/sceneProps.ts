import type { ShowcaseView } from '../../../../src-shared/showcase/showcase.protocol.ts';
import type { TimeFormat } from '../../../ui/times.ts';
import type { ShowcasePictures } from '../pictures.ts';
import type { PublicKitchen } from '../showcaseStore.ts';

/** What every scene gets. */
export interface SceneProps {
  view: Pick<ShowcaseView, 'city' | 'releasedCase'>;
  kitchens: readonly PublicKitchen[];
  times: TimeFormat;
  /** How often the story was shown before (`SceneMoment`). */
  round: number;
  /** Whether the voice of a released case is heard here. */
  hasSound: boolean;
  pictures: ShowcasePictures;
}
