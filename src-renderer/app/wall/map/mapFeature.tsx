import { lazy, Suspense } from 'react';
import type { WallFeature } from '../wallFeature.ts';
import type { WallMapProps } from './WallMap.tsx';

/** What draws a map is loaded by the screens that show one. */
const WallMap = lazy(() => import('./WallMap.tsx'));

/** The map of the city, on a screen that shows it in place of tiles. */
export function createMapFeature(
  parts: WallMapProps,
): WallFeature<'alerts:countsChanged' | 'map:sitesChanged'> {
  const { wallMap, wallStore } = parts;
  return {
    panels: {
      content: {
        reads: [wallStore],
        isShown: () => wallStore.getState().wall?.content === 'map',
        Panel: () => (
          <Suspense>
            <WallMap {...parts} />
          </Suspense>
        ),
      },
    },
    takeSnapshot({ snapshot }) {
      wallMap.takeCounts(snapshot.alertMarks?.counts);
      wallMap.joined();
    },
    takeNotice: {
      'alerts:countsChanged': ({ counts }) => wallMap.takeCounts(counts),
      'map:sitesChanged': () => wallMap.sitesChanged(),
    },
  };
}
