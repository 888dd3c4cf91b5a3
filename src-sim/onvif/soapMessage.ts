/** An element of XML by its local name; prefixes are left out, but the namespace of each element is known. */
export interface XmlElement {
  name: string;
  namespace: string;
  attributes: ReadonlyMap<string, string>;
  children: XmlElement[];
  text: string;
}

/** What came is no XML that this reader takes: not well-formed, too deep, too many elements, or with a document type. */
export class XmlError extends Error {
  override name = 'XmlError';
}

const deepest = 40;
const mostElements = 5_000;
const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<(\/?)([\w.:-]+)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y;

/** @throws XmlError */
export function readXml(source: string): XmlElement {
  const root: XmlElement = { name: '', namespace: '', attributes: new Map(), children: [], text: '' };
  const open: { element: XmlElement; tag: string; prefixes: ReadonlyMap<string, string> }[] = [
    { element: root, tag: '', prefixes: new Map() },
  ];
  let count = 0;
  token.lastIndex = 0;
  while (token.lastIndex < source.length) {
    const match = token.exec(source);
    const top = open.at(-1);
    if (match === null || top === undefined) throw new XmlError('it is not well-formed');
    const [, quoted, closing, tag, attributeText = '', alone, text] = match;
    if (quoted !== undefined) top.element.text += quoted;
    else if (text !== undefined) top.element.text += plain(text);
    else if (tag === undefined) continue;
    else if (closing === '/') {
      if (top.tag !== tag) throw new XmlError(`${tag} ends where ${top.tag} is open`);
      open.pop();
    } else {
      count += 1;
      if (count > mostElements || open.length > deepest) throw new XmlError('it is too large');
      const { attributes, prefixes } = readAttributes(attributeText, top.prefixes);
      const [prefix, name] = tag.includes(':') ? (tag.split(':', 2) as [string, string]) : ['', tag];
      const namespace = prefixes.get(prefix) ?? '';
      const element: XmlElement = { name, namespace, attributes, children: [], text: '' };
      top.element.children.push(element);
      if (alone !== '/') open.push({ element, tag, prefixes });
    }
  }
  const [only, ...others] = root.children;
  if (open.length !== 1 || only === undefined || others.length > 0 || root.text.trim() !== '')
    throw new XmlError('it is not one whole element');
  return only;
}

function readAttributes(
  text: string,
  outer: ReadonlyMap<string, string>,
): { attributes: Map<string, string>; prefixes: Map<string, string> } {
  const attributes = new Map<string, string>();
  const prefixes = new Map(outer);
  for (const [, name = '', value = ''] of text.matchAll(/([\w.:-]+)\s*=\s*["']([^"']*)["']/g)) {
    if (name === 'xmlns') prefixes.set('', plain(value));
    else if (name.startsWith('xmlns:')) prefixes.set(name.slice(6), plain(value));
    else attributes.set(name.slice(name.indexOf(':') + 1), plain(value));
  }
  return { attributes, prefixes };
}

function plain(text: string): string {
  const known: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
  return text.replace(/&(#x[\da-f]{1,6}|#\d{1,7}|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return known[name] ?? whole;
    const code = Number(name[1]?.toLowerCase() === 'x' ? `0${name.slice(1)}` : name.slice(1));
    return code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
  });
}

/** The first element of this local name, by a path such as `Header/Security`. */
export function find(element: XmlElement | undefined, path: string): XmlElement | undefined {
  return path
    .split('/')
    .reduce<XmlElement | undefined>((at, name) => at?.children.find((child) => child.name === name), element);
}

/** The text of an element, without white space around it; empty where there is no such element. */
export function textOf(element: XmlElement | undefined, path: string): string {
  return find(element, path)?.text.trim() ?? '';
}

export function escaped(text: string): string {
  return text.replace(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

const prefixes = {
  s: 'http://www.w3.org/2003/05/soap-envelope',
  a: 'http://www.w3.org/2005/08/addressing',
  d: 'http://schemas.xmlsoap.org/ws/2005/04/discovery',
  dn: 'http://www.onvif.org/ver10/network/wsdl',
  tds: 'http://www.onvif.org/ver10/device/wsdl',
  trt: 'http://www.onvif.org/ver10/media/wsdl',
  tr2: 'http://www.onvif.org/ver20/media/wsdl',
  tptz: 'http://www.onvif.org/ver20/ptz/wsdl',
  tev: 'http://www.onvif.org/ver10/events/wsdl',
  tt: 'http://www.onvif.org/ver10/schema',
  ter: 'http://www.onvif.org/ver10/error',
  tns1: 'http://www.onvif.org/ver10/topics',
  wsnt: 'http://docs.oasis-open.org/wsn/b-2',
  wstop: 'http://docs.oasis-open.org/wsn/t-1',
};

/** The namespaces of ONVIF's services, as GetServices names them. */
export const serviceNamespaces = {
  device: prefixes.tds,
  media: prefixes.trt,
  media2: prefixes.tr2,
  ptz: prefixes.tptz,
  events: prefixes.tev,
} as const;

/** An envelope of SOAP 1.2 around a body, in which the usual prefixes are known. */
export function envelope(body: string, header = ''): string {
  const declared = Object.entries(prefixes).map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`);
  const head = header === '' ? '' : `<s:Header>${header}</s:Header>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<s:Envelope ${declared.join(' ')}>${head}<s:Body>${body}</s:Body></s:Envelope>`;
}

/** A request that is refused: `code` is the last subcode, such as `ter:NoProfile`. */
export class SoapFault extends Error {
  override name = 'SoapFault';
  readonly status: 400 | 401 | 500;
  readonly code: string;
  readonly side: 'Sender' | 'Receiver';

  constructor(code: string, message: string, status: SoapFault['status'] = 400) {
    super(message);
    this.code = code;
    this.status = status;
    this.side = status === 500 ? 'Receiver' : 'Sender';
  }
}

export function faultBody({ code, side, message }: SoapFault): string {
  return `<s:Fault><s:Code><s:Value>s:${side}</s:Value><s:Subcode><s:Value>${code}</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">${escaped(message)}</s:Text></s:Reason></s:Fault>`;
}
