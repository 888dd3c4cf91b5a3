import { lazy, Suspense } from 'react';
import type { WallFeature } from '../wallFeature.ts';
import type { CaseSceneProps } from './CaseScene.tsx';

/** A case has a map, and what draws one is loaded by the screens that show one. */
const CaseScene = lazy(() => import('./CaseScene.tsx'));

/** The case of an order, on a screen that shows it in place of what it showed before. */
export function createCaseFeature(parts: CaseSceneProps): WallFeature<'wall:caseChanged'> {
  const { cases, wallStore } = parts;
  return {
    panels: {
      content: {
        reads: [wallStore],
        isShown: () => wallStore.getState().wall?.content === 'case',
        Panel: () => (
          <Suspense>
            <CaseScene {...parts} />
          </Suspense>
        ),
      },
    },
    takeSnapshot: ({ snapshot }) => cases.setState({ wallCase: snapshot.wallCase }),
    takeNotice: { 'wall:caseChanged': ({ wallCase }) => cases.setState({ wallCase }) },
  };
}
