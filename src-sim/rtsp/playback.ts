import { randomBytes, randomInt } from 'node:crypto';
import type { Socket } from 'node:net';
import { frameCountAt, framesPerSecond, loopFrames } from '../../src-shared/simulation/frameStrip.ts';
import { clockOf, simulationEpochMs } from '../cameras/camera.ts';
import type { SimulatedCamera } from '../cameras/camera.ts';
import type { AccessUnit } from '../media/accessUnits.ts';
import { videoPayloadType, type ClipLibrary } from '../media/clip.ts';
import { LampPictures } from '../media/lampPictures.ts';
import { audioPacketSamples, audioSamplesPerSecond } from '../media/kitchenHum.ts';
import type { Encoding, Show, StreamName } from '../scenes/catalogue.ts';
import { addressPackets, packetiseUnit, preparePackets, splitDatagrams } from './packetiser.ts';
import type { PreparedPackets } from './packetiser.ts';
import { writeSenderReport } from './rtcp.ts';
import { clipOf, encodingOf } from './servedClip.ts';
import { newTrack, type TrackSender } from './trackSender.ts';
import type { DatagramPorts, TrackTransport } from './transport.ts';

const videoTicksPerFrame = 90_000 / framesPerSecond;
const audioPacketMs = (audioPacketSamples / audioSamplesPerSecond) * 1_000;
const reportEveryMs = 5_000;
/** A client that has so many bytes waiting is too slow: it gets no more pictures until the next key picture. */
const largestBacklogBytes = 512 * 1_024;
/** A simulator that slept longer than this goes on where the clock is instead of sending what was missed. */
const longestCatchUpFrames = framesPerSecond;

/** The lamp of a loudspeaker stays lit so long after the last sound, so that an officer sees it. Milliseconds. */
const lampMs = 3_000;

/** What playbacks share. */
export interface PlaybackResources {
  /** Draws a lit lamp into pictures; left out: by ffmpeg. */
  createLamp?: (onPicture: (picture: AccessUnit) => void) => Pick<LampPictures, 'write' | 'close'>;
  clips: ClipLibrary;
  /** The kitchen's hum, ready to send. */
  hum: readonly PreparedPackets[];
  datagrams: DatagramPorts;
}

/** Sends one camera's stream to one client, always the picture that the clock says. */
export class Playback {
  droppedPictures = 0;
  readonly #camera: SimulatedCamera;
  readonly #stream: StreamName;
  readonly #socket: Socket;
  readonly #resources: PlaybackResources;
  readonly #encoding: Encoding;
  #show: Show;
  #video: TrackSender | undefined;
  #audio: TrackSender | undefined;
  #isPlaying = false;
  #playingSinceMs = 0;
  #lastFrame = 0;
  #lastAudioPacket = 0;
  #nextReportMs = 0;
  #nextGarbageMs = 0;
  #waitsForKey = false;
  #outgoing: Buffer[] = [];
  #endLive: (() => void) | undefined;
  #lamp: Pick<LampPictures, 'write' | 'close'> | undefined;

  constructor(camera: SimulatedCamera, stream: StreamName, socket: Socket, resources: PlaybackResources) {
    this.#camera = camera;
    this.#stream = stream;
    this.#socket = socket;
    this.#resources = resources;
    this.#encoding = encodingOf(camera);
    this.#show = camera.show;
  }

  get isPlaying(): boolean {
    return this.#isPlaying;
  }

  get source(): { video: number | undefined; audio: number | undefined } {
    return { video: this.#video?.source, audio: this.#audio?.source };
  }

  /** Sets where a track goes and gives its source number. */
  setTransport(track: 'video' | 'audio', transport: TrackTransport): number {
    const sender = newTrack(transport);
    if (track === 'video') this.#video = sender;
    else this.#audio = sender;
    return sender.source;
  }

  /** Whether reports from this address and port come from this client. */
  receivesReportsAt(address: string, port: number): boolean {
    return [this.#video, this.#audio].some(
      (track) =>
        track?.transport.kind === 'datagrams' &&
        track.transport.address === address &&
        track.transport.rtcpPort === port,
    );
  }

  /** Begins with the next frame; gives what RTP-Info says of each track. */
  play(nowMs: number): { video?: RtpStart; audio?: RtpStart } {
    if (!this.#isPlaying) {
      this.#isPlaying = true;
      this.#playingSinceMs = nowMs;
      this.#lastFrame = frameCountAt(clockOf(this.#camera), nowMs);
      this.#lastAudioPacket = Math.floor((nowMs - simulationEpochMs) / audioPacketMs);
      this.#nextReportMs = nowMs;
      this.#nextGarbageMs = nowMs;
      this.#endLive = this.#camera.live?.((picture) => this.#sendLive(picture));
    }
    return {
      ...(this.#video && {
        video: {
          sequence: this.#video.nextSequence & 0xffff,
          timestamp: this.#videoTimestamp(this.#lastFrame + 1),
        },
      }),
      ...(this.#audio && {
        audio: {
          sequence: this.#audio.nextSequence & 0xffff,
          timestamp: this.#audioTimestamp(this.#lastAudioPacket + 1),
        },
      }),
    };
  }

  pause(): void {
    this.#isPlaying = false;
    this.#putOut();
    this.#endLive?.();
    this.#endLive = undefined;
  }

  /** Sends everything that is due. */
  tick(nowMs: number): void {
    if (!this.#isPlaying) return;
    const frame = frameCountAt(clockOf(this.#camera), nowMs);
    const first = Math.max(this.#lastFrame + 1, frame - longestCatchUpFrames + 1);
    if (this.#camera.live === undefined)
      for (let count = first; count <= frame; count += 1) this.#sendPicture(count, nowMs);
    this.#lastFrame = frame;
    const audioPacket = Math.floor((nowMs - simulationEpochMs) / audioPacketMs);
    if (this.#audio) {
      const firstPacket = Math.max(this.#lastAudioPacket + 1, audioPacket - 50);
      for (let count = firstPacket; count <= audioPacket; count += 1) this.#sendSound(this.#audio, count);
    }
    this.#lastAudioPacket = audioPacket;
    if (nowMs >= this.#nextReportMs) this.#sendReports(nowMs);
    this.#flush();
  }

  #videoTimestamp(frame: number): number {
    return (frame * videoTicksPerFrame + (this.#video?.timestampOffset ?? 0)) % 2 ** 32;
  }

  #audioTimestamp(packet: number): number {
    return (packet * audioPacketSamples + (this.#audio?.timestampOffset ?? 0)) % 2 ** 32;
  }

  get #isSilent(): boolean {
    return this.#camera.fault.kind === 'silence';
  }

  #pictureOf(frame: number): { packets: PreparedPackets; isKey: boolean; units?: readonly Buffer[] } {
    const { fault, faultSinceMs } = this.#camera;
    const index = frame % loopFrames;
    let clip = clipOf(this.#resources.clips, this.#camera, this.#stream, this.#show, this.#encoding);
    // The first key picture after the fault began stays; frames count from the loop's start, which is a key picture.
    const faultFrame = frameCountAt(clockOf(this.#camera), faultSinceMs);
    const heldFrame = Math.ceil((faultFrame + 1) / framesPerSecond) * framesPerSecond;
    if (fault.kind === 'frozen' && frame >= heldFrame) {
      const sinceKey = (frame - heldFrame) % framesPerSecond;
      return sinceKey === 0
        ? { packets: clip.packets(heldFrame % loopFrames, true), isKey: true }
        : { packets: clip.skippedPackets(sinceKey), isKey: false };
    }
    if (this.#show !== this.#camera.show && clip.isKey(index)) {
      this.#show = this.#camera.show;
      clip = clipOf(this.#resources.clips, this.#camera, this.#stream, this.#show, this.#encoding);
    }
    const hasParameterSets = !(fault.kind === 'missingParameterSets' && fault.in === 'stream');
    const units = fault.kind === 'none' && clip.codec === 'h264' ? { units: clip.units(index) } : {};
    return { packets: clip.packets(index, hasParameterSets), isKey: clip.isKey(index), ...units };
  }

  #sendPicture(frame: number, nowMs: number): void {
    const track = this.#video;
    if (!track) return;
    const { packets, isKey, units } = this.#pictureOf(frame);
    if (this.#isSilent || this.#goesByLamp(isKey, units)) return;
    const { fault } = this.#camera;
    if (this.#socket.writableLength > largestBacklogBytes) this.#waitsForKey = true;
    else if (isKey) this.#waitsForKey = false;
    if (this.#waitsForKey) {
      this.#droppedOne();
      return;
    }
    const timestamp = this.#videoTimestamp(frame);
    if (
      fault.kind === 'dropMidPacket' &&
      nowMs >= Math.max(this.#playingSinceMs, this.#camera.faultSinceMs) + fault.afterSeconds * 1_000
    ) {
      this.#dropConnection(track, packets, timestamp);
      return;
    }
    this.#send(track, packets, timestamp, fault.kind === 'packetLoss' ? fault.percent / 100 : 0);
    if (fault.kind === 'garbage' && fault.in === 'media' && nowMs >= this.#nextGarbageMs) {
      this.#nextGarbageMs = nowMs + fault.everySeconds * 1_000;
      this.#sendGarbage(track);
    }
  }

  /** While the cook hears, the pictures of a camera go by way of its lamp, from one key picture to another. */
  #goesByLamp(isKey: boolean, units: readonly Buffer[] | undefined): boolean {
    if (isKey) {
      if (units === undefined || !this.#camera.ear.heard.hasHeardWithin(lampMs)) this.#putOut();
      else {
        const { createLamp = (onPicture) => new LampPictures(onPicture) } = this.#resources;
        this.#lamp ??= createLamp((picture) => this.#sendLive(picture));
      }
    }
    if (this.#lamp === undefined || units === undefined) return false;
    this.#lamp.write(units);
    return true;
  }

  #putOut(): void {
    this.#lamp?.close();
    this.#lamp = undefined;
  }

  /** A picture that was made this moment. */
  #sendLive({ units, isKey }: AccessUnit): void {
    const track = this.#video;
    if (!track || this.#isSilent) return;
    if (this.#socket.writableLength > largestBacklogBytes) this.#waitsForKey = true;
    else if (isKey) this.#waitsForKey = false;
    if (this.#waitsForKey) return this.#droppedOne();
    const packets = preparePackets(
      units.flatMap((unit) => packetiseUnit('h264', unit)),
      videoPayloadType,
    );
    const ticks = (Date.now() - simulationEpochMs) * 90 + clockOf(this.#camera).phase * videoTicksPerFrame;
    this.#send(track, packets, (Math.floor(ticks) + track.timestampOffset) % 2 ** 32, 0);
    this.#flush();
  }

  #droppedOne(): void {
    this.droppedPictures += 1;
  }

  #sendSound(track: TrackSender, packet: number): void {
    if (this.#isSilent || this.#socket.writableLength > largestBacklogBytes) return;
    const { hum } = this.#resources;
    const prepared = hum[packet % hum.length];
    if (prepared) this.#send(track, prepared, this.#audioTimestamp(packet), 0);
  }

  #send(track: TrackSender, prepared: PreparedPackets, timestamp: number, lossRatio: number): void {
    const { transport } = track;
    const bytes = addressPackets(prepared, {
      channel: transport.kind === 'interleaved' ? transport.rtpChannel : 0,
      firstSequence: track.nextSequence,
      timestamp,
      source: track.source,
    });
    track.nextSequence += prepared.offsets.length;
    track.packetCount += prepared.offsets.length;
    track.payloadBytes += bytes.length - prepared.offsets.length * 16;
    if (transport.kind === 'interleaved') {
      if (lossRatio === 0) this.#outgoing.push(bytes);
      else {
        prepared.offsets.forEach((offset, position) => {
          if (Math.random() >= lossRatio)
            this.#outgoing.push(bytes.subarray(offset, prepared.offsets[position + 1]));
        });
      }
      return;
    }
    for (const packet of splitDatagrams(bytes, prepared.offsets)) {
      if (lossRatio > 0 && Math.random() < lossRatio) continue;
      this.#resources.datagrams.sendRtp(packet, transport.rtpPort, transport.address);
    }
  }

  #sendGarbage(track: TrackSender): void {
    const noise = randomBytes(randomInt(64, 1_200));
    if (track.transport.kind === 'interleaved') this.#outgoing.push(noise);
    else this.#resources.datagrams.sendRtp(noise, track.transport.rtpPort, track.transport.address);
  }

  #dropConnection(track: TrackSender, prepared: PreparedPackets, timestamp: number): void {
    this.#isPlaying = false;
    this.#putOut();
    const channel = track.transport.kind === 'interleaved' ? track.transport.rtpChannel : 0;
    const bytes = addressPackets(prepared, {
      channel,
      firstSequence: track.nextSequence,
      timestamp,
      source: track.source,
    });
    const half =
      track.transport.kind === 'interleaved' ? bytes.subarray(0, Math.min(bytes.length - 1, 40)) : '';
    this.#flush();
    this.#socket.write(half, () => this.#socket.destroy());
  }

  #sendReports(nowMs: number): void {
    this.#nextReportMs = nowMs + reportEveryMs;
    if (this.#isSilent) return;
    const elapsedMs = nowMs - simulationEpochMs;
    const videoTime = Math.floor(
      (elapsedMs / 1_000) * 90_000 + clockOf(this.#camera).phase * videoTicksPerFrame,
    );
    const audioTime = Math.floor((elapsedMs / 1_000) * audioSamplesPerSecond);
    for (const [track, time] of [
      [this.#video, videoTime],
      [this.#audio, audioTime],
    ] as const) {
      if (!track) continue;
      const report = writeSenderReport({
        source: track.source,
        nowMs,
        timestamp: (time + track.timestampOffset) % 2 ** 32,
        packetCount: track.packetCount,
        payloadBytes: track.payloadBytes,
        canonicalName: this.#camera.id,
      });
      const { transport } = track;
      if (transport.kind === 'interleaved') {
        const header = Buffer.from([0x24, transport.rtcpChannel, report.length >> 8, report.length & 0xff]);
        this.#outgoing.push(header, report);
      } else {
        this.#resources.datagrams.sendRtcp(report, transport.rtcpPort, transport.address);
      }
    }
  }

  /** All that is due goes out in one system call. */
  #flush(): void {
    const outgoing = this.#outgoing;
    if (outgoing.length === 0) return;
    this.#outgoing = [];
    if (this.#socket.destroyed || !this.#socket.writable) return;
    if (outgoing.length === 1 && outgoing[0]) {
      this.#socket.write(outgoing[0]);
      return;
    }
    this.#socket.cork();
    for (const bytes of outgoing) this.#socket.write(bytes);
    this.#socket.uncork();
  }
}

/** Where a track begins: RTP-Info's `seq` and `rtptime`. */
export interface RtpStart {
  sequence: number;
  timestamp: number;
}
