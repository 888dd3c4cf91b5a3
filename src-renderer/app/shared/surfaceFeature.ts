import type { NoticeName, NoticeOf } from '../../../src-shared/protocol/index.ts';
import type { Notice, SnapshotArrival } from '../../server/hubLink.ts';

/** Functions that take notices, by the notice's name. */
export type NoticeTakers<Names extends NoticeName> = {
  [Name in Names]: (payload: NoticeOf<Name>) => void;
};

/**
 * What a feature of any surface may have: how it takes what the hub sends. `Taken` are the names of the notices that the
 * feature takes.
 */
export interface SurfaceFeature<Taken extends NoticeName = never> {
  /** The surface joined, for the first time or again. Features get it in the order of the list. */
  takeSnapshot?(arrival: SnapshotArrival): void;
  takeNotice?: NoticeTakers<Taken>;
  connectionLost?(): void;
}

/** A feature of any notices, where only what is common to all features counts. */
export type AnySurfaceFeature = Omit<SurfaceFeature, 'takeNotice'> & { takeNotice?: object };

/**
 * Notices that no feature of any surface takes. `startSurface` takes `session:clockSet`, and the connection takes
 * `session:noticesDropped`. After `session:hubStopping` the connection ends, and `connectionLost` does what is to be done.
 */
type TakenByShell = 'session:clockSet' | 'session:hubStopping' | 'session:noticesDropped';

type TakenBy<Feature> = Feature extends { takeNotice?: infer Takers } ? keyof NonNullable<Takers> : never;

/** Names of the received notices that none of the features takes. */
type Untaken<Features extends readonly AnySurfaceFeature[], Received extends NoticeName> = Exclude<
  Received,
  TakenBy<Features[number]> | TakenByShell
>;

/** The function that gives each notice to the features that take it, in the order of the list. */
type NoticeRouter<Received extends NoticeName> = <Features extends readonly AnySurfaceFeature[]>(
  features: Features,
  ..._untaken: [Untaken<Features, Received>] extends [never] ? [] : [untaken: Untaken<Features, Received>]
) => (notice: Notice) => void;

/**
 * Makes the function with which one surface routes its notices. `Received` are the notices that this surface receives: those
 * that its role may receive by what each notice declares, without some that are addressed to other surfaces. Where one of them
 * is taken by no feature, the call demands a second argument that nobody has, and does not compile.
 */
export function createNoticeRouter<Received extends NoticeName>(): NoticeRouter<Received> {
  return (features, ..._untaken) => {
    const takers = new Map<string, ((payload: unknown) => void)[]>();
    for (const { takeNotice = {} } of features) {
      for (const [name, take] of Object.entries(takeNotice)) {
        takers.set(name, [...(takers.get(name) ?? []), take as (payload: unknown) => void]);
      }
    }
    return ({ name, payload }) => {
      for (const take of takers.get(name) ?? []) take(payload);
    };
  };
}

/** What the shell calls of a list of features; `onNotice` is the surface's own routing of notices. */
export function joinFeatures(features: readonly AnySurfaceFeature[], onNotice: (notice: Notice) => void) {
  return {
    onNotice,
    onSnapshot(arrival: SnapshotArrival): void {
      for (const { takeSnapshot } of features) takeSnapshot?.(arrival);
    },
    onLost(): void {
      for (const { connectionLost } of features) connectionLost?.();
    },
  };
}
