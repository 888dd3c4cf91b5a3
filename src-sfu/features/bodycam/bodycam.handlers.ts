import { ok, refuse, type Ack } from '../../../src-shared/protocol/define.ts';
import type { InputOf, OutputOf } from '../../../src-shared/protocol/index.ts';
import type { RequestHandlers, SurfaceContext } from '../../signaling/handlers.ts';
import type { BodyCams } from './bodyCams.ts';
import { deskName } from '../../base/deskName.ts';

type BodyCamRequestName = Extract<keyof RequestHandlers, `bodycam:${string}`>;

/** The media of body cams as this feature needs it. */
export interface BodyCamMedia {
  produceBodyCam(
    connectionId: string,
    memberId: string,
    input: InputOf<'bodycam:produce'>,
  ): Promise<Ack<OutputOf<'bodycam:produce'>>>;
  stopBodyCam(memberId: string): void;
}

/** Requests about body cams. */
export function createBodyCamHandlers(options: {
  bodyCams: BodyCams;
  sending: BodyCamMedia;
}): RequestHandlers<BodyCamRequestName> {
  const { bodyCams, sending } = options;
  const notSignedIn = (): Ack<never> =>
    refuse('not_joined', 'This phone is not signed in. Sign in with a code of the desk.', {
      reason: 'squads.not_signed_in',
    });
  const memberOf = ({ identity }: SurfaceContext): string | undefined => identity?.member?.memberId;
  return {
    'bodycam:ask': (context, { memberId }) => bodyCams.ask(memberId, deskName(context), false),
    'bodycam:end': (_context, { memberId }) => bodyCams.endByDesk(memberId),
    'bodycam:decline': (context, { askId }) => {
      const memberId = memberOf(context);
      return memberId === undefined ? notSignedIn() : bodyCams.decline(memberId, askId);
    },
    'bodycam:produce': (context, input) => {
      const memberId = memberOf(context);
      return memberId === undefined
        ? notSignedIn()
        : sending.produceBodyCam(context.connectionId, memberId, input);
    },
    'bodycam:stop': (context) => {
      const memberId = memberOf(context);
      if (memberId === undefined) return notSignedIn();
      const sender = bodyCams.senderOf(memberId);
      // Another device sends the picture now and continues.
      if (sender !== undefined && sender !== context.connectionId) return ok({});
      sending.stopBodyCam(memberId);
      bodyCams.stopped(memberId);
      return ok({});
    },
  };
}
