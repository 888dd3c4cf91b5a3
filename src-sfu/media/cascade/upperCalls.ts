import { createPerSecond } from '../../base/perSecond.ts';
import type { UpperView } from '../../../src-shared/cascade/cascade.protocol.ts';
import type { ViewVerdict } from '../../features/cascade/cascade.ports.ts';
import type { UpperDialog } from '../../features/cascade/upperDialogs.ts';
import { newTag, RepeatedAnswer, requestWithin, sideOf } from '../sources/gb28181/sipDialog.ts';
import {
  headerOf,
  parameterOf,
  sequenceOf,
  uriOf,
  userOf,
  writeResponse,
  type SipRequest,
} from '../sources/gb28181/sipMessage.ts';
import type { OutgoingRequest } from '../sources/gb28181/sipRequests.ts';
import type { SipPeer } from '../sources/gb28181/sipTransport.ts';
import { readUpperOffer, writeUpperAnswer, type UpperOffer } from './upperOffer.ts';

/** The pictures of one view on their way up. */
export interface ViewMedia {
  /** For the answer. */
  port: number;
  ssrc: number;
  /** The platform has the answer. */
  begin(): void;
  /** A picture that can be shown by itself is wanted, with all that followed it. */
  again(): void;
  close(): void;
}

/** `offline`: the camera shows nothing now. `full`: no port is free. */
export type OpenedMedia = { ok: true; media: ViewMedia } | { ok: false; why: 'offline' | 'full' };

export interface UpperCallsOptions {
  maxViews: number;
  /** Address and port for Contact, and the address for pictures. */
  own(): { contact: string; address: string };
  mayView(gbId: string): ViewVerdict;
  open(viewId: string, cameraId: string, offer: UpperOffer, onEnded: () => void): Promise<OpenedMedia>;
  send(peer: SipPeer, bytes: Buffer): void;
  /** Sends a request of ours and forgets it when it is answered. */
  request(peer: SipPeer, request: OutgoingRequest): void;
  /** Whether pictures may be sent there. */
  mayReceive(address: string): boolean;
  /** Pictures begin to go to `target`, an address and port, or end. */
  onView(event: 'began' | 'ended', view: UpperView, target: string): void;
  /** What keeps a view from beginning that somebody can mend; `address`: where pictures were wanted. */
  onProblem(problem: 'no_media_port' | 'media_address', address?: string): void;
  /** A call is answered, or one that was is over: it is ended by a BYE after a crash. */
  onDialog(event: 'began' | 'ended', dialog: UpperDialog): void;
  /** The calls are others now. */
  onChanged(): void;
  nowMs(): number;
}

interface Call {
  callId: string;
  sequence: number;
  gbId: string;
  cameraId: string;
  request: SipRequest;
  peer: SipPeer;
  tag: string;
  way: UpperView['way'];
  target: string;
  sinceMs: number;
  media: ViewMedia | undefined;
  /** The 200, once the camera is open. */
  answer: { bytes: Buffer; repeated: RepeatedAnswer } | undefined;
  isAcknowledged: boolean;
  isOver: boolean;
}

const deviceIdForm = /^\d{20}$/;
/** The BYE of a call is the first request of ours within it. */
export const byeNumber = 1;
/** Calls that may begin within a second; what is beyond is refused before anything is opened. */
const callsPerSecond = 10;
/** The answer is sent again until it is acknowledged. Milliseconds. */
const firstAgainMs = 500;
const longestAgainMs = 4_000;
const acknowledgeLimitMs = 12_000;

/** Calls of an upper platform for pictures: one dialog a camera, each bounded, each ended when its right ends. */
export class UpperCalls {
  readonly #options: UpperCallsOptions;
  readonly #calls = new Map<string, Call>();
  readonly #isWithinBudget: () => boolean;

  constructor(options: UpperCallsOptions) {
    this.#options = options;
    this.#isWithinBudget = createPerSecond(callsPerSecond, () => options.nowMs());
  }

  views(): UpperView[] {
    return [...this.#calls.values()].filter(({ answer }) => answer !== undefined).map(viewOf);
  }

  invite(request: SipRequest, peer: SipPeer): void {
    const callId = headerOf(request, 'call-id') ?? '';
    const sequence = sequenceOf(request)?.number ?? 0;
    const known = this.#calls.get(callId);
    if (known !== undefined) return this.#again(known, request, peer, sequence);
    const { mayView, maxViews } = this.#options;
    const refusal = (status: string): void => this.#reply(request, peer, status);
    if (callId === '' || callId.length > 256) return refusal('400 Bad Request');
    if (!this.#isWithinBudget()) return refusal('503 Service Unavailable');
    const gbId = this.#calledBy(request);
    const verdict = mayView(gbId);
    if (verdict.verdict === 'unknown') return refusal('404 Not Found');
    if (verdict.verdict === 'shut') return refusal('403 Forbidden');
    const offer = readUpperOffer(request.body);
    if (offer === undefined) return refusal('488 Not Acceptable Here');
    if (!this.#options.mayReceive(offer.address)) {
      this.#options.onProblem('media_address', offer.address);
      return refusal('403 Forbidden');
    }
    const { cameraId } = verdict;
    // A platform that calls again has lost the call before.
    for (const call of [...this.#calls.values()]) if (call.cameraId === cameraId) this.#end(call, true);
    if (this.#calls.size >= maxViews) return refusal('486 Busy Here');
    const call: Call = {
      callId,
      sequence,
      gbId,
      cameraId,
      request,
      peer,
      tag: parameterOf(headerOf(request, 'to'), 'tag') ?? newTag(),
      way: offer.way,
      target: `${offer.address}:${offer.port}`,
      sinceMs: this.#options.nowMs(),
      media: undefined,
      answer: undefined,
      isAcknowledged: false,
      isOver: false,
    };
    this.#calls.set(callId, call);
    refusal('100 Trying');
    this.#open(call, { ...offer, mayConnect: this.#options.mayReceive }).catch(() =>
      this.#refuse(call, '500 Server Internal Error'),
    );
  }

  /** The camera that is called: by the request itself, or where that names the hub, a group or a folder, by its subject or by whom it is for. */
  #calledBy(request: SipRequest): string {
    const subject = /^\s*(\d{20})\b/.exec(headerOf(request, 'subject') ?? '')?.[1];
    const named = [userOf(request.start.uri), subject, userOf(headerOf(request, 'to'))];
    const { mayView } = this.#options;
    const isCamera = (id = ''): boolean => deviceIdForm.test(id) && mayView(id).verdict !== 'unknown';
    return named.find((id) => isCamera(id)) ?? '';
  }

  /** ACK. Who knows the Call-ID alone does not know the call: our tag belongs to it. */
  acknowledged(callId: string, tag: string | undefined): void {
    const call = this.#calls.get(callId);
    if (call?.tag !== tag || call?.answer === undefined || call.isAcknowledged) return;
    call.isAcknowledged = true;
    call.answer.repeated.stop();
    this.#options.onView('began', viewOf(call), call.target);
    call.media?.begin();
  }

  /** BYE; false when there is no such call. */
  ended(callId: string, tag: string | undefined): boolean {
    const call = this.#calls.get(callId);
    if (call === undefined || call.tag !== tag) return false;
    this.#end(call, false);
    return true;
  }

  /** CANCEL; false when there is no such call, or when it was answered already. */
  cancelled(callId: string): boolean {
    const call = this.#calls.get(callId);
    if (call === undefined || call.answer !== undefined) return false;
    this.#refuse(call, '487 Request Terminated');
    return true;
  }

  /** A key picture is wanted of a camera. */
  again(cameraId: string): void {
    for (const call of this.#calls.values()) if (call.cameraId === cameraId) call.media?.again();
  }

  /** Ends calls at once, each with a word to the platform; how many there were. */
  end(isMeant: (cameraId: string) => boolean): number {
    const meant = [...this.#calls.values()].filter(({ cameraId }) => isMeant(cameraId));
    for (const call of meant) {
      if (call.answer === undefined) this.#refuse(call, '403 Forbidden');
      else this.#end(call, true);
    }
    return meant.length;
  }

  async #open(call: Call, offer: UpperOffer): Promise<void> {
    const { open, own, onChanged, onProblem } = this.#options;
    const opened = await open(call.callId, call.cameraId, offer, () => this.#end(call, true));
    if (call.isOver) {
      if (opened.ok) opened.media.close();
      return;
    }
    if (!opened.ok && opened.why === 'full') {
      onProblem('no_media_port');
      return this.#refuse(call, '503 Service Unavailable');
    }
    if (!opened.ok) return this.#refuse(call, '480 Temporarily Unavailable');
    const { media } = opened;
    // What it may was asked before the camera was opened, which takes its time.
    if (this.#options.mayView(call.gbId).verdict !== 'may') {
      media.close();
      return this.#refuse(call, '403 Forbidden');
    }
    call.media = media;
    const { contact, address } = own();
    const { gbId, request, peer, tag } = call;
    const bytes = writeResponse(request, '200 OK', {
      from: peer,
      toTag: tag,
      headers: [
        ['Contact', `<sip:${gbId}@${contact}>`],
        ['Content-Type', 'application/sdp'],
      ],
      body: writeUpperAnswer({ gbId, address, port: media.port, offer, ssrc: media.ssrc }),
    });
    const repeated = new RepeatedAnswer({
      send: () => this.#options.send(peer, bytes),
      firstWaitMs: firstAgainMs,
      longestWaitMs: longestAgainMs,
      limitMs: acknowledgeLimitMs,
      onUnacknowledged: () => this.#end(call, true),
    });
    call.answer = { bytes, repeated };
    this.#options.onDialog('began', dialogOf(call));
    onChanged();
    repeated.begin();
  }

  /** The same request once more, or one within the dialog: what was agreed on stays. */
  #again(call: Call, request: SipRequest, peer: SipPeer, sequence: number): void {
    if (call.answer === undefined) return this.#reply(request, peer, '100 Trying');
    if (sequence === call.sequence) return this.#options.send(peer, call.answer.bytes);
    this.#reply(request, peer, '488 Not Acceptable Here');
  }

  #refuse(call: Call, status: string): void {
    if (call.isOver) return;
    this.#reply(call.request, call.peer, status, call.tag);
    this.#end(call, false);
  }

  #end(call: Call, saysSo: boolean): void {
    if (call.isOver) return;
    call.isOver = true;
    call.answer?.repeated.stop();
    this.#calls.delete(call.callId);
    call.media?.close();
    if (call.answer === undefined) {
      if (saysSo) this.#reply(call.request, call.peer, '487 Request Terminated', call.tag);
      return;
    }
    if (call.isAcknowledged) this.#options.onView('ended', viewOf(call), call.target);
    this.#options.onDialog('ended', dialogOf(call));
    this.#options.onChanged();
    if (!saysSo) return;
    this.#options.request(call.peer, requestWithin(dialogOf(call), 'BYE', byeNumber));
  }

  #reply(request: SipRequest, peer: SipPeer, status: string, toTag?: string): void {
    const tagged = status.startsWith('100') ? {} : { toTag: toTag ?? newTag() };
    this.#options.send(peer, writeResponse(request, status, { from: peer, ...tagged }));
  }
}

/** Our side of a call. */
function dialogOf({ request, peer, tag, callId }: Call): UpperDialog {
  const uri = uriOf(headerOf(request, 'contact'));
  const caller = userOf(headerOf(request, 'from')) ?? '';
  return { callId, uri: uri ?? `sip:${caller}@${peer.address}`, ...sideOf(request, tag) };
}

function viewOf({ callId, cameraId, sinceMs, way }: Call): UpperView {
  return { viewId: callId, cameraId, sinceMs, way };
}
