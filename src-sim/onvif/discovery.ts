import { randomUUID } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import { scopesOf, servicePaths } from './deviceAnswers.ts';
import type { OnvifHabits } from './onvifHabits.ts';
import type { OnvifDeviceSettings } from './onvifSettings.ts';
import { envelope, escaped, find, readXml, textOf, type XmlElement } from './soapMessage.ts';

const group = '239.255.255.250';
const usualPort = 3702;
const largestProbeBytes = 16_384;

/** A device as its announcement describes it. */
export interface AnnouncedDevice {
  settings: OnvifDeviceSettings;
  habits: OnvifHabits;
  port: number;
}

/** Answers probes of WS-Discovery for the devices of this process, by multicast on every interface and by unicast. */
export class OnvifDiscovery {
  readonly #devices: () => readonly AnnouncedDevice[];
  readonly #sockets: Socket[] = [];
  readonly #heard = new Map<string, number>();

  constructor(devices: () => readonly AnnouncedDevice[]) {
    this.#devices = devices;
  }

  /**
   * Begins to listen. Several programs of one machine may do so.
   * @throws Error when the port cannot be had.
   */
  async open(port = usualPort): Promise<void> {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    socket.on('error', () => undefined);
    socket.on('message', (bytes, from) => this.#received(bytes, from));
    this.#sockets.push(socket);
    socket.bind(port, '0.0.0.0');
    await once(socket, 'listening');
    for (const address of ownAddresses()) {
      try {
        socket.addMembership(group, address);
      } catch {
        // An interface without multicast: probes reach the others.
      }
    }
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }

  #received(bytes: Buffer, from: RemoteInfo): void {
    if (bytes.length > largestProbeBytes) return;
    let message: XmlElement;
    try {
      message = readXml(bytes.toString('utf8'));
    } catch {
      return;
    }
    const probe = find(message, 'Body/Probe');
    const messageId = textOf(message, 'Header/MessageID');
    if (probe === undefined || messageId === '') return;
    const types = textOf(probe, 'Types');
    if (types !== '' && !/\b(NetworkVideoTransmitter|Device)\b/.test(types)) return;
    for (const device of this.#devices()) this.#answer(device, messageId, from);
  }

  #answer(device: AnnouncedDevice, messageId: string, from: RemoteInfo): void {
    const { settings, habits } = device;
    // A device that listens at this machine only is not on the networks.
    const isLocal = settings.host.startsWith('127.');
    if (isLocal && !from.address.startsWith('127.')) return;
    const heard = (this.#heard.get(settings.endpoint) ?? 0) + 1;
    this.#heard.set(settings.endpoint, heard);
    if (heard <= (habits.lostProbes ?? 0)) return;
    const host = settings.host === '0.0.0.0' ? addressToward(from.address) : settings.host;
    const address =
      habits.announcedAddress ??
      `http://${habits.answersHost ?? host}:${device.port}${servicePaths.device}`;
    const matches = Buffer.from(
      envelope(
        `<d:ProbeMatches><d:ProbeMatch><a:EndpointReference><a:Address>${settings.endpoint}</a:Address></a:EndpointReference><d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types><d:Scopes>${escaped(scopesOf(settings).join(' '))}</d:Scopes><d:XAddrs>${escaped(address)}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch></d:ProbeMatches>`,
        `<a:MessageID>urn:uuid:${randomUUID()}</a:MessageID><a:RelatesTo>${escaped(messageId)}</a:RelatesTo><a:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:To><a:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</a:Action>`,
      ).replaceAll(
        // WS-Discovery of 2005 has the addressing of 2004.
        'http://www.w3.org/2005/08/addressing',
        'http://schemas.xmlsoap.org/ws/2004/08/addressing',
      ),
    );
    // It is sent from the address of the device.
    const socket = createSocket('udp4');
    socket.on('error', () => socket.close());
    socket.bind(0, host, () => {
      let left = habits.answersPerProbe ?? 1;
      for (let sent = habits.answersPerProbe ?? 1; sent > 0; sent -= 1)
        socket.send(matches, from.port, from.address, () => {
          left -= 1;
          if (left === 0) socket.close();
        });
    });
  }
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family }) => family === 'IPv4')
    .map(({ address }) => address);
}

/** The address of this machine in the network that an address belongs to. */
function addressToward(address: string): string {
  const wanted = asNumber(address);
  const fitting = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find((own) => {
      if (own.family !== 'IPv4') return false;
      const mask = asNumber(own.netmask);
      return (asNumber(own.address) & mask) === (wanted & mask);
    });
  return fitting?.address ?? '127.0.0.1';
}

function asNumber(address: string): number {
  return address.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);
}
