import {
  maxStreamsAtOnce,
  type OpenedStream,
  type StreamKind,
  type StreamOpening,
} from '../../src-shared/cameras/cameras.protocol.ts';
import type { Ack } from '../../src-shared/protocol/define.ts';
import type { InputOf } from '../../src-shared/protocol/index.ts';
import type { ReceiveOffer } from './receiveOffer.ts';
import { dataOf, type Signalling } from './signalling.ts';
import type { ReceivedTrack } from './subscription.ts';

/** A stream that was opened; with its track where it could be received at once. */
export type ReceivedStream = OpenedStream & { track?: ReceivedTrack };

export interface PageOpeningOptions {
  signalling: Pick<Signalling, 'request'>;
  /** What the transports of this page can receive now, up to so many streams on each. */
  offer(most: number): Promise<PageOffer | undefined>;
}

/** The transports of this page that can receive now, and what its browser can receive. */
export interface PageOffer {
  rtpCapabilities: InputOf<'media:consume'>['rtpCapabilities'];
  offers: ReceiveOffer[];
}

interface Wish {
  cameraId: string;
  stream: StreamKind;
  /** Whether packets may flow; left out, the stream is only opened. */
  isFlowing: (() => boolean) | undefined;
  opened: PromiseWithResolvers<ReceivedStream>;
}

/** A page of so few streams shows their key pictures first; of more, the live pictures come before the browser has decoded those. */
const fewStreams = 3;

/**
 * Opens what is asked for in one turn of the event loop by one request, and receives what runs already. A page of sixteen costs
 * one message each way instead of 32.
 */
export class PageOpening {
  readonly #options: PageOpeningOptions;
  #waiting: Wish[] = [];

  constructor(options: PageOpeningOptions) {
    this.#options = options;
  }

  /** Rejects when the stream is refused. `isFlowing` is asked when the request is sent. */
  open(cameraId: string, stream: StreamKind, isFlowing?: () => boolean): Promise<ReceivedStream> {
    const opened = Promise.withResolvers<ReceivedStream>();
    if (this.#waiting.length === 0) setTimeout(() => this.#flush(), 0);
    this.#waiting.push({ cameraId, stream, isFlowing, opened });
    return opened.promise;
  }

  #flush(): void {
    const all = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < all.length; from += maxStreamsAtOnce) {
      const wishes = all.slice(from, from + maxStreamsAtOnce);
      this.#request(wishes).catch((error: unknown) => {
        for (const { opened } of wishes) opened.reject(error);
      });
    }
  }

  async #request(wishes: Wish[]): Promise<void> {
    const receiving = wishes.filter(({ isFlowing }) => isFlowing !== undefined).length;
    const offer = receiving === 0 ? undefined : await this.#options.offer(receiving);
    const offers = offer?.offers ?? [];
    // Until the hub has said which names it used, each of them may be in use.
    let areUntouched = false;
    try {
      const { answers } = dataOf(
        await this.#options.signalling.request('cameras:openStreams', {
          streams: wishes.map(({ cameraId, stream, isFlowing }) => ({
            cameraId,
            stream,
            ...(isFlowing === undefined ? {} : { receive: isFlowing() ? 'flowing' : 'paused' }),
          })),
          ...(offer === undefined ? {} : { receiver: receiverOf(offer) }),
          omitsFlowingPictures: wishes.length > fewStreams,
        }),
      );
      const received = answers.map((answer) => receive(answer, offers));
      areUntouched = answers.every(saysWhatWasUsed);
      for (const [index, { opened }] of wishes.entries()) opened.resolve(received[index]!);
    } finally {
      for (const one of offers) one.end(areUntouched);
    }
  }
}

function receiverOf({ rtpCapabilities, offers }: PageOffer): InputOf<'cameras:openStreams'>['receiver'] {
  const transports = offers.map(({ workerId, transportId, mids }) => ({ workerId, transportId, mids }));
  return { rtpCapabilities, transports };
}

/** Whether no consumer can have been made for a stream but the one in the answer. */
function saysWhatWasUsed(answer: Ack<StreamOpening>): boolean {
  if (!answer.ok) return answer.code !== 'internal';
  const { consumer, status } = answer.data;
  return consumer !== undefined || (status.state !== 'live' && status.state !== 'lingering');
}

async function receive(answer: Ack<StreamOpening>, offers: readonly ReceiveOffer[]): Promise<ReceivedStream> {
  const { consumer, ...opened } = dataOf(answer);
  const offer = offers.find(({ workerId }) => workerId === opened.workerId);
  if (consumer === undefined || offer === undefined) return opened;
  return { ...opened, track: await offer.receive(opened.streamId, consumer) };
}
