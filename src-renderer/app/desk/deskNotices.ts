import type { NoticeName } from '../../../src-shared/protocol/index.ts';
import type { Notice } from '../../server/hubLink.ts';
import type { AnyDeskFeature, NoticeTakers } from './deskFeature.ts';

/**
 * Notices that no feature of the desk takes, each with the reason. A notice that is neither here nor taken by a feature of
 * the list does not compile.
 */
type NotForDesk =
  // startSurface takes it for every surface.
  | 'session:clockSet'
  // The connection ends next, and connectionLost does what is to be done.
  | 'session:hubStopping'
  // The connection takes it and asks for a new snapshot.
  | 'session:noticesDropped'
  // These are for phones.
  | 'bodycam:asked'
  | 'bodycam:ended'
  | 'squads:signedOut'
  // These are for a wall: a desk gets each alert whole, and reads the whole directory.
  | 'alerts:marksChanged'
  | 'map:sitesChanged';

type TakenBy<Feature> = Feature extends { takeNotice?: infer Takers } ? keyof NonNullable<Takers> : never;

/** Names of notices that none of the features takes, though a desk may get them. */
export type Untaken<Features extends readonly AnyDeskFeature[]> = Exclude<
  NoticeName,
  TakenBy<Features[number]> | NotForDesk
>;

/**
 * The function that gives each notice to the features that take it, in the order of the list. Where a notice is taken by
 * nobody, a second argument is demanded that nobody has: the call does not compile.
 */
export function routeNotices<Features extends readonly AnyDeskFeature[]>(
  features: Features,
  ..._untaken: [Untaken<Features>] extends [never] ? [] : [untaken: Untaken<Features>]
): (notice: Notice) => void {
  const takers = new Map<string, ((payload: unknown) => void)[]>();
  for (const { takeNotice = {} } of features) {
    for (const [name, take] of Object.entries(takeNotice)) {
      takers.set(name, [...(takers.get(name) ?? []), take as (payload: unknown) => void]);
    }
  }
  return ({ name, payload }) => {
    for (const take of takers.get(name) ?? []) take(payload);
  };
}

/** Takers of the named notices that give each of them whole to one function. */
export function takersOf<Name extends NoticeName>(
  names: readonly Name[],
  take: (notice: Notice) => void,
): NoticeTakers<Name> {
  const takers = names.map((name) => [name, (payload: unknown) => take({ name, payload } as Notice)]);
  return Object.fromEntries(takers) as NoticeTakers<Name>;
}
