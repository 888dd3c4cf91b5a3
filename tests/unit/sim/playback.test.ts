import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { framesPerSecond } from '../../../src-shared/simulation/frameStrip.ts';
import { HeardSound } from '../../../src-sim/media/heardSound.ts';
import type { SimulatedCamera } from '../../../src-sim/cameras/camera.ts';
import type { Clip } from '../../../src-sim/media/clip.ts';
import { Playback } from '../../../src-sim/rtsp/playback.ts';
import { preparePackets } from '../../../src-sim/rtsp/packetiser.ts';

const frameMs = 1_000 / framesPerSecond;
const startMs = 1_700_000_000_000;

/** A clip whose pictures are texts: the index, with `key` where decoding can begin. */
function textClip(show: string): Clip {
  const isKey = (index: number) => index % framesPerSecond === 0;
  const packets = (text: string) => preparePackets([Buffer.from(text)], 96);
  return {
    codec: 'h264',
    width: 640,
    height: 360,
    frameCount: 300,
    parameterSets: [],
    isKey,
    units: (index) => [Buffer.from(`${show} ${index}`)],
    packets: (index) => packets(`${show} ${index}${isKey(index) ? ' key' : ''}`),
    skippedPackets: () => packets('as before'),
  };
}

function scenario(overrides: Partial<SimulatedCamera> = {}) {
  const camera: SimulatedCamera = {
    id: 'cam-0001',
    room: 'stove',
    scene: 'stove-line',
    phase: 0,
    hasAudio: false,
    usesAbsoluteControl: false,
    credentials: { scheme: 'none', realm: '', username: '', password: '' },
    fault: { kind: 'none' },
    faultSinceMs: 0,
    show: 'normal',
    ear: { habit: 'none', heard: new HeardSound() },
    ...overrides,
  };
  const written: Buffer[] = [];
  let lampsClosed = 0;
  const socket = {
    writableLength: 0,
    writable: true,
    destroyed: false,
    cork: () => undefined,
    uncork: () => undefined,
    write: (bytes: Buffer) => written.push(bytes) > 0,
  };
  const playback = new Playback(camera, 'sub', socket as unknown as Socket, {
    clips: ({ show }) => textClip(show),
    createLamp: (onPicture) => ({
      write: (units) => onPicture({ units: [Buffer.concat([Buffer.from('lit '), ...units])], isKey: false }),
      close: () => void (lampsClosed += 1),
    }),
    hum: [],
    datagrams: {
      rtpPort: 0,
      rtcpPort: 1,
      sendRtp: () => undefined,
      sendRtcp: () => undefined,
      close: () => undefined,
    },
  });
  playback.setTransport('video', { kind: 'interleaved', rtpChannel: 0, rtcpChannel: 1 });
  let nowMs = startMs;
  playback.play(nowMs);
  playback.tick(nowMs); // the first sender report
  return {
    camera,
    socket,
    playback,
    /** Lets time go on by so many frames, in one go or frame by frame; gives the pictures that were sent. */
    run: (frames: number, ticks = frames): string[] => {
      written.length = 0;
      for (let tick = 0; tick < ticks; tick += 1) {
        nowMs += (frames / ticks) * frameMs;
        playback.tick(nowMs);
      }
      return written
        .filter((bytes) => bytes.length > 16 && bytes[1] === 0)
        .map((bytes) => bytes.toString('latin1', 16));
    },
    nowMs: () => nowMs,
    lampsClosed: () => lampsClosed,
  };
}

describe('a playback', () => {
  it('sends the picture that the clock says, each once', () => {
    // The start is at frame 25,500,000,000 of the clock, which is index 0 of the loop.
    expect(scenario().run(3)).toEqual(['normal 1', 'normal 2', 'normal 3']);
    expect(scenario({ phase: 13.5 }).run(3)).toEqual(['normal 14', 'normal 15 key', 'normal 16']);
  });

  it('catches up after a short sleep, and skips what a long one missed', () => {
    expect(scenario().run(4, 1)).toEqual(['normal 1', 'normal 2', 'normal 3', 'normal 4']);
    const afterLongSleep = scenario().run(100, 1);
    expect(afterLongSleep).toHaveLength(framesPerSecond);
    expect(afterLongSleep.at(-1)).toBe('normal 100');
  });

  it('drops whole pictures for a client that does not keep up, and goes on with a key picture', () => {
    const { run, socket, playback } = scenario();
    run(2);
    socket.writableLength = 10_000_000;
    expect(run(8)).toEqual([]);
    socket.writableLength = 0;
    expect(run(6)).toEqual(['normal 15 key', 'normal 16']);
    expect(playback.droppedPictures).toBe(12);
  });

  it('changes the show at a key picture only', () => {
    const { run, camera } = scenario({ phase: 12 });
    run(1);
    camera.show = 'rat';
    expect(run(3)).toEqual(['normal 14', 'rat 15 key', 'rat 16']);
  });

  it('holds the next key picture while frozen, in the rhythm of key pictures', () => {
    const { run, camera, nowMs } = scenario({ phase: 12 });
    run(1);
    camera.fault = { kind: 'frozen' };
    camera.faultSinceMs = nowMs();
    const sent = run(19);
    expect(sent.slice(0, 3)).toEqual(['normal 14', 'normal 15 key', 'as before']);
    expect(sent.filter((picture) => picture === 'normal 15 key')).toHaveLength(2);
    expect(new Set(sent.slice(1))).toEqual(new Set(['normal 15 key', 'as before']));
  });

  it('goes by way of the lamp while the cook hears, from one key picture to another, and puts it out at its end', () => {
    let isHeard = false;
    const ear = { habit: 'plays', heard: { hasHeardWithin: () => isHeard } } as never;
    const { run, playback, lampsClosed } = scenario({ phase: 12, ear });
    isHeard = true;
    expect(run(4)).toEqual(['normal 13', 'normal 14', 'lit normal 15', 'lit normal 16']);
    isHeard = false;
    expect(run(15).slice(-3)).toEqual(['lit normal 29', 'normal 30 key', 'normal 31']);
    expect(lampsClosed()).toBe(1);
    isHeard = true;
    expect(run(14)).toContain('lit normal 45');
    playback.pause();
    expect(lampsClosed()).toBe(2);
  });

  it('sends nothing while silent or paused', () => {
    const silent = scenario({ fault: { kind: 'silence', of: 'media' } });
    expect(silent.run(5)).toEqual([]);
    const paused = scenario();
    paused.playback.pause();
    expect(paused.run(5)).toEqual([]);
  });
});
