import { escapeXml } from '../../../base/escapeXml.ts';
import { childrenOf, descend, readXml, textAt, XmlError, type XmlElement } from './xmlReader.ts';

/** The multicast address and UDP port of WS-Discovery. */
export const discoveryGroup = '239.255.255.250';
export const discoveryPort = 3702;
/** A datagram holds no more. */
export const maxAnswerBytes = 65_535;

const addressing = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
const discovery = 'http://schemas.xmlsoap.org/ws/2005/04/discovery';

/** What is searched: cameras by their older and their newer word. */
const probedTypes = ['dn:NetworkVideoTransmitter', 'tds:Device'] as const;

/** A probe with an id of its own, a UUID. `round` counts from 0: the words take turns. */
export function probeMessage(messageId: string, round: number): Buffer {
  const types = probedTypes[round % probedTypes.length] ?? '';
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" xmlns:w="${addressing}" xmlns:d="${discovery}" xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><e:Header><w:MessageID>urn:uuid:${escapeXml(messageId)}</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To><w:Action>${discovery}/Probe</w:Action></e:Header><e:Body><d:Probe><d:Types>${types}</d:Types></d:Probe></e:Body></e:Envelope>`,
  );
}

/** What a device says of itself in answer to a probe. */
interface ProbeMatch {
  /** The same on every interface and after every start; a device without one is recognised by its address. */
  endpoint: string | undefined;
  addresses: string[];
  name: string | undefined;
  model: string | undefined;
}

const maxMatches = 16;
const maxAddresses = 16;
const maxWords = 200;
const maxTextLength = 256;

/** The devices of one answer, and the UUID of the probe that it answers, in small letters. Undefined when it is no such answer. */
export function readProbeMatches(message: Buffer): { answers: string; matches: ProbeMatch[] } | undefined {
  if (message.byteLength > maxAnswerBytes) return undefined;
  let root: XmlElement;
  try {
    root = readXml(message.toString('utf8'));
  } catch (error) {
    if (error instanceof XmlError) return undefined;
    throw error;
  }
  const list = descend(root, 'Body', 'ProbeMatches');
  if (root.name !== 'Envelope' || list === undefined) return undefined;
  const answers = (textAt(root, 'Header', 'RelatesTo') ?? '').toLowerCase().replace(/^(urn:)?uuid:/, '');
  const matches = childrenOf(list, 'ProbeMatch').slice(0, maxMatches).filter(isCamera).map(readMatch);
  return { answers, matches };
}

/** Printers and computers answer probes as well. */
function isCamera(match: XmlElement): boolean {
  const types = textAt(match, 'Types') ?? '';
  const scopes = textAt(match, 'Scopes') ?? '';
  return /NetworkVideoTransmitter|(?:^|[\s:])Device(?:$|\s)/.test(types) || scopes.includes('onvif.org');
}

function readMatch(match: XmlElement): ProbeMatch {
  const endpoint = textAt(match, 'EndpointReference', 'Address')?.slice(0, maxTextLength);
  const addresses = wordsOf(textAt(match, 'XAddrs')).slice(0, maxAddresses);
  const scopes = wordsOf(textAt(match, 'Scopes'));
  const scope = (kind: string): string | undefined => {
    const prefix = `onvif://www.onvif.org/${kind}/`;
    const found = scopes.find((one) => one.toLowerCase().startsWith(prefix));
    return found === undefined ? undefined : decoded(found.slice(prefix.length)).slice(0, 60);
  };
  return { endpoint, addresses, name: scope('name'), model: scope('hardware') };
}

function wordsOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, maxWords);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text).replace(/\p{Cc}/gu, '');
  } catch {
    return text;
  }
}
