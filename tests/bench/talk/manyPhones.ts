import { Device } from 'mediasoup-client';
import type { ConsumerOptions, RtpCapabilities, Transport, TransportOptions } from 'mediasoup-client/types';

/** A phone's media in the page that has them all. */
export interface PhoneOptions {
  phoneId: string;
  routerRtpCapabilities: unknown;
  groupId: string;
}

/** What one phone has sent and received since it is there. */
export interface PhoneCounts {
  packetsSent: number;
  packetsReceived: number;
  /** Of what was played: squares of the loudness, over seconds. */
  energy: number;
}

/** Many phones' media in one page: each has its own transports, its own voice, and its own consumer of its group. */
export interface ManyPhones {
  add(options: PhoneOptions): Promise<void>;
  remove(phoneId: string): void;
  /** Opens or closes a microphone, as the talk key does. */
  openMicrophone(phoneId: string, isOpen: boolean): void;
  /** Of those named, or of all. */
  counts(phoneIds?: readonly string[]): Promise<Record<string, PhoneCounts>>;
}

declare global {
  interface Window {
    manyPhones?: ManyPhones;
    /** Asks the hub over the phone's own connection; throws its refusal. */
    askHub?(phoneId: string, name: string, input: unknown): Promise<unknown>;
  }
}

const ask = async <T>(phoneId: string, name: string, input: unknown): Promise<T> => {
  if (window.askHub === undefined) throw new Error('there is no way to the hub');
  return (await window.askHub(phoneId, name, input)) as T;
};

type Described = Omit<TransportOptions, 'id'> & { transportId: string; workerId: string };
interface Carried {
  track: MediaStreamTrack;
  sending: Transport;
  receiving: Transport;
}

const carried = new Map<string, Carried>();
let device: Promise<Device> | undefined;
let microphone: Promise<MediaStreamTrack> | undefined;

async function loadDevice(routerRtpCapabilities: unknown): Promise<Device> {
  const made = new Device({ handlerName: 'Chrome111' });
  await made.load({ routerRtpCapabilities: routerRtpCapabilities as RtpCapabilities });
  return made;
}

async function openMicrophone(): Promise<MediaStreamTrack> {
  // The loudspeakers of all listeners are those of this page, too: an echo canceller would take its own talker for one.
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  });
  const [track] = stream.getAudioTracks();
  if (track === undefined) throw new Error('there is no microphone');
  return track;
}

function connects(transport: Transport, phoneId: string, name: string): void {
  transport.on('connect', ({ dtlsParameters: { role, fingerprints } }, done, fail) => {
    ask(phoneId, name, {
      transportId: transport.id,
      dtlsParameters: { fingerprints, ...(role === undefined ? {} : { role }) },
    }).then(() => done(), fail);
  });
}

const optionsOf = ({ transportId, iceParameters, iceCandidates, dtlsParameters }: Described) => ({
  id: transportId,
  iceParameters,
  iceCandidates,
  dtlsParameters,
});

async function add({ phoneId, routerRtpCapabilities, groupId }: PhoneOptions): Promise<void> {
  device ??= loadDevice(routerRtpCapabilities);
  microphone ??= openMicrophone();
  const loaded = await device;
  const track = (await microphone).clone();
  track.enabled = false;

  const { transport: forSending } = await ask<{ transport: Described }>(phoneId, 'talk:openSending', {});
  const sending = loaded.createSendTransport(optionsOf(forSending));
  connects(sending, phoneId, 'talk:connectSending');
  sending.on('produce', ({ rtpParameters }, done, fail) => {
    ask<{ producerId: string }>(phoneId, 'talk:produceVoice', {
      transportId: sending.id,
      rtpParameters,
    }).then(({ producerId }) => done({ id: producerId }), fail);
  });
  await sending.produce({
    track,
    codecOptions: { opusFec: true, opusDtx: true, opusStereo: false },
    disableTrackOnPause: false,
    zeroRtpOnPause: false,
  });

  const { workerId } = forSending;
  const receiving = loaded.createRecvTransport(
    optionsOf(await ask<Described>(phoneId, 'media:createTransport', { workerId })),
  );
  connects(receiving, phoneId, 'media:connectTransport');
  const description = await ask<ConsumerOptions & { consumerId: string }>(phoneId, 'media:consume', {
    streamId: `talk:${groupId}`,
    transportId: receiving.id,
    kind: 'audio',
    rtpCapabilities: loaded.recvRtpCapabilities,
  });
  const { consumerId, producerId, kind, rtpParameters } = description;
  const consumer = await receiving.consume({ id: consumerId, producerId, kind, rtpParameters });
  const player = new Audio();
  player.srcObject = new MediaStream([consumer.track]);
  await ask(phoneId, 'media:resumeConsumers', { consumerIds: [consumerId] });
  await player.play();
  await Promise.all([connected(sending), connected(receiving)]);
  carried.set(phoneId, { track, sending, receiving });
}

function connected(transport: Transport): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (transport.connectionState === 'connected') resolve();
    };
    transport.on('connectionstatechange', look);
    look();
  });
}

async function countsOf({ sending, receiving }: Carried): Promise<PhoneCounts> {
  const counts: PhoneCounts = { packetsSent: 0, packetsReceived: 0, energy: 0 };
  const reports = await Promise.all([sending.getStats(), receiving.getStats()]);
  for (const report of reports.flatMap((one) => [...one.values()])) {
    const entry = report as RTCInboundRtpStreamStats & RTCOutboundRtpStreamStats;
    if ((entry.type as string) === 'outbound-rtp') counts.packetsSent += entry.packetsSent ?? 0;
    if (entry.type !== 'inbound-rtp') continue;
    counts.packetsReceived += entry.packetsReceived ?? 0;
    counts.energy += entry.totalAudioEnergy ?? 0;
  }
  return counts;
}

window.manyPhones = {
  add,
  remove(phoneId) {
    const phone = carried.get(phoneId);
    carried.delete(phoneId);
    phone?.track.stop();
    phone?.sending.close();
    phone?.receiving.close();
  },
  openMicrophone(phoneId, isOpen) {
    const phone = carried.get(phoneId);
    if (phone !== undefined) phone.track.enabled = isOpen;
  },
  async counts(phoneIds) {
    const wanted = [...carried].filter(([phoneId]) => phoneIds?.includes(phoneId) !== false);
    const all = wanted.map(async ([phoneId, phone]) => [phoneId, await countsOf(phone)] as const);
    return Object.fromEntries(await Promise.all(all));
  },
};
