import { createPerSecond } from '../../base/perSecond.ts';
import type { UpperSettings } from '../../../src-shared/cascade/cascade.protocol.ts';
import type { Motion } from '../../../src-shared/turning/motion.ts';
import type { UpperItem, ViewVerdict } from '../../features/cascade/cascade.ports.ts';
import { fieldOf, readManscdp, type Manscdp } from '../sources/gb28181/manscdp.ts';
import { readPtzMotion, readPtzPreset } from '../sources/gb28181/ptzCommand.ts';
import { newTag } from '../sources/gb28181/sipDialog.ts';
import {
  headerOf,
  parameterOf,
  userOf,
  writeResponse,
  type SipRequest,
} from '../sources/gb28181/sipMessage.ts';
import type { SipPeer } from '../sources/gb28181/sipTransport.ts';
import type { UpperCalls } from './upperCalls.ts';
import type { UpperLists } from './upperLists.ts';
import { basicParamText, deviceInfoText, deviceStatusText, nothingText, presetsText } from './upperTexts.ts';

export interface UpperRequestsOptions {
  settings: UpperSettings;
  calls: UpperCalls;
  lists: UpperLists;
  items(): readonly UpperItem[];
  mayView(gbId: string): ViewVerdict;
  turn(cameraId: string, motion: Motion): Promise<boolean>;
  /** Goes to a view that the camera remembers. */
  goToPreset(cameraId: string, number: number): Promise<boolean>;
  presetsOf(cameraId: string): readonly { number: number; name: string }[];
  askKeyPicture(cameraId: string): void;
  isRegistered(): boolean;
  contact(): string;
  send(peer: SipPeer, bytes: Buffer): void;
  /** Sends a MESSAGE of ours. */
  message(body: Buffer): void;
  /** The id by which the platform calls itself. */
  onSaysId(id: string): void;
  version: string;
  nowMs(): number;
  wallMs(): number;
}

/** What a platform may send within a second; the rest is thrown away unread, as it would be sent again. */
const requestsPerSecond = 100;
/** What fits a datagram. */
const maxListedPresets = 12;
/** Answers that are kept for requests that come again because an answer was lost. */
const keptAnswers = 128;
const deviceIdForm = /^\d{20}$/;
const productName = 'Mingchu';
/** Questions that are answered with nothing, so that nobody waits for what does not come. */
const nothingFor = new Set(['RecordInfo', 'ConfigDownload', 'MobilePosition', 'HomePositionQuery']);

/** Requests of one upper platform. */
export class UpperRequests {
  readonly #options: UpperRequestsOptions;
  readonly #answers = new Map<string, Buffer>();
  readonly #isWithinBudget: () => boolean;

  constructor(options: UpperRequestsOptions) {
    this.#options = options;
    this.#isWithinBudget = createPerSecond(requestsPerSecond, () => options.nowMs());
  }

  came(request: SipRequest, peer: SipPeer): void {
    if (!this.#isWithinBudget()) return;
    const { calls, lists, isRegistered, onSaysId, contact, settings } = this.#options;
    const { method } = request.start;
    const callId = headerOf(request, 'call-id') ?? '';
    const ourTag = parameterOf(headerOf(request, 'to'), 'tag');
    if (method === 'ACK') return calls.acknowledged(callId, ourTag);
    const key = `${callId} ${headerOf(request, 'cseq') ?? ''}`.slice(0, 300);
    const answered = method === 'INVITE' ? undefined : this.#answers.get(key);
    if (answered !== undefined) return this.#options.send(peer, answered);
    const answer = (
      status: string,
      headers: readonly (readonly [string, string])[] = [],
      tag?: string,
    ): void => {
      const toTag = tag ?? newTag();
      this.#answered(key, request, peer, status, { headers, ...(method === 'MESSAGE' ? {} : { toTag }) });
    };
    if (method === 'BYE') return answer(calls.ended(callId, ourTag) ? '200 OK' : '481 Call Does Not Exist');
    if (method === 'CANCEL') return answer(calls.cancelled(callId) ? '200 OK' : '481 Call Does Not Exist');
    if (method === 'OPTIONS') return answer('200 OK');
    // Who does not know us may not ask either.
    if (!isRegistered()) return answer('403 Forbidden');
    const id = userOf(headerOf(request, 'from'));
    if (id !== undefined && deviceIdForm.test(id)) onSaysId(id);
    if (method === 'INVITE') return calls.invite(request, peer);
    if (method === 'SUBSCRIBE') {
      const subscribed = lists.subscribed(request);
      if (subscribed === undefined) return answer('489 Bad Event');
      const { seconds, tag } = subscribed;
      const headers = [
        ['Expires', String(seconds)],
        ['Contact', `<sip:${settings.ourId}@${contact()}>`],
      ] as const;
      return answer('200 OK', headers, tag);
    }
    if (method === 'MESSAGE') return answer(this.#message(request));
    answer(method === 'INFO' || method === 'NOTIFY' ? '200 OK' : '405 Method Not Allowed');
  }

  /** The status to answer with; what is asked follows in messages of its own. */
  #message(request: SipRequest): string {
    const message = readManscdp(request.body);
    if (message === undefined) return '400 Bad Request';
    if (message.kind === 'Query') return this.#query(message);
    if (message.kind === 'Control') return this.#control(message);
    if (message.kind === 'Notify' && message.command === 'Broadcast') this.#refuseBroadcast(message);
    return '200 OK';
  }

  /** Nobody above speaks into kitchens; without this word the platform would wait for our call. */
  #refuseBroadcast({ text, sequence = 0 }: Manscdp): void {
    const { settings, message } = this.#options;
    const target = fieldOf(text, 'TargetID') ?? '';
    const deviceId = deviceIdForm.test(target) ? target : settings.ourId;
    message(nothingText('Broadcast', deviceId, sequence, settings.edition));
  }

  #query({ command, sequence = 0, deviceId, text }: Manscdp): string {
    const { settings, lists, items, message, version, wallMs } = this.#options;
    const { ourId, edition } = settings;
    const asked = deviceId ?? ourId;
    const item = items().find(({ gbId }) => gbId === asked);
    if (asked !== ourId && item === undefined) return '404 Not Found';
    if (command === 'Catalog') return lists.asked(sequence, asked) ? '200 OK' : '503 Service Unavailable';
    if (command === 'DeviceInfo') {
      const cameras = items().filter(({ camera }) => camera !== undefined).length;
      const info = {
        deviceId: asked,
        name: item?.name ?? productName,
        version,
        channels: item === undefined ? cameras : 1,
      };
      message(deviceInfoText(info, sequence, edition));
    } else if (command === 'DeviceStatus') {
      const status = { deviceId: asked, isOn: item?.camera?.isOn ?? true, localTime: localTime(wallMs()) };
      message(deviceStatusText(status, sequence, edition));
    } else if (command === 'PresetQuery') {
      const { cameraId } = item?.camera ?? {};
      const presets = cameraId === undefined ? [] : this.#options.presetsOf(cameraId);
      message(presetsText(asked, presets.slice(0, maxListedPresets), sequence, edition));
    } else if (asked === ourId && (fieldOf(text, 'ConfigType') ?? '').includes('BasicParam')) {
      message(basicParamText({ ...settings, deviceId: asked, name: productName }, sequence, edition));
    } else if (nothingFor.has(command)) message(nothingText(command, asked, sequence, edition));
    return '200 OK';
  }

  #control({ text, deviceId = '' }: Manscdp): string {
    const { settings, calls, mayView, turn, askKeyPicture } = this.#options;
    const verdict = mayView(deviceId);
    if (verdict.verdict === 'unknown') return '404 Not Found';
    if (verdict.verdict === 'shut') return '403 Forbidden';
    const { cameraId } = verdict;
    if (fieldOf(text, 'IFameCmd') !== undefined || fieldOf(text, 'IFrameCmd') !== undefined) {
      askKeyPicture(cameraId);
      calls.again(cameraId);
      return '200 OK';
    }
    const command = fieldOf(text, 'PTZCmd');
    // Guards, alarms, restarts and settings of cameras are nobody's above.
    if (command === undefined || !settings.mayTurn) return '403 Forbidden';
    const preset = readPtzPreset(command);
    if (preset !== undefined) {
      if (!this.#options.presetsOf(cameraId).some(({ number }) => number === preset)) return '404 Not Found';
      void this.#options.goToPreset(cameraId, preset);
      return '200 OK';
    }
    const motion = readPtzMotion(command);
    if (motion === undefined) return '400 Bad Request';
    void turn(cameraId, motion);
    return '200 OK';
  }

  #answered(
    key: string,
    request: SipRequest,
    peer: SipPeer,
    status: string,
    more: { headers: readonly (readonly [string, string])[]; toTag?: string },
  ): void {
    const bytes = writeResponse(request, status, { from: peer, ...more });
    this.#answers.set(key, bytes);
    if (this.#answers.size > keptAnswers) {
      const [oldest] = this.#answers.keys();
      if (oldest !== undefined) this.#answers.delete(oldest);
    }
    this.#options.send(peer, bytes);
  }
}

/** As platforms read it: the time of this place, without a zone. */
function localTime(wallMs: number): string {
  const date = new Date(wallMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
