import type { FastifyPluginCallback } from 'fastify';
import { worstLevel, type HubLevel } from '../../src-shared/diagnostics/hubTroubles.ts';
import type { RequestName, Snapshot } from '../../src-shared/protocol/index.ts';
import type { PrincipalDoor } from '../base/doors.ts';
import type { OwnScopes } from '../base/requestScopes.ts';
import type { Admit } from '../http/httpServer.ts';
import type { Gauge } from '../base/gauge.ts';
import type { ProducerDirectory } from '../media/producerDirectory.ts';
import type { RequestHandlers, SurfaceContext } from '../signaling/handlers.ts';
import type { Signaling } from '../signaling/signaling.ts';
import type { createRequestScopes } from './requestScopes.ts';

/** Streams that a feature offers to surfaces, by the form of their ids. Example: `talk:squad:wenquan`. */
export interface StreamOffer {
  owns(streamId: string): boolean;
  /** Whether this surface may see or hear the stream. */
  mayConsume(context: SurfaceContext, streamId: string): boolean;
  /** Whether this surface holds the stream open, where streams must be opened first; left out where they need not be. */
  isOpen?(context: SurfaceContext, streamId: string): boolean;
  /** Where the media of these streams is. */
  producers: ProducerDirectory;
}

/** Requests of `requestScopes.ts`, whose things several features know. */
type JointName = keyof ReturnType<typeof createRequestScopes>;
/** What a feature says about its requests whose definition does not say which part of the city they are about. */
type ScopesOf<Names extends RequestName> = keyof OwnScopes<Exclude<Names, JointName>> extends never
  ? { scopes?: object }
  : { scopes: OwnScopes<Exclude<Names, JointName>> };

/**
 * One feature of the hub, connected to its drivers: what `features.ts` needs of it, and nothing else. What other features
 * may use of it is declared by each `app/<feature>.ts` beside this contract. Policy lies in the feature's services.
 */
export type HubFeature<Names extends RequestName = never> = FeatureContract<Names> & ScopesOf<Names>;

interface FeatureContract<Names extends RequestName> {
  /** A kind of credential that the feature keeps, and who stands behind it. */
  door?: PrincipalDoor;
  /** Answers to the requests of surfaces. */
  handlers: RequestHandlers<Names>;
  /** Routes over HTTP; `admit` refuses callers without the capability. */
  routes?(admit: Admit): FastifyPluginCallback[];
  /** The feature's part of a surface's snapshot; only what the surface may see. */
  snapshotFor?(context: SurfaceContext): Partial<Snapshot>;
  /** A surface has joined; its snapshot is made next. It may join again on the same connection. */
  joined?(context: SurfaceContext): void;
  /** A surface has disconnected; the feature releases what the surface held. */
  left?(context: SurfaceContext): void;
  streams?: StreamOffer;
  /** Figures that are read when somebody scrapes `/metrics`. */
  metrics?: readonly Gauge[];
  /** The feature's part of `/healthz`; `level` says how much keeps the hub from its work, `ok` where it is left out. */
  healthz?(): { level?: HubLevel; detail: object };
  /** Surfaces can be notified from now on. */
  announceTo?(surfaces: Signaling): void;
  /** The hub is about to listen; what must be there by then is opened. */
  open?(): Promise<void>;
  /** The hub listens; work that needs surfaces or the network may begin. */
  start?(): void;
  /** Stops timers and writes what is not written yet. */
  close?(): void | Promise<void>;
}

/** Features of any requests, where only what is common to them counts. */
export type AnyFeature = Omit<HubFeature, 'handlers'>;

/** `/healthz` of all features together. */
export function healthOf(features: readonly AnyFeature[]): { level: HubLevel; detail: object } {
  const parts = features.flatMap((feature) => feature.healthz?.() ?? []);
  const detail = Object.assign({}, ...parts.map((part) => part.detail)) as object;
  return { level: worstLevel(parts.map(({ level = 'ok' }) => level)), detail };
}

type NamesOf<Feature> = Feature extends { handlers: RequestHandlers<infer Names> } ? Names : never;

/** The handlers of several features together; the type says for which requests there is one. */
export function joinHandlers<const Features extends readonly { handlers: object }[]>(
  features: Features,
): RequestHandlers<NamesOf<Features[number]>> {
  return Object.assign({}, ...features.map(({ handlers }) => handlers)) as RequestHandlers<
    NamesOf<Features[number]>
  >;
}
