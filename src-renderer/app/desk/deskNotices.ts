import { createNoticeRouter } from '../shared/surfaceFeature.ts';

/** Notices that no feature of the desk takes, each with the reason. */
type NotForDesk =
  // These are for phones.
  | 'bodycam:asked'
  | 'bodycam:ended'
  | 'squads:signedOut'
  // These are for a wall: a desk gets each alert whole, and reads the whole directory.
  | 'alerts:marksChanged'
  | 'map:sitesChanged';

/** Gives each notice to the features of the desk that take it; a notice that nobody takes does not compile. */
export const routeNotices = createNoticeRouter<NotForDesk>();
