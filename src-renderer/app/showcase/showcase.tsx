import { pressBesideDeadFingers } from '../../features/showcase/deadFingers.ts';
import { guardGlass } from '../../features/showcase/glassGuard.ts';
import { chooseMotion, readRendererName } from '../../features/showcase/motion.ts';
import { startSurface } from '../shared/startSurface.tsx';
import { joinFeatures } from '../shared/surfaceFeature.ts';
import { routeShowcaseNotices } from './showcaseFeature.ts';
import { createShowcaseFeatures } from './showcaseFeatures.ts';
import { createShowcaseParts } from './showcaseParts.ts';
import { ShowcaseSurface } from './ShowcaseSurface.tsx';
import { serviceWorkers } from '../../server/serviceWorkers.ts';

const { history, location } = window;
guardGlass({ target: window, history, location });
pressBesideDeadFingers({
  target: window,
  controlAt: (x, y) => document.elementFromPoint(x, y)?.closest('button') ?? undefined,
});

// The page opens without its server too, with the same worker as the phones' page.
serviceWorkers()
  ?.register('/field-worker.js?page=showcase', { scope: '/showcase.html' })
  .catch(() => undefined);

void startSurface('showcase', (shell) => {
  const parts = createShowcaseParts(shell);
  const features = createShowcaseFeatures(parts);
  return {
    ...joinFeatures(features, routeShowcaseNotices(features)),
    view: (
      <ShowcaseSurface
        session={parts.session}
        store={parts.store}
        motion={chooseMotion(location.search, readRendererName)}
        pictures={parts.pictures}
        storage={parts.storage}
        onLanguage={parts.switchLanguage}
        onVisitOver={parts.visitOver}
      />
    ),
  };
});
