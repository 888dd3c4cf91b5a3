import type { NoticesFor } from '../../../src-shared/protocol/index.ts';
import { createNoticeRouter } from '../shared/surfaceFeature.ts';

/** The roles of those who sit at a desk. */
type DeskRole = 'administrator' | 'supervisor' | 'duty_officer';
/** Notices that are addressed to phones. */
type ToPhones = 'bodycam:asked' | 'bodycam:ended' | 'squads:signedOut' | 'talk:groupsChanged';
/** A desk reads the whole directory, and `cameras:directoryChanged` notifies it of changes. */
type OfScreens = 'map:sitesChanged' | 'wall:caseChanged' | 'public:kitchensChanged';
/** Notices to a kitchen's own people. */
type ToSites = 'sites:alertsChanged' | 'sites:camerasChanged' | 'findings:ownChanged';

/** Gives each notice to the features of the desk that take it; a notice that nobody takes does not compile. */
export const routeNotices =
  createNoticeRouter<Exclude<NoticesFor<DeskRole>, ToPhones | OfScreens | ToSites>>();
