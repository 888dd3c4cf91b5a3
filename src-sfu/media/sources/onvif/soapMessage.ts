import { createHash } from 'node:crypto';
import { escapeXml } from '../../../base/escapeXml.ts';
import { descend, readXml, textAt, XmlError, type XmlElement } from './xmlReader.ts';

/** Prefixes of the bodies in this folder. */
const namespaces = {
  s: 'http://www.w3.org/2003/05/soap-envelope',
  a: 'http://www.w3.org/2005/08/addressing',
  tds: 'http://www.onvif.org/ver10/device/wsdl',
  trt: 'http://www.onvif.org/ver10/media/wsdl',
  tr2: 'http://www.onvif.org/ver20/media/wsdl',
  tptz: 'http://www.onvif.org/ver20/ptz/wsdl',
  tev: 'http://www.onvif.org/ver10/events/wsdl',
  wsnt: 'http://docs.oasis-open.org/wsn/b-2',
  tt: 'http://www.onvif.org/ver10/schema',
} as const;

/** The namespace of each service, by the prefix that bodies use. */
export const serviceNamespaces = {
  device: namespaces.tds,
  media: namespaces.trt,
  media2: namespaces.tr2,
  ptz: namespaces.tptz,
  events: namespaces.tev,
} as const;
export type OnvifService = keyof typeof serviceNamespaces;

const security = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity';
const passwordDigest =
  'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest';
const base64 = `${security.replace('wssecurity', 'wss-soap-message-security')}-1.0#Base64Binary`;

/** The envelope of a request; `body` and `header` are XML with the prefixes above. */
export function soapEnvelope(body: string, header = ''): string {
  const declared = Object.entries(namespaces).map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`);
  return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope ${declared.join(' ')}><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
}

/**
 * Shows that we know a password without saying it (WS-Security, UsernameToken profile 1.0). `atMs`: the time by the device's clock;
 * one that is off by more than some seconds is refused. `nonce`: 16 bytes that were not used before.
 */
export function usernameToken(
  { username, password }: { username: string; password: string },
  atMs: number,
  nonce: Buffer,
): string {
  const created = `${new Date(atMs).toISOString().slice(0, 19)}Z`;
  const digest = createHash('sha1').update(nonce).update(created).update(password, 'utf8').digest('base64');
  return `<wsse:Security s:mustUnderstand="1" xmlns:wsse="${security}-secext-1.0.xsd" xmlns:wsu="${security}-utility-1.0.xsd"><wsse:UsernameToken><wsse:Username>${escapeXml(username)}</wsse:Username><wsse:Password Type="${passwordDigest}">${digest}</wsse:Password><wsse:Nonce EncodingType="${base64}">${nonce.toString('base64')}</wsse:Nonce><wsu:Created>${created}</wsu:Created></wsse:UsernameToken></wsse:Security>`;
}

/** What a device answers: the element in the body, or a fault with its codes and its reason. */
export type SoapAnswer =
  | { type: 'answer'; element: XmlElement; header: XmlElement | undefined }
  | { type: 'fault'; codes: string[]; reason: string }
  | { type: 'foreign' };

const maxReasonLength = 200;

/** Reads an answer, of SOAP 1.2 or 1.1; what is neither is foreign. */
export function readSoap(body: Buffer): SoapAnswer {
  let root: XmlElement;
  try {
    root = readXml(body.toString('utf8'));
  } catch (error) {
    if (error instanceof XmlError) return { type: 'foreign' };
    throw error;
  }
  const content = descend(root, 'Body');
  if (root.name !== 'Envelope' || content === undefined) return { type: 'foreign' };
  const fault = descend(content, 'Fault');
  if (fault !== undefined) {
    const reason = textAt(fault, 'Reason', 'Text') ?? textAt(fault, 'faultstring') ?? '';
    return { type: 'fault', codes: codesOf(fault), reason: reason.slice(0, maxReasonLength) };
  }
  const [element] = content.children;
  // Some answers have an empty body, such as that to Stop.
  const empty = { name: '', namespace: '', attributes: new Map<string, string>(), text: '', children: [] };
  return { type: 'answer', element: element ?? empty, header: descend(root, 'Header') };
}

/** Codes without prefixes, from the general one to the particular one, such as `Sender`, `NotAuthorized`. */
function codesOf(fault: XmlElement): string[] {
  const codes: string[] = [];
  const old = textAt(fault, 'faultcode');
  if (old !== undefined) codes.push(old);
  let code = descend(fault, 'Code');
  while (code !== undefined) {
    const value = textAt(code, 'Value');
    if (value !== undefined) codes.push(value);
    code = descend(code, 'Subcode');
  }
  return codes.map((word) => word.slice(word.indexOf(':') + 1));
}

const refusals = new Set([
  'NotAuthorized',
  'FailedAuthentication',
  'InvalidSecurity',
  'InvalidSecurityToken',
]);
const unknowns = new Set([
  'ActionNotSupported',
  'UnknownAction',
  'OptionalActionNotImplemented',
  'MustUnderstand',
]);

/** What a fault means for who asked. Some devices say it in words only. */
export function meaningOf({
  codes,
  reason,
}: {
  codes: readonly string[];
  reason: string;
}): 'unauthorized' | 'unknown' | 'refused' {
  if (codes.some((code) => refusals.has(code))) return 'unauthorized';
  if (/not authori[sz]ed|unauthori[sz]ed|authori[sz]ation/i.test(reason)) return 'unauthorized';
  if (codes.some((code) => unknowns.has(code))) return 'unknown';
  return /not (supported|implemented)/i.test(reason) ? 'unknown' : 'refused';
}
