import type { PageStorage } from '../server/pageStorage.ts';
import {
  chooseOutputs,
  findOutput,
  noChoices,
  parseChoices,
  type LoudspeakerState,
  type Output,
  type SoundPurpose,
} from './loudspeakerChoice.ts';

/** What plays sound: an audio element, or a context of Web Audio. Some browsers cannot send it to another loudspeaker. */
export interface SoundSink extends EventTarget {
  setSinkId?(deviceId: string): Promise<void>;
}

/** Sends a sound to the loudspeaker of its purpose from now on, until the answer is called. */
export type SoundRoute = (sink: SoundSink) => () => void;

export interface LoudspeakerPorts {
  /** Undefined where the page has no devices, as over plain HTTP. */
  devices: Pick<MediaDevices, 'enumerateDevices' | 'addEventListener' | 'getUserMedia'> | undefined;
  /** Whether elements and contexts of this browser can be sent to a loudspeaker of choice. */
  canChoose: boolean;
  storage: Pick<PageStorage, 'getItem' | 'setItem'>;
  /** Called with each change of what is known, chosen and used. */
  onState(state: LoudspeakerState): void;
}

/** One sound that is played: where it should go, and where it was sent last. */
interface RoutedSink {
  sink: SoundSink;
  purpose: SoundPurpose;
  sentTo: string;
  isSending: boolean;
}

const storageKey = 'mingchu.loudspeakers';
/** Browsers of Linux do not say when a loudspeaker of the sound server comes or goes, such as one over Bluetooth. Milliseconds. */
const readAgainMs = 3_000;

/**
 * Which loudspeaker of this machine each purpose is heard from. The choice is kept in the browser; a loudspeaker that is not there is
 * replaced by the system’s default until it is back. No sound ever waits for any of this.
 */
export class Loudspeakers {
  readonly #ports: LoudspeakerPorts;
  readonly #sinks = new Set<RoutedSink>();
  /** Devices that did not take a sound though they were listed. */
  readonly #refused = new Set<string>();
  #state: LoudspeakerState;
  #readings = 0;

  constructor(ports: LoudspeakerPorts) {
    this.#ports = ports;
    const choices = parseChoices(ports.storage.getItem(storageKey));
    const listing = ports.devices !== undefined && ports.canChoose ? 'unread' : 'unsupported';
    this.#state = { listing, outputs: [], choices, uses: chooseOutputs('unread', [], noChoices) };
    ports.devices?.addEventListener('devicechange', () => void this.refresh());
  }

  get state(): LoudspeakerState {
    return this.#state;
  }

  /** Reads which loudspeakers there are. What cannot be read changes nothing that is heard. */
  async refresh(): Promise<void> {
    const { devices, canChoose } = this.#ports;
    if (devices === undefined || !canChoose) return this.#set({ listing: 'unsupported' });
    const reading = ++this.#readings;
    const found = await devices.enumerateDevices().catch(() => undefined);
    // Of two readings only the later one counts.
    if (found === undefined || reading !== this.#readings) return;
    const speakers = found.filter(({ kind }) => kind === 'audiooutput');
    const isNamed = speakers.some(({ deviceId, label }) => deviceId !== '' && label !== '');
    const outputs = speakers
      // The browser lists the system’s own choice once more under these names.
      .filter(({ deviceId }) => !['', 'default', 'communications'].includes(deviceId))
      .map(({ deviceId, label }): Output => ({ deviceId, label }));
    const listing = isNamed ? 'named' : speakers.length > 0 ? 'unnamed' : 'none';
    const isSame = listing === this.#state.listing && isSameList(outputs, this.#state.outputs);
    if (isSame) return;
    this.#refused.clear();
    // One that has just come back counts once it has taken a sound.
    for (const { purpose } of this.#sinks) {
      const choice = this.#state.choices[purpose];
      const isAway = this.#state.uses[purpose].standing === 'unplugged';
      const output = choice === undefined ? undefined : findOutput(outputs, choice);
      if (isAway && output !== undefined) this.#refused.add(output.deviceId);
    }
    this.#set({ listing, outputs });
    this.tryAgain();
  }

  /** Asks for the microphone, after which a browser names the loudspeakers. Called in a gesture. Answers whether it was allowed. */
  async allowNames(): Promise<boolean> {
    const stream = await this.#ports.devices?.getUserMedia({ audio: true }).catch(() => undefined);
    for (const track of stream?.getTracks() ?? []) track.stop();
    await this.refresh();
    return stream !== undefined;
  }

  /** Sends a purpose to this loudspeaker from now on and at every later start; undefined is the system’s default. */
  choose(purpose: SoundPurpose, deviceId: string | undefined): void {
    const output = this.#state.outputs.find((one) => one.deviceId === deviceId);
    const choices = { ...this.#state.choices, [purpose]: output };
    this.#refused.clear();
    this.#ports.storage.setItem(storageKey, JSON.stringify(choices));
    this.#set({ choices });
  }

  /** Sends sounds of this purpose where they belong. */
  route(purpose: SoundPurpose): SoundRoute {
    return (sink) => {
      const routed: RoutedSink = { sink, purpose, sentTo: '', isSending: false };
      this.#sinks.add(routed);
      void this.#send(routed);
      void this.#tryRefused(routed);
      return () => void this.#sinks.delete(routed);
    };
  }

  /** Offers its sounds once more to each loudspeaker that did not take one; a browser may refuse one for a while that has just come. */
  tryAgain(): void {
    for (const routed of this.#sinks) void this.#tryRefused(routed);
  }

  async #tryRefused(routed: RoutedSink): Promise<void> {
    const { sink, purpose } = routed;
    const { outputs, choices, uses } = this.#state;
    const choice = choices[purpose];
    if (uses[purpose].standing !== 'refused' || choice === undefined || routed.isSending) return;
    const deviceId = findOutput(outputs, choice)?.deviceId;
    if (deviceId === undefined || sink.setSinkId === undefined) return;
    routed.isSending = true;
    const isSent = await sink.setSinkId(deviceId).then(
      () => true,
      () => false,
    );
    routed.isSending = false;
    if (isSent) {
      routed.sentTo = deviceId;
      this.#refused.delete(deviceId);
      this.#set({});
    }
    // Something else may have been chosen meanwhile.
    await this.#send(routed);
  }

  #set(changes: Partial<LoudspeakerState>): void {
    const { listing, outputs, choices } = { ...this.#state, ...changes };
    const uses = chooseOutputs(listing, outputs, choices, this.#refused);
    this.#state = { listing, outputs, choices, uses };
    this.#ports.onState(this.#state);
    for (const routed of this.#sinks) void this.#send(routed);
  }

  /** One change after the other for each sound; what was wanted meanwhile counts. */
  async #send(routed: RoutedSink): Promise<void> {
    if (routed.isSending) return;
    routed.isSending = true;
    try {
      for (;;) {
        const wanted = this.#state.uses[routed.purpose].deviceId;
        if (wanted === routed.sentTo || routed.sink.setSinkId === undefined || !this.#sinks.has(routed))
          return;
        const isSent = await routed.sink.setSinkId(wanted).then(
          () => true,
          () => false,
        );
        routed.sentTo = wanted;
        // Where even the default is refused there is nothing left to try; it is the browser’s own.
        if (!isSent && wanted !== '') this.#refuse(wanted);
      }
    } finally {
      routed.isSending = false;
    }
  }

  #refuse(deviceId: string): void {
    if (this.#refused.has(deviceId)) return;
    this.#refused.add(deviceId);
    this.#set({});
  }
}

/** The loudspeakers of this page’s machine. */
export function openLoudspeakers(ports: Pick<LoudspeakerPorts, 'storage' | 'onState'>): Loudspeakers {
  const loudspeakers = new Loudspeakers({
    ...ports,
    devices: navigator.mediaDevices as MediaDevices | undefined,
    canChoose: [globalThis.HTMLMediaElement, globalThis.AudioContext].every(
      (one: { prototype: object } | undefined) => one !== undefined && 'setSinkId' in one.prototype,
    ),
  });
  void loudspeakers.refresh();
  setInterval(() => {
    const { choices } = loudspeakers.state;
    if (Object.values(choices).every((one) => one === undefined)) return;
    void loudspeakers.refresh();
    loudspeakers.tryAgain();
  }, readAgainMs);
  return loudspeakers;
}

function isSameList(one: readonly Output[], other: readonly Output[]): boolean {
  const words = (outputs: readonly Output[]): string => JSON.stringify(outputs);
  return words(one) === words(other);
}
