import type { NoticeName, NoticesFor } from '../../../src-shared/protocol/index.ts';
import type { ShownPanel } from '../shared/shownPanels.tsx';
import { createNoticeRouter, type AnySurfaceFeature, type SurfaceFeature } from '../shared/surfaceFeature.ts';

/** What a feature draws on the screen for visitors. */
export interface ShowcasePanels {
  /** What fills the page: the first one that is to be shown. */
  content?: ShownPanel;
}

/** One feature of the screen for visitors. `showcaseFeatures.ts` has the list of them. */
export interface ShowcaseFeature<Taken extends NoticeName = never> extends SurfaceFeature<Taken> {
  panels?: ShowcasePanels;
}

/** A feature of any notices, where only what is common to all features counts. */
export type AnyShowcaseFeature = AnySurfaceFeature & { panels?: ShowcasePanels };

/** Notices that are addressed to one phone, desk or screen, which a visitor never is. */
type ToOthers =
  | Extract<NoticeName, `${'bodycam' | 'cameras' | 'media' | 'squads' | 'talk'}:${string}`>
  | 'public:kitchensChanged'
  | 'wall:caseChanged';

/** Gives each notice to the features that take it; a notice that nobody takes does not compile. */
export const routeShowcaseNotices = createNoticeRouter<Exclude<NoticesFor<'showcase'>, ToOthers>>();
