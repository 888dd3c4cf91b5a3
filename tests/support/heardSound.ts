declare global {
  interface Window {
    keptConnections?: RTCPeerConnection[];
  }
}

/** Runs in a page before its own scripts: its connections are kept to be asked. */
export function keepConnections(): void {
  const kept: RTCPeerConnection[] = [];
  window.keptConnections = kept;
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      kept.push(this);
    }
  };
}

/** Runs in such a page: the energy of all sound that it received and gave to its loudspeaker, 0 while all of it was silence. */
export async function energyHeard(): Promise<number> {
  let energy = 0;
  for (const connection of window.keptConnections ?? []) {
    for (const one of (await connection.getStats()).values() as Iterable<Record<string, unknown>>) {
      if (one.type === 'inbound-rtp' && one.kind === 'audio') energy += Number(one.totalAudioEnergy ?? 0);
    }
  }
  return energy;
}
