import type { UpperSettings } from '../../src-shared/cascade/cascade.protocol.ts';
import { PsReceiver } from '../../src-sfu/media/sources/gb28181/psReceiver.ts';
import type { ElementaryPicture } from '../../src-sfu/media/sources/gb28181/elementaryPictures.ts';

export const upperId = '42000000002000000001';
export const ourId = '42120000002000000077';
export const upperPassword = 'province-7';

/** An upper platform as a desk enters it. */
export function upperSettings(port: number, more: Partial<UpperSettings> = {}): UpperSettings {
  return {
    name: '省平台',
    address: '127.0.0.1',
    port,
    domain: upperId.slice(0, 10),
    theirId: upperId,
    ourId,
    userName: ourId,
    transport: 'udp',
    edition: '2016',
    registerSeconds: 3_600,
    keepaliveSeconds: 60,
    mayTurn: false,
    mayWatch: true,
    maxViews: 16,
    pictures: 'main',
    mediaAddresses: [],
    sameIds: [],
    otherIds: [],
    hours: null,
    isOn: true,
    ...more,
  };
}

/** What an upper platform understands of the packets that it receives. */
export function receivedPictures(onPicture: (picture: ElementaryPicture) => void = () => undefined): {
  pictures: ElementaryPicture[];
  sound: Buffer[];
  receiver: PsReceiver;
  write(packet: Buffer): void;
} {
  const pictures: ElementaryPicture[] = [];
  const sound: Buffer[] = [];
  const receiver = new PsReceiver(
    {
      onPicture(picture) {
        pictures.push(picture);
        onPicture(picture);
      },
      onSound: (_codec, bytes) => sound.push(Buffer.from(bytes)),
      onGap: () => undefined,
    },
    () => performance.now(),
  );
  return { pictures, sound, receiver, write: (packet) => void receiver.write(packet) };
}

const startCode = Buffer.from([0, 0, 0, 1]);

/** A picture as decoders take it. */
export function annexB({ nals }: Pick<ElementaryPicture, 'nals'>): Buffer {
  return Buffer.concat(nals.flatMap(({ bytes }) => [startCode, bytes]));
}
