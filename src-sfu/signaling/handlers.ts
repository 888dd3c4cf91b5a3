import type { Ack } from '../../src-shared/protocol/define.ts';
import type {
  InputOf,
  NoticeName,
  NoticeOf,
  OutputOf,
  RequestName,
} from '../../src-shared/protocol/index.ts';
import type { Principal } from '../../src-shared/session/principal.ts';
import type { Role, Surface } from '../../src-shared/session/roles.ts';
import type { Visit } from '../base/doors.ts';
import type { SurfaceMedia } from '../features/media/media.ports.ts';

/** One connected surface, as a request handler sees it. */
export interface SurfaceContext {
  /** New with every connection. */
  connectionId: string;
  /** Where it comes from, as the network says. */
  address: string;
  /** What it showed when it connected: the doors are asked again whenever it joins. */
  visit: Visit;
  /** Let in as a phone that nobody has signed in: it may sign in and join as `field`, and nothing else. */
  isPhoneOnly: boolean;
  /** Undefined until the surface joined. */
  identity:
    | {
        surface: Surface;
        /** Who stands behind it, narrowed to what may be done on this surface. */
        principal: Principal;
        role: Role;
        screenId?: string;
        /** The officer at a desk, as sent when the desk joined. */
        officer?: { id: string; name: string };
        seatRole?: Role;
        /** The number of a desk's seat, counted per role from 1. */
        seat?: number;
        /** Whose phone it is, for one that is signed in. */
        member?: { memberId: string };
      }
    | undefined;
  media: SurfaceMedia;
  /** Sends a notice with the next number of this connection. */
  notify<Name extends NoticeName>(name: Name, payload: NoticeOf<Name>): void;
  /** The number of the last notice sent. */
  lastSequence(): number;
  /** Ends the connection, after what was sent. */
  disconnect(): void;
}

/** Answers one request. Refusals are values; an exception is a fault and is answered `internal`. */
export type RequestHandler<Name extends RequestName> = (
  context: SurfaceContext,
  input: InputOf<Name>,
) => Ack<OutputOf<Name>> | Promise<Ack<OutputOf<Name>>>;

/** A handler for each of the requests named. A missing one does not compile. */
export type RequestHandlers<Names extends RequestName = RequestName> = {
  [Name in Names]: RequestHandler<Name>;
};
