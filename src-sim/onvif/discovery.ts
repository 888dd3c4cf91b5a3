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

/**
 * Answers probes of WS-Discovery for the devices of this process: those by multicast on every interface for all of them, those to an
 * address for the devices there.
 */
export class OnvifDiscovery {
  readonly #devices: () => readonly AnnouncedDevice[];
  readonly #sockets = new Map<string, Socket>();
  readonly #heard = new Map<string, number>();

  constructor(devices: () => readonly AnnouncedDevice[]) {
    this.#devices = devices;
  }

  /**
   * Begins to listen, also at the hosts of the devices that there are now. Several programs of one machine may do so.
   * @throws Error when the port cannot be had.
   */
  async open(port = usualPort): Promise<void> {
    const hosts = new Set(this.#devices().map(({ settings }) => settings.host));
    // Bound to the group, it leaves what is sent to one address to the sockets there. A device at every address has one socket for both.
    const isEverywhere = hosts.delete('0.0.0.0') || process.platform === 'win32';
    const shared = await this.#listen(isEverywhere ? '0.0.0.0' : group, port, undefined);
    for (const address of ownAddresses()) {
      try {
        shared.addMembership(group, address);
      } catch {
        // An interface without multicast: probes reach the others.
      }
    }
    for (const host of hosts) await this.#listen(host, port, host);
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
  }

  /** `only`: the devices at this host are asked, all of them if missing. */
  async #listen(address: string, port: number, only: string | undefined): Promise<Socket> {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    socket.on('message', (bytes, from) => this.#received(bytes, from, only));
    socket.bind(port, address);
    await once(socket, 'listening');
    socket.on('error', () => undefined);
    this.#sockets.set(address, socket);
    return socket;
  }

  #received(bytes: Buffer, from: RemoteInfo, only: string | undefined): void {
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
    for (const device of this.#devices())
      if (only === undefined || only === device.settings.host) this.#answer(device, messageId, from);
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
      `${settings.tls === undefined ? 'http' : 'https'}://${habits.answersHost ?? host}:${device.port}${servicePaths.device}`;
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
    // What is sent from there has the address of the device.
    const socket = this.#sockets.get(settings.host);
    for (let sent = 0; sent < (habits.answersPerProbe ?? 1); sent += 1)
      socket?.send(matches, from.port, from.address, () => undefined);
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
