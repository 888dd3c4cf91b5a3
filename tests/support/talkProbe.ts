/** Something that happened in a page, by the clock of the machine: Unix milliseconds with fractions. */
export interface ProbedMoment {
  what: string;
  atMs: number;
}

/** A tone that was started. */
export interface ProbedTone {
  hertz: number;
  /** When the page started it. */
  atMs: number;
  /** When the browser says that its first sample leaves for the loudspeaker. */
  soundedAtMs: number;
}

/** 10 ms of sound at 8 kHz. */
export interface ProbedChunk {
  /** When the browser gave it to the page. */
  atMs: number;
  /** 16-bit samples, base64. */
  samples: string;
}

/** One Opus frame as it left the encoder or before it reaches the decoder. */
export interface ProbedFrame {
  atMs: number;
  /** The same for the same bytes. */
  mark: string;
  sequence: number;
}

/** What a measured page reports about itself. */
export interface TalkProbe {
  moments: ProbedMoment[];
  tones: ProbedTone[];
  /** How long a sample takes from the page to the loudspeaker, as the browser says of its interactive output. */
  playoutMs(): Promise<number>;
  /** The open microphone, whatever the talk key does to the track that is sent. */
  microphone(fromMs: number, toMs: number): ProbedChunk[];
  /** Every received track. */
  heard(fromMs: number, toMs: number): ProbedChunk[][];
  /** Frames since the last question. */
  frames(): Promise<{ sent: ProbedFrame[]; received: ProbedFrame[] }>;
}

export interface TalkProbeOptions {
  /** Looks at every Opus frame; these pass through a worker then, which costs them a moment. */
  watchesFrames: boolean;
}

declare global {
  interface Window {
    talkProbe?: TalkProbe;
  }
  /** Of the MediaCapture-Insertable-Streams draft, as Chromium has it in windows. */
  var MediaStreamTrackProcessor: new (options: { track: MediaStreamTrack }) => {
    readable: ReadableStream<AudioData>;
  };
}

/**
 * Runs in a page before any of its own scripts, and so must be whole in itself. Notes keys, tones, what is said to the
 * hub, the name of the talker on screen, and the sound of the microphone and of every received track, at 8 kHz.
 */
export function installTalkProbe({ watchesFrames }: TalkProbeOptions): void {
  if (window.talkProbe !== undefined || typeof RTCPeerConnection === 'undefined') return;
  const keptMs = 15_000;
  const decimation = 6;
  const epochOf = (pageMs: number): number => performance.timeOrigin + pageMs;
  const nowMs = (): number => epochOf(performance.now());
  const moments: ProbedMoment[] = [];
  const tones: ProbedTone[] = [];
  const note = (what: string, atMs = nowMs()): void => {
    moments.push({ what, atMs });
    if (moments.length > 1_000) moments.splice(0, 500);
  };

  window.addEventListener('pointerdown', (event) => note('pointerdown', epochOf(event.timeStamp)), true);
  window.addEventListener(
    'keydown',
    (event) => {
      if (!event.repeat) note(`key ${event.code}`, epochOf(event.timeStamp));
    },
    true,
  );
  window.addEventListener('click', (event) => note('click', epochOf(event.timeStamp)), true);

  const startSource = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (this: OscillatorNode, when?: number) {
    const atMs = nowMs();
    const context = this.context as AudioContext;
    const startsInMs = Math.max(0, (when ?? 0) - context.currentTime) * 1_000;
    const { contextTime, performanceTime } = context.getOutputTimestamp();
    const sounded =
      contextTime === undefined || performanceTime === undefined || performanceTime === 0
        ? Number.NaN
        : epochOf(performanceTime + ((when ?? context.currentTime) - contextTime) * 1_000);
    tones.push({ hertz: this.frequency.value, atMs: atMs + startsInMs, soundedAtMs: sounded });
    startSource.call(this, when);
  };

  const requests = ['session:join', 'squads:raiseEmergency', 'talk:requestFloor'];
  const sendWords = WebSocket.prototype.send;
  WebSocket.prototype.send = function (this: WebSocket, words: Parameters<WebSocket['send']>[0]) {
    const bytes =
      words instanceof ArrayBuffer
        ? new Uint8Array(words)
        : ArrayBuffer.isView(words)
          ? new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
          : undefined;
    if (bytes !== undefined) {
      const head = String.fromCharCode(...bytes.subarray(0, 120));
      for (const name of requests) if (head.includes(name)) note(`sent ${name}`);
    }
    sendWords.call(this, words);
  };

  let talkerShown = '';
  const look = (): void => {
    const name = document.querySelector('.talk-line-name')?.textContent ?? '';
    if (name === talkerShown) return;
    talkerShown = name;
    // The picture with it is made next.
    requestAnimationFrame(() => note(`talker ${name}`));
  };
  document.addEventListener('DOMContentLoaded', () =>
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    }),
  );

  interface Tap {
    chunks: { atMs: number; samples: Int16Array }[];
  }
  const tapOf = (track: MediaStreamTrack): Tap => {
    const tap: Tap = { chunks: [] };
    const clone = track.clone();
    clone.enabled = true;
    const reader = new MediaStreamTrackProcessor({ track: clone }).readable.getReader();
    let whole = new Float32Array(0);
    const read = async (): Promise<void> => {
      for (;;) {
        const { value, done } = await reader.read();
        if (done || value === undefined) return;
        if (value.sampleRate !== 48_000) throw new Error(`the tap has ${value.sampleRate} samples a second`);
        if (whole.length !== value.numberOfFrames) whole = new Float32Array(value.numberOfFrames);
        value.copyTo(whole, { planeIndex: 0, format: 'f32-planar' });
        const samples = new Int16Array(Math.floor(whole.length / decimation));
        for (let index = 0; index < samples.length; index += 1) {
          let sum = 0;
          for (let part = 0; part < decimation; part += 1) sum += whole[index * decimation + part] ?? 0;
          samples[index] = Math.max(-32_768, Math.min(32_767, Math.round((sum / decimation) * 32_767)));
        }
        // Chromium stamps sound with the monotonic clock that performance.now() reads.
        tap.chunks.push({ atMs: epochOf(value.timestamp / 1_000), samples });
        value.close();
        const oldMs = nowMs() - keptMs;
        if ((tap.chunks[0]?.atMs ?? oldMs) < oldMs - 2_000) {
          tap.chunks = tap.chunks.filter(({ atMs }) => atMs >= oldMs);
        }
      }
    };
    void read();
    track.addEventListener('ended', () => clone.stop());
    return tap;
  };
  const partOf = ({ chunks }: Tap, fromMs: number, toMs: number): ProbedChunk[] =>
    chunks
      .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
      .map(({ atMs, samples }) => ({
        atMs,
        samples: btoa(String.fromCharCode(...new Uint8Array(samples.buffer))),
      }));

  let microphone: Tap | undefined;
  const heard: Tap[] = [];
  const devices = navigator.mediaDevices;
  const askDevice = devices?.getUserMedia.bind(devices);
  if (askDevice !== undefined) {
    devices.getUserMedia = async (constraints) => {
      const stream = await askDevice(constraints);
      const [track] = stream.getAudioTracks();
      if (track !== undefined) microphone = tapOf(track);
      return stream;
    };
  }

  const workerCode = `
    const seen = { sent: [], received: [] };
    const markOf = (bytes) => {
      let mark = 2166136261;
      for (const byte of bytes) mark = Math.imul(mark ^ byte, 16777619) >>> 0;
      return bytes.length + ':' + mark;
    };
    onrtctransform = ({ transformer: { readable, writable, options } }) => {
      const look = new TransformStream({
        transform(frame, controller) {
          const { sequenceNumber = 0 } = frame.getMetadata();
          seen[options.side].push({
            atMs: performance.timeOrigin + performance.now(),
            mark: markOf(new Uint8Array(frame.data)),
            sequence: sequenceNumber,
          });
          controller.enqueue(frame);
        },
      });
      readable.pipeThrough(look).pipeTo(writable);
    };
    onmessage = () => postMessage({ sent: seen.sent.splice(0), received: seen.received.splice(0) });
  `;
  const watcher = watchesFrames
    ? new Worker(URL.createObjectURL(new Blob([workerCode], { type: 'text/javascript' })))
    : undefined;
  const watch = (end: RTCRtpSender | RTCRtpReceiver, side: 'sent' | 'received'): void => {
    if (watcher !== undefined) end.transform = new RTCRtpScriptTransform(watcher, { side });
  };

  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener('track', ({ track, receiver }) => {
        if (track.kind !== 'audio') return;
        watch(receiver, 'received');
        heard.push(tapOf(track));
      });
    }

    override addTransceiver(
      what: MediaStreamTrack | string,
      init?: RTCRtpTransceiverInit,
    ): RTCRtpTransceiver {
      const transceiver = super.addTransceiver(what, init);
      if (typeof what !== 'string' && what.kind === 'audio') watch(transceiver.sender, 'sent');
      return transceiver;
    }
  };

  let output: AudioContext | undefined;
  window.talkProbe = {
    moments,
    tones,
    async playoutMs() {
      output ??= new AudioContext({ latencyHint: 'interactive' });
      for (let look = 0; look < 40 && output.outputLatency === 0; look += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      return output.outputLatency * 1_000;
    },
    microphone: (fromMs, toMs) => (microphone === undefined ? [] : partOf(microphone, fromMs, toMs)),
    heard: (fromMs, toMs) => heard.map((tap) => partOf(tap, fromMs, toMs)),
    frames() {
      if (watcher === undefined) return Promise.resolve({ sent: [], received: [] });
      return new Promise((resolve) => {
        watcher.addEventListener(
          'message',
          ({ data }) => resolve(data as { sent: ProbedFrame[]; received: ProbedFrame[] }),
          { once: true },
        );
        watcher.postMessage('frames');
      });
    },
  };
}
