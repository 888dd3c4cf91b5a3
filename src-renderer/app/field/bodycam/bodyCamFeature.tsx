import { BodyCamCard, BodyCamKey } from '../../../features/bodycam/BodyCam.tsx';
import { askOf, isCameraOn, type BodyCamStore } from '../../../features/bodycam/bodyCamStore.ts';
import type { FieldStore } from '../../../features/field/fieldStore.ts';
import type { DutyMedia } from '../../../media/dutyMedia.ts';
import type { HubLink } from '../../../server/hubLink.ts';
import type { FieldFeature } from '../fieldFeature.ts';

export interface BodyCamFeatureParts {
  field: FieldStore;
  bodyCam: BodyCamStore;
  link: Pick<HubLink, 'request'>;
  talk: { media: Pick<DutyMedia, 'startCamera' | 'stopCamera' | 'attachPreview'> };
}

/** The body cam of the phone: the member starts and ends it, and accepts or declines the request of a desk. */
export function createBodyCamFeature({
  field,
  bodyCam,
  link,
  talk: { media },
}: BodyCamFeatureParts): FieldFeature<'bodycam:asked' | 'bodycam:ended'> {
  const start = (): void => {
    bodyCam.setState({ ask: undefined });
    media.startCamera();
  };
  const stop = (): void => {
    media.stopCamera();
    void link.request('bodycam:stop', {});
  };
  const decline = (): void => {
    const { ask } = bodyCam.getState();
    bodyCam.setState({ ask: undefined });
    if (ask !== undefined) void link.request('bodycam:decline', { askId: ask.askId });
  };
  /** The hub waits for a picture of this phone that does not come back: its page was closed, or it was ended without a network. */
  const giveUpLostPicture = (): void => {
    const { member } = field.getState();
    if (member?.bodyCam.state !== 'lost' || member.bodyCam.sender !== 'phone') return;
    if (!isCameraOn(bodyCam.getState().camera)) void link.request('bodycam:stop', {});
  };
  field.subscribe(({ member }, before) => {
    if (member?.bodyCam === before.member?.bodyCam) return;
    bodyCam.setState({ stalledSinceMs: member?.bodyCam.stalledSinceMs });
    giveUpLostPicture();
  });
  return {
    panels: {
      card: () => (
        <BodyCamCard
          store={bodyCam}
          onStart={start}
          onDecline={decline}
          attachPreview={(element) => media.attachPreview(element)}
        />
      ),
      foot: () => <BodyCamKey store={bodyCam} onStart={start} onStop={stop} />,
    },
    // A desk may have asked for the picture, or ended it, while this phone was away.
    takeSnapshot({ newConnection }) {
      const { member } = field.getState();
      const { camera } = bodyCam.getState();
      if (member === undefined) return;
      const ask = askOf(member.bodyCam);
      bodyCam.setState({ ask: isCameraOn(camera) ? undefined : ask });
      if (ask?.automatic === true && !isCameraOn(camera)) start();
      // A desk cannot have ended a picture that was started while this phone was away.
      const wasAtHub = isCameraOn(camera) && camera !== 'asking' && camera !== 'starting';
      if (newConnection && member.bodyCam.isEndedByDesk === true && wasAtHub) media.stopCamera();
    },
    takeNotice: {
      'bodycam:asked'(ask) {
        bodyCam.setState({ ask });
        if (ask.automatic) start();
      },
      'bodycam:ended'() {
        bodyCam.setState({ ask: undefined });
        media.stopCamera();
      },
    },
    signedOut: () => bodyCam.setState({ ask: undefined }),
  };
}
