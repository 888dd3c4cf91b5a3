import type { ComponentType } from 'react';
import type { NoticeName, NoticesFor } from '../../../src-shared/protocol/index.ts';
import { createNoticeRouter, type AnySurfaceFeature, type SurfaceFeature } from '../shared/surfaceFeature.ts';

/** What a feature draws on the page of a member on duty. Panels at one place are drawn in the order of the list. */
export interface FieldPanels {
  /** At the top, over everything else, such as the member's own SOS. */
  over?: ComponentType;
  /** The large keys at the top, such as those of the status. */
  top?: ComponentType;
  /** One line with a switch, such as that of the position. */
  row?: ComponentType;
  /** What is not as it should be, and what waits to be sent. */
  strip?: ComponentType;
  /** A card that appears at times, such as the body cam. */
  card?: ComponentType;
  /** What takes the rest of the page: the talk key. */
  main?: ComponentType;
  /** A large key at the lower edge. */
  foot?: ComponentType;
}

/**
 * One feature of a member's phone. `fieldFeatures.ts` has the list of them. Snapshots come only while somebody is signed in.
 */
export interface FieldFeature<Taken extends NoticeName = never> extends SurfaceFeature<Taken> {
  panels?: FieldPanels;
  /** A gesture of the user: what a browser allows only in a gesture is asked for now. */
  touched?(): void;
  /** Somebody is signed in: when the page begins, or after a sign-in code was used (`isNew`). */
  signedIn?(isNew: boolean): void;
  /** Nobody is signed in any more. */
  signedOut?(): void;
  /** Another page of this phone took over, and this page sends nothing from now on. */
  setAside?(): void;
}

/** A feature of any notices, where only what is common to all features counts. */
export type AnyFieldFeature = AnySurfaceFeature & Omit<FieldFeature, 'takeNotice'>;

/** The roles of those who carry a phone. */
type FieldRole = 'squad_leader' | 'squad_member';
/** Notices that a phone has no use for: it draws no map, and opens no cameras. */
type NotShown = 'cameras:streamChanged' | 'wall:caseChanged';

/** Gives each notice to the features of a phone that take it; a notice that nobody takes does not compile. */
export const routeFieldNotices = createNoticeRouter<Exclude<NoticesFor<FieldRole>, NotShown>>();
