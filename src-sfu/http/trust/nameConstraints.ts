/** For which names an authority may sign. The library behind it takes a tenth of a second to load: import this file when it is needed. */
import 'reflect-metadata';
import { BlockList, isIP } from 'node:net';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  Certificate,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_nameConstraints as nameConstraintsId,
  NameConstraints,
} from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';

/**
 * Networks that no certificate of the public internet is made for: private IPv4 (RFC 1918), loopback, link-local, unique local IPv6
 * (RFC 4193). A hub keeps its authority when it is given another address of these.
 */
const localNetworks = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
];
/** `local` is the domain of multicast DNS (RFC 6762). */
const localDomains = ['localhost', 'local'];
/** A machine is given another address of its own network: of so many bits. */
const ownNetworkBits = { 4: 24, 6: 64 };

/**
 * The critical extension (RFC 5280, 4.2.1.10) with which an authority can sign only for local networks, these names, and the networks of
 * these addresses, so that whoever steals its key cannot pretend to be a bank before the phones that trust it.
 */
export function nameConstraints(names: readonly string[]): x509.Extension {
  const domains = new Set([...localDomains, ...names.filter((name) => isIP(name) === 0).map(domainOf)]);
  const isLocal = membership(localNetworks);
  const own = names.filter((name) => isIP(name) !== 0 && !isLocal(name)).map(ownNetwork);
  const bases = [
    ...[...domains].map((dNSName) => new GeneralName({ dNSName })),
    ...[...localNetworks, ...new Set(own)].map((iPAddress) => new GeneralName({ iPAddress })),
  ];
  const permittedSubtrees = new GeneralSubtrees(bases.map((base) => new GeneralSubtree({ base })));
  return new x509.Extension(
    nameConstraintsId,
    true,
    AsnConvert.serialize(new NameConstraints({ permittedSubtrees })),
  );
}

/** Whether an authority (its certificate in DER) may sign for some names only. One that was made before there were constraints may sign for all. */
export function isConstrained(authority: Uint8Array): boolean {
  return permittedBy(authority) !== undefined;
}

/**
 * Those of the names that an authority (its certificate in DER) may not sign for: a certificate that held one would be refused as a
 * whole.
 */
export function forbiddenNames(authority: Uint8Array, names: readonly string[]): string[] {
  const permitted = permittedBy(authority);
  if (permitted === undefined) return [];
  const isInNetwork = membership(permitted.flatMap(({ iPAddress }) => iPAddress ?? []));
  const domains = permitted.flatMap(({ dNSName }) => dNSName ?? []);
  return names.filter((name) => {
    if (isIP(name) !== 0) return !isInNetwork(name);
    const wanted = domainOf(name);
    return !domains.some((domain) => wanted === domain || wanted.endsWith(`.${domain}`));
  });
}

function permittedBy(authority: Uint8Array): GeneralName[] | undefined {
  const { extensions } = AsnConvert.parse(authority, Certificate).tbsCertificate;
  const extension = extensions?.find(({ extnID }) => extnID === nameConstraintsId);
  if (extension === undefined) return undefined;
  const { permittedSubtrees } = AsnConvert.parse(extension.extnValue, NameConstraints);
  return [...(permittedSubtrees ?? [])].map(({ base }) => base);
}

/** A wildcard is covered by its domain. */
function domainOf(name: string): string {
  return name.replace(/^\*\./, '').toLowerCase();
}

/** Networks as `192.0.2.0/24`. */
function membership(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  return (address) => list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}

function ownNetwork(address: string): string {
  if (isIP(address) === 4) return `${address.replace(/\d+$/, '0')}/${ownNetworkBits[4]}`;
  // The URL parser writes every IPv6 address, also one that ends in an IPv4 address, in groups of hexadecimal digits.
  const [head = '', tail = ''] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const [first, last] = [head, tail].map((part) => part.split(':').filter((group) => group !== '')) as [
    string[],
    string[],
  ];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  return `${[...first, ...zeros, ...last].slice(0, 4).join(':')}::/${ownNetworkBits[6]}`;
}
