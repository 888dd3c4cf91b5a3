import { isIP } from 'node:net';

/**
 * Networks that no certificate of the public internet is made for: private IPv4 (RFC 1918), loopback, link-local, unique local IPv6
 * (RFC 4193). A hub keeps its authority when it is given another address of these.
 */
const localNetworks: readonly [address: string, prefixBits: number][] = [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
];
/** `local` is the domain of multicast DNS (RFC 6762). */
const localDomains = ['localhost', 'local'];

/** DER tags (X.690; RFC 5280, 4.2.1.6 and 4.2.1.10). */
const tags = { sequence: 0x30, permittedSubtrees: 0xa0, dnsName: 0x82, ipAddress: 0x87 };

/**
 * The value of the extension "name constraints" (RFC 5280, 4.2.1.10), in DER: an authority with it can sign only for local networks,
 * these names, and the networks of these addresses (/24, /64: a machine is given another address of its own network), so that whoever steals its key cannot pretend to be a bank before the phones that trust it.
 */
export function nameConstraints(names: readonly string[]): Uint8Array {
  const domains = new Set([...localDomains, ...names.filter((name) => isIP(name) === 0).map(domainOf)]);
  const own = names.filter((name) => isIP(name) !== 0);
  const networks = [
    ...localNetworks,
    ...own.map((address): [string, number] => [address, isIP(address) === 4 ? 24 : 64]),
  ];
  const subtrees = [
    ...[...domains].map((domain) => element(tags.dnsName, Buffer.from(domain, 'ascii'))),
    ...networks.map(([address, bits]) => {
      const bytes = addressBytes(address);
      const mask = maskBytes(bytes.length, bits);
      const network = bytes.map((byte, index) => byte & (mask[index] ?? 0));
      return element(tags.ipAddress, Buffer.concat([network, mask]));
    }),
  ].map((base) => element(tags.sequence, base));
  return element(tags.sequence, element(tags.permittedSubtrees, Buffer.concat(subtrees)));
}

/** A wildcard is covered by its domain. */
function domainOf(name: string): string {
  return name.replace(/^\*\./, '').toLowerCase();
}

function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  if (length < 0x100) return Buffer.concat([Buffer.from([tag, 0x81, length]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, length >> 8, length & 0xff]), content]);
}

function maskBytes(length: number, prefixBits: number): Buffer {
  return Buffer.from(
    Array.from({ length }, (_, index) => {
      const bits = Math.min(8, Math.max(0, prefixBits - index * 8));
      return (0xff << (8 - bits)) & 0xff;
    }),
  );
}

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  // The URL parser writes every IPv6 address, also one that ends in an IPv4 address, in groups of hexadecimal digits.
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = text.split('::');
  const groupsOf = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [first, last] = [groupsOf(head), groupsOf(tail ?? '')];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  const groups = [...first, ...zeros, ...last].map((group) => Number.parseInt(group, 16));
  return Buffer.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** What stands before the value in a certificate: the extension's id, "critical", and the tag of the string of bytes around it. */
const extensionStart = Buffer.from('0603551d1e0101ff04', 'hex');

/**
 * Those of the names that an authority of this hub (in DER) may not sign for: a certificate that held one would be refused as a whole.
 * None where the authority is older than its constraints.
 */
export function forbiddenNames(authority: Buffer, names: readonly string[]): string[] {
  const start = authority.indexOf(extensionStart);
  if (start < 0) return [];
  const value = contentAt(authority, start + extensionStart.length - 1);
  const subtrees = partsOf(contentAt(contentAt(value, 0), 0)).map((subtree) => ({
    tag: subtree[0],
    base: contentAt(subtree, 0),
  }));
  const isPermitted = (name: string): boolean =>
    subtrees.some(({ tag, base }) => {
      if (tag === tags.dnsName) {
        const [domain, wanted] = [base.toString('ascii'), domainOf(name)];
        return isIP(name) === 0 && (wanted === domain || wanted.endsWith(`.${domain}`));
      }
      if (isIP(name) === 0) return false;
      const address = addressBytes(name);
      const [network, mask] = [base.subarray(0, base.length / 2), base.subarray(base.length / 2)];
      return (
        network.length === address.length &&
        address.every((byte, index) => (byte & (mask[index] ?? 0)) === network[index])
      );
    });
  return names.filter((name) => !isPermitted(name));
}

/** The content of the element that begins at an offset. */
function contentAt(bytes: Buffer, offset: number): Buffer {
  const first = bytes[offset + 1] ?? 0;
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  const start = offset + 2 + lengthBytes;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(offset + 2, lengthBytes);
  return bytes.subarray(start, start + length);
}

/** What is inside of each element, of elements that stand one after the other. */
function partsOf(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const content = contentAt(bytes, offset);
    parts.push(content);
    offset = content.byteOffset - bytes.byteOffset + content.length;
  }
  return parts;
}
