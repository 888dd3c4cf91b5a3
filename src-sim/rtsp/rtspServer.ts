import { once } from 'node:events';
import { createServer } from 'node:net';
import { framesPerSecond } from '../../src-shared/simulation/frameStrip.ts';
import { simulationEpochMs } from '../cameras/camera.ts';
import type { SimulatedCamera } from '../cameras/camera.ts';
import type { ClipLibrary } from '../media/clip.ts';
import { makeKitchenHum } from '../media/kitchenHum.ts';
import { RtspConnection } from './connection.ts';
import { preparePackets } from './packetiser.ts';
import { audioPayloadType } from './sessionDescription.ts';
import { openDatagramPorts } from './transport.ts';

/** Cameras differ by quarters of a frame, so the server looks four times a frame for what is due. */
const ticksPerSecond = framesPerSecond * 4;
const silenceCheckEveryMs = 500;

/** What is going on at a camera. */
export interface CameraTraffic {
  main: number;
  sub: number;
  droppedPictures: number;
}

/** A running RTSP server for all cameras. */
export interface RtspServer {
  port: number;
  /** By camera id; cameras without clients are left out. */
  traffic(): Map<string, CameraTraffic>;
  /** Closes the connections of all clients of a camera, as a camera that restarts does. */
  endSessions(cameraId: string): void;
  close(): Promise<void>;
}

/**
 * Starts the RTSP server; port 0 takes any free one.
 * @throws Error when the port is taken.
 */
export async function startRtspServer(options: {
  host: string;
  port: number;
  clips: ClipLibrary;
  findCamera(id: string): SimulatedCamera | undefined;
}): Promise<RtspServer> {
  const connections = new Set<RtspConnection>();
  const datagrams = await openDatagramPorts(options.host, (address, port) => {
    for (const connection of connections) connection.noteReport(address, port);
  });
  const context = {
    clips: options.clips,
    hum: makeKitchenHum().map((packet) => preparePackets([packet], audioPayloadType, false)),
    datagrams,
    findCamera: options.findCamera,
    nowMs: Date.now,
  };
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = new RtspConnection(socket, context);
    connections.add(connection);
    socket.on('error', () => undefined); // clients come and go as they like
    socket.on('close', () => {
      connections.delete(connection);
      connection.close();
    });
  });
  server.listen({ port: options.port, host: options.host, backlog: 1_024 });
  try {
    await once(server, 'listening');
  } catch (error) {
    datagrams.close();
    throw error;
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the RTSP server has no port');

  // One timer for everything: it wakes at each quarter of a frame and lets every playback send what is due.
  let timer: NodeJS.Timeout;
  let nextSilenceCheckMs = 0;
  const wake = () => {
    const nowMs = Date.now();
    for (const connection of connections) connection.tick(nowMs);
    if (nowMs >= nextSilenceCheckMs) {
      nextSilenceCheckMs = nowMs + silenceCheckEveryMs;
      for (const connection of connections) connection.endIfSilent(nowMs);
    }
    schedule();
  };
  const schedule = () => {
    const nowMs = Date.now();
    const tick = Math.floor(((nowMs - simulationEpochMs) * ticksPerSecond) / 1_000) + 1;
    timer = setTimeout(
      wake,
      Math.max(1, Math.ceil(simulationEpochMs + (tick * 1_000) / ticksPerSecond - nowMs)),
    );
  };
  schedule();

  return {
    port: address.port,
    traffic: () => {
      const byCamera = new Map<string, CameraTraffic>();
      for (const { camera, stream, isPlaying, droppedPictures } of connections) {
        if (!camera || !stream) continue;
        const traffic = byCamera.get(camera.id) ?? { main: 0, sub: 0, droppedPictures: 0 };
        byCamera.set(camera.id, traffic);
        traffic.droppedPictures += droppedPictures;
        if (isPlaying) traffic[stream] += 1;
      }
      return byCamera;
    },
    endSessions: (cameraId) => {
      for (const connection of [...connections]) if (connection.camera?.id === cameraId) connection.close();
    },
    close: async () => {
      clearTimeout(timer);
      const closed = once(server, 'close');
      server.close();
      for (const connection of [...connections]) connection.close();
      datagrams.close();
      await closed;
    },
  };
}
