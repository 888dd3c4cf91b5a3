import type { DeviceKindId } from '../../../../src-shared/alerts/alertKinds.ts';
import type { DeviceEvent } from '../../../features/onvif/onvif.ports.ts';
import { childrenOf, descend, textAt, type XmlElement } from './xmlReader.ts';

/** What is noticed, and the words of topics and data that mean it. */
const kinds: readonly {
  topic: RegExp;
  data: RegExp;
  method?: number;
  type?: number;
  kind?: DeviceKindId;
}[] = [
  {
    topic: /MotionAlarm|CellMotionDetector|MotionRegionDetector|\/Motion$/,
    data: /^(State|IsMotion|Motion)$/i,
    method: 5,
    type: 2,
  },
  {
    topic: /LineDetector|LineCross|CrossLine/i,
    data: /^(State|Crossed|IsCrossed|ObjectId)$/i,
    method: 5,
    type: 5,
  },
  { topic: /FieldDetector|ObjectsInside|Intrusion/i, data: /^(State|IsInside|Inside)$/i, method: 5, type: 6 },
  { topic: /Loitering/i, data: /^(State|IsLoitering|Since)$/i, method: 5, type: 8 },
  {
    topic: /Tamper|GlobalSceneChange/i,
    data: /^(State|IsTamper)$/i,
    method: 2,
    type: 2,
  },
  { topic: /ImageTooDark/i, data: /^State$/i, kind: 'picture_dark' },
  { topic: /ImageTooBright/i, data: /^State$/i, kind: 'picture_bright' },
  { topic: /ImageTooBlurry/i, data: /^State$/i, kind: 'picture_blurred' },
  { topic: /SignalLoss|VideoLoss/i, data: /^(State|SignalLoss)$/i, method: 2, type: 1 },
  { topic: /StorageFailure/i, data: /^(State|Failed)$/i, method: 6, type: 1 },
  { topic: /FanFailure/i, data: /^(State|Failed)$/i, method: 6, type: 2 },
  { topic: /DigitalInput/i, data: /^(State|LogicalState|Level)$/i, kind: 'alarm_input' },
];

const maxMessages = 200;
/** States of a device that are remembered: lenses, fields and inputs. */
const maxStates = 256;
const maxTokenLength = 128;
const sourceNames =
  /^(Source|VideoSourceToken|VideoSource|VideoSourceConfigurationToken|InputToken|Token|VideoSourceConfiguration)$/i;

/** Data by which a rule says who or since when, not whether: such an event happens and does not last. */
const momentary = /^(ObjectId|Since)$/i;

interface Read {
  kind: (typeof kinds)[number];
  key: string;
  token: string;
  isOn: boolean;
  /** It has no state that could end, such as a crossed line. */
  isMomentary: boolean;
  isInitial: boolean;
}

/**
 * Distinguishes what begins from what goes on: devices say the same state again and again, and all states at the start of each
 * subscription.
 */
export class DeviceEvents {
  readonly #states = new Map<string, boolean>();

  /** What began, from the answer to PullMessages. */
  read(answer: XmlElement): DeviceEvent[] {
    return childrenOf(answer, 'NotificationMessage')
      .slice(0, maxMessages)
      .flatMap((message) => {
        const read = readMessage(message);
        return read !== undefined && this.#begins(read) ? [eventOf(read)] : [];
      });
  }

  #begins({ key, isOn, isMomentary, isInitial }: Read): boolean {
    if (isMomentary) return isOn && !isInitial;
    const before = this.#states.get(key);
    this.#states.delete(key);
    this.#states.set(key, isOn);
    const [oldest] = this.#states.keys();
    if (this.#states.size > maxStates && oldest !== undefined) this.#states.delete(oldest);
    // What was on before anybody asked is no news; what came on while nobody listened is.
    return isOn && before !== true && !(isInitial && before === undefined);
  }
}

function readMessage(notification: XmlElement): Read | undefined {
  const topic = textAt(notification, 'Topic') ?? '';
  const kind = kinds.find((one) => one.topic.test(topic));
  const message = descend(notification, 'Message', 'Message');
  if (kind === undefined || message === undefined) return undefined;
  const operation = message.attributes.get('PropertyOperation') ?? '';
  const source = itemsOf(descend(message, 'Source'));
  const data = itemsOf(descend(message, 'Data'));
  const found = data.filter(({ name }) => kind.data.test(name));
  // A rule that says both counts by its state.
  const item = found.find(({ name }) => !momentary.test(name)) ?? found[0];
  const isDeleted = operation === 'Deleted';
  if (item === undefined && !isDeleted) return undefined;
  const token = source.find(({ name }) => sourceNames.test(name))?.value ?? '';
  const value = item?.value ?? '';
  const isState = /^(true|false|1|0)$/i.test(value) && item !== undefined && !momentary.test(item.name);
  const names = source.map(({ name, value: own }) => `${name}=${own}`).join(' ');
  return {
    kind,
    key: `${topic} ${names}`.slice(0, 500),
    token,
    isOn: !isDeleted && (!isState || /^(true|1)$/i.test(value)),
    isMomentary: !isDeleted && !isState,
    isInitial: operation === 'Initialized',
  };
}

function itemsOf(element: XmlElement | undefined): { name: string; value: string }[] {
  return childrenOf(element, 'SimpleItem').map(({ attributes }) => ({
    name: attributes.get('Name') ?? '',
    value: (attributes.get('Value') ?? '').slice(0, maxTokenLength),
  }));
}

function eventOf({ kind: { method, type, kind }, token }: Read): DeviceEvent {
  return { token, method, type, description: '', ...(kind === undefined ? {} : { kind }) };
}
