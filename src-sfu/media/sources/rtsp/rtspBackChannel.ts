import { muLawOf } from '../../../../src-shared/kitchenTalk/muLaw.ts';
import type { Ear, EarFault } from '../../../../src-shared/kitchenTalk/kitchenTalk.protocol.ts';
import {
  EarError,
  type EarAddress,
  type Ears,
  type OpenEar,
} from '../../../features/kitchenTalk/kitchenTalk.ports.ts';
import { ALawPackets } from '../aLawPackets.ts';
import { interleavedFrame } from './receiverReport.ts';
import { RtspConnection } from './rtspConnection.ts';
import { readBackChannel, targetOf } from './rtspDescribe.ts';
import { RtspError } from './rtspErrors.ts';
import { readSessionHeader, readTransport } from './rtspHeaders.ts';
import { RtspKeepAlive } from './rtspKeepAlive.ts';
import type { BackChannel } from './sessionDescription.ts';

/**
 * The way back of ONVIF (Streaming Specification, 5.3), in a session of its own: some cameras lose their picture when the session of the picture
 * is asked for it.
 */
const wanted = { Require: 'www.onvif.org/ver20/backchannel' };
const connectMs = 2_000;
const responseMs = 2_500;
const usualSessionSeconds = 60;
/** A quarter of a second of sound: what a camera has not read by then is old. */
const maxUnreadBytes = 12 * (160 + 16);
/** What a camera answered about its loudspeaker is believed for so long. Milliseconds. */
const believedMs = 10 * 60_000;
/** Cameras are remembered up to so many addresses; those asked longest ago go. */
const maxRemembered = 5_000;

/** Cameras that are spoken to by the back channel of their RTSP. It serves every address, so it is the last one of a list. */
export function rtspEars(nowMs: () => number): Ears {
  const known = new Map<string, { ear: Ear; atMs: number }>();
  const learn = (url: string, ear: Ear): Ear => {
    known.delete(url);
    known.set(url, { ear, atMs: nowMs() });
    const [oldest] = known.keys();
    if (known.size > maxRemembered && oldest !== undefined) known.delete(oldest);
    return ear;
  };
  return {
    serves: () => true,
    async read(address) {
      const before = known.get(address.url);
      if (before !== undefined && nowMs() - before.atMs < believedMs) return before.ear;
      let session: TalkSession | undefined;
      try {
        session = new TalkSession(address, () => undefined);
        await session.describe();
        return learn(address.url, { has: 'yes' });
      } catch (error) {
        const { fault } = earErrorOf(error);
        // A camera that is away now may have an ear.
        if (fault === 'notReached') return { has: 'unknown' };
        const ear: Ear = { has: 'no', fault };
        return isLasting(fault) ? learn(address.url, ear) : ear;
      } finally {
        session?.close();
      }
    },
    async open(address, { signal, onEnded }) {
      const session = new TalkSession(address, (error) => onEnded(error));
      const giveUp = (): void => session.close();
      signal.addEventListener('abort', giveUp);
      try {
        await session.open();
        learn(address.url, { has: 'yes' });
        return session;
      } catch (error) {
        session.close();
        const known = earErrorOf(error);
        if (isLasting(known.fault)) learn(address.url, { has: 'no', fault: known.fault });
        throw known;
      } finally {
        signal.removeEventListener('abort', giveUp);
      }
    },
  };
}

/** One RTSP session that only carries a voice to the camera. */
class TalkSession implements OpenEar {
  readonly #connection: RtspConnection;
  readonly #url: string;
  readonly #keepAlive: RtspKeepAlive;
  readonly #onEnded: (error: EarError) => void;
  #packets: ALawPackets | undefined;
  #isMuLaw = false;
  #channel = 0;
  #sessionUrl = '';
  #session: Record<string, string> = {};
  #isOpen = false;
  #isClosed = false;

  constructor(address: EarAddress, onEnded: (error: EarError) => void) {
    let target: ReturnType<typeof targetOf>;
    try {
      target = targetOf(address.url);
    } catch (error) {
      throw earErrorOf(error);
    }
    this.#url = target.url;
    this.#onEnded = onEnded;
    const { username = target.username, password = target.password } = address;
    this.#connection = new RtspConnection({
      target,
      ...(username === undefined ? {} : { credentials: { username, password: password ?? '' } }),
      digestOnly: address.digestOnly ?? false,
      onDigestTaken: () => undefined,
      connectMs,
      responseMs,
      onInterleaved: () => undefined,
      mayWait: () => false,
      onMediaLost: () => undefined,
      onEnded: (error) => this.#ended(error),
    });
    this.#keepAlive = new RtspKeepAlive(
      (method) => this.#connection.request(method, this.#sessionUrl, this.#session),
      (error) => this.#ended(error),
    );
  }

  /** Where the camera takes sound. Rejects when it takes none. */
  async describe(): Promise<BackChannel> {
    await this.#connection.open();
    const headers = { Accept: 'application/sdp', ...wanted };
    const response = await this.#connection.request('DESCRIBE', this.#url, headers);
    if (response.status >= 300) throw fault('notReached', 'The camera sends to another address.');
    const found = readBackChannel(response, this.#url);
    if (found === 'none') throw fault('noBackChannel', 'The camera offers no way for sound to it.');
    if (found === 'noALaw') throw fault('noALaw', 'The camera takes no G.711.');
    return found;
  }

  async open(): Promise<void> {
    const { controlUrl, sessionUrl, payloadType, isMuLaw = false } = await this.describe();
    this.#sessionUrl = sessionUrl;
    const setUp = await this.#connection.request('SETUP', controlUrl, {
      Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1',
      ...wanted,
    });
    const { id, timeoutSeconds = usualSessionSeconds } = readSessionHeader(
      setUp.headers.get('session')?.[0] ?? '',
    );
    if (id !== undefined) this.#session = { Session: id };
    const [channel, rtcpChannel] = readTransport(setUp.headers.get('transport')?.[0] ?? '').interleaved ?? [
      0, 1,
    ];
    this.#channel = channel;
    this.#connection.setChannel(channel, 'rtp');
    this.#connection.setChannel(rtcpChannel, 'rtcp');
    await this.#start();
    this.#isMuLaw = isMuLaw;
    this.#packets = new ALawPackets(payloadType);
    if (this.#isClosed) throw fault('endedByDevice', 'The camera closed the connection.');
    this.#isOpen = true;
    this.#keepAlive.start(timeoutSeconds);
  }

  /** PLAY, as ONVIF says; some firmware wants RECORD, because the client sends. */
  async #start(): Promise<void> {
    try {
      await this.#connection.request('PLAY', this.#sessionUrl, this.#session);
    } catch (error) {
      if (!(error instanceof RtspError) || error.status === undefined || error.status === 401) throw error;
      await this.#connection.request('RECORD', this.#sessionUrl, this.#session);
    }
  }

  send(frame: Uint8Array): void {
    if (!this.#isOpen || this.#isClosed || this.#packets === undefined) return;
    const packet = this.#packets.next(this.#isMuLaw ? muLawOf(frame) : frame);
    this.#connection.sendInterleaved(interleavedFrame(this.#channel, packet), maxUnreadBytes);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#keepAlive.stop();
    if (this.#session['Session'] !== undefined)
      this.#connection.sendOnly('TEARDOWN', this.#sessionUrl, this.#session);
    this.#connection.close();
  }

  #ended(_error: RtspError): void {
    if (this.#isClosed) return;
    const wasOpen = this.#isOpen;
    this.#isClosed = true;
    this.#keepAlive.stop();
    this.#connection.close();
    if (wasOpen) this.#onEnded(fault('endedByDevice', 'The camera ended the connection.'));
  }
}

/** Whether a camera is so by itself: a password is set right, and who has the loudspeaker now lets it go, within moments. */
function isLasting(of: EarFault): boolean {
  return of === 'noBackChannel' || of === 'noALaw' || of === 'noTcp';
}

function fault(of: EarFault, message: string): EarError {
  return new EarError(of, message);
}

/** What an error of the conversation with a camera says about its ear. */
function earErrorOf(error: unknown): EarError {
  if (error instanceof EarError) return error;
  if (!(error instanceof RtspError)) return fault('notReached', String(error));
  const { failure, status, message } = error;
  // 551: Option not supported (RFC 2326, 12.32); older firmware says that the request is bad or unknown.
  if (status === 551 || status === 400 || status === 405 || status === 406 || status === 501)
    return fault('noBackChannel', message);
  // 461: Unsupported transport. Its loudspeaker wants datagrams, and the way back is within the connection.
  if (status === 461) return fault('noTcp', message);
  if (failure === 'notFound') return fault('noStream', message);
  // 454: Session not found. It forgot the session that it had just begun.
  if (status === 454) return fault('endedByDevice', message);
  if (failure === 'unauthorized') return fault('wrongPassword', message);
  if (failure === 'refused') return fault('cameraRefused', message);
  return fault('notReached', message);
}
