import { startSurface } from '../shared/startSurface.tsx';
import { joinFeatures } from '../shared/surfaceFeature.ts';
import { routeShowcaseNotices } from './showcaseFeature.ts';
import { createShowcaseFeatures } from './showcaseFeatures.ts';
import { ShowcaseSurface } from './ShowcaseSurface.tsx';

void startSurface('showcase', ({ session }) => {
  const features = createShowcaseFeatures();
  return {
    ...joinFeatures(features, routeShowcaseNotices(features)),
    view: <ShowcaseSurface session={session} features={features} />,
  };
});
