import type { NoticeName, NoticesFor } from '../../../src-shared/protocol/index.ts';
import { showKept, shownOut, takeView, wasLetIn } from '../../features/showcase/showcaseStore.ts';
import { createNoticeRouter, type SurfaceFeature } from '../shared/surfaceFeature.ts';
import { takeReplacedCause } from '../shared/replacedCause.ts';
import type { ShowcaseParts } from './showcaseParts.ts';

/** Notices that are addressed to one phone, desk or screen, which a visitor never is. */
type ToOthers = Extract<NoticeName, `${'bodycam' | 'squads' | 'talk'}:${string}`> | 'wall:caseChanged';

/** Gives each notice to the features that take it; a notice that nobody takes does not compile. */
export const routeShowcaseNotices = createNoticeRouter<Exclude<NoticesFor<'showcase'>, ToOthers>>();

/** A server that is there answers within this time. Milliseconds. */
const patienceMs = 4_000;

/** What visitors see, and the curtain. A screen that starts without its server shows the last story, dated. */
export function createShowcaseFeature({
  store,
  session,
  storage,
  nowMs,
  runningMs,
  readKitchens,
  link,
  pairingAgain,
}: Pick<
  ShowcaseParts,
  'store' | 'session' | 'storage' | 'nowMs' | 'runningMs' | 'readKitchens' | 'link' | 'pairingAgain'
>): SurfaceFeature<'showcase:viewChanged' | 'public:kitchensChanged'> {
  const startedAtMs = runningMs();
  /** Reported once: it is about how this page came up. */
  let replaced = takeReplacedCause(window.location, window.history);
  // Called once a second at least, because the time is in it.
  session.subscribe(({ link, everJoined }) => {
    if (link.state === 'refused') {
      if (link.refusal.code !== 'access_denied') return;
      shownOut(store, storage);
      if (wasLetIn(storage)) pairingAgain.refused();
    } else if (!everJoined && link.state !== 'joined' && runningMs() - startedAtMs > patienceMs) {
      showKept(store, storage);
    }
  });
  return {
    takeSnapshot({ snapshot }) {
      if (snapshot.showcase === undefined) shownOut(store, storage);
      else takeView(store, snapshot.showcase, nowMs(), storage);
      void readKitchens();
      if (replaced !== undefined) void link.request('showcase:reportReplaced', { cause: replaced });
      replaced = undefined;
    },
    takeNotice: {
      'showcase:viewChanged': (view) => {
        const wasDrawn = store.getState().isCurtainDrawn;
        takeView(store, view, nowMs(), storage);
        if (wasDrawn && !view.curtain.isDrawn) void readKitchens();
      },
      'public:kitchensChanged': ({ hiddenCameraIds }) => {
        const hidden = new Set(hiddenCameraIds);
        const { kitchens } = store.getState();
        store.setState({ kitchens: kitchens.filter(({ kitchenId }) => !hidden.has(kitchenId)) });
        void readKitchens();
      },
    },
  };
}
