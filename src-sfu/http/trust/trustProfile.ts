import type { X509Certificate } from 'node:crypto';

/** Apple's configuration profile that installs an authority: what an iPhone takes from a page. */
export function trustProfile(authority: X509Certificate): string {
  const digest = authority.fingerprint256.replaceAll(':', '');
  const identifier = `mingchu.authority.${digest.slice(0, 16).toLowerCase()}`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0"><dict>
<key>PayloadContent</key><array><dict>
<key>PayloadCertificateFileName</key><string>mingchu.crt</string>
<key>PayloadContent</key><data>${authority.raw.toString('base64')}</data>
<key>PayloadDisplayName</key><string>Mingchu 明厨</string>
<key>PayloadIdentifier</key><string>${identifier}.certificate</string>
<key>PayloadType</key><string>com.apple.security.root</string>
<key>PayloadUUID</key><string>${uuid(digest.slice(0, 32))}</string>
<key>PayloadVersion</key><integer>1</integer>
</dict></array>
<key>PayloadDisplayName</key><string>Mingchu 明厨</string>
<key>PayloadIdentifier</key><string>${identifier}</string>
<key>PayloadType</key><string>Configuration</string>
<key>PayloadUUID</key><string>${uuid(digest.slice(32))}</string>
<key>PayloadVersion</key><integer>1</integer>
</dict></plist>
`;
}

/** The same authority is the same profile, installed again it takes the place of itself. */
function uuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
