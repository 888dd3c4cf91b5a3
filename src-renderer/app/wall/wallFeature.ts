import type { ComponentType } from 'react';
import type { NoticeName, NoticesFor } from '../../../src-shared/protocol/index.ts';
import type { ShownPanel } from '../shared/shownPanels.tsx';
import { createNoticeRouter, type AnySurfaceFeature, type SurfaceFeature } from '../shared/surfaceFeature.ts';

/** What a feature draws on a screen. Where several features have a panel at one place, they are drawn in the order of the list. */
export interface WallPanels {
  /** In the bar at the top, before the connection and the clock. */
  bar?: ComponentType;
  /** Under the bar, over everything else, such as an SOS. */
  over?: ComponentType;
  /** What fills the screen: the first one that is to be shown. */
  content?: ShownPanel;
}

/** One feature of a screen of the wall. `wallFeatures.ts` has the list of them. Nobody types on a wall, so there are no keys. */
export interface WallFeature<Taken extends NoticeName = never> extends SurfaceFeature<Taken> {
  panels?: WallPanels;
}

/** A feature of any notices, where only what is common to all features counts. */
export type AnyWallFeature = AnySurfaceFeature & { panels?: WallPanels };

/** Notices that are addressed to phones, or to surfaces on which somebody talks. */
type ToOthers =
  'bodycam:asked' | 'bodycam:ended' | 'squads:signedOut' | Extract<NoticeName, `talk:${string}`>;

/** Gives each notice to the features of a screen that take it; a notice that nobody takes does not compile. */
export const routeWallNotices = createNoticeRouter<Exclude<NoticesFor<'screen'>, ToOthers>>();
