import type { X509Certificate } from 'node:crypto';

/** Apple's configuration profile that installs an authority, and the one that follows it: what an iPhone takes from a page. */
export function trustProfile(authority: X509Certificate, next?: X509Certificate): string {
  const digest = digestOf(authority);
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>PayloadContent</key><array>${[authority, ...(next === undefined ? [] : [next])].map(payload).join('')}</array>
<key>PayloadDisplayName</key><string>Mingchu 明厨</string>
<key>PayloadIdentifier</key><string>${identifierOf(digest)}</string>
<key>PayloadType</key><string>Configuration</string>
<key>PayloadUUID</key><string>${uuid(digest.slice(32))}</string>
<key>PayloadVersion</key><integer>1</integer>
</dict></plist>
`;
}

function payload(certificate: X509Certificate): string {
  const digest = digestOf(certificate);
  return `<dict>
<key>PayloadCertificateFileName</key><string>mingchu.crt</string>
<key>PayloadContent</key><data>${certificate.raw.toString('base64')}</data>
<key>PayloadDisplayName</key><string>Mingchu 明厨</string>
<key>PayloadIdentifier</key><string>${identifierOf(digest)}.certificate</string>
<key>PayloadType</key><string>com.apple.security.root</string>
<key>PayloadUUID</key><string>${uuid(digest.slice(0, 32))}</string>
<key>PayloadVersion</key><integer>1</integer>
</dict>`;
}

function digestOf({ fingerprint256 }: X509Certificate): string {
  return fingerprint256.replaceAll(':', '');
}

function identifierOf(digest: string): string {
  return `mingchu.authority.${digest.slice(0, 16).toLowerCase()}`;
}

/** The same authority is the same profile, installed again it takes the place of itself. */
function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
