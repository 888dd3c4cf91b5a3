import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect, createServer as createTlsServer, type SecureVersion } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { TlsPlace } from '../../../../../../src-sfu/features/onvif/onvif.ports.ts';
import {
  makeAuthority,
  makeServerCertificate,
} from '../../../../../../src-sfu/http/trust/certificateAuthority.ts';
import { createDeviceClient } from '../../../../../../src-sfu/media/sources/onvif/deviceClient.ts';
import { deviceAccount, openDevice, smallJpeg } from '../../../../../support/onvifDevices.ts';

const closing: { close(): unknown }[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((one) => one.close()));
});

/** Where a server listens, which is closed after the test. */
async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push({ close: () => new Promise((resolve) => server.close(resolve)) });
  return (server.address() as AddressInfo).port;
}

/** What a server is that knows nothing newer than this. */
const madeOld = async (version: SecureVersion) => {
  const authority = await makeAuthority('tests', [], Date.now());
  const { certificate: cert, key } = await makeServerCertificate(authority, ['127.0.0.1'], Date.now());
  return { cert, key, minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' };
};

/** Whether this machine's OpenSSL speaks a version at all; some are built without the old ones. */
async function isSpoken(version: SecureVersion): Promise<boolean> {
  const old = await madeOld(version);
  const server = createTlsServer(old, (socket) => void socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { minVersion, maxVersion, ciphers } = old;
  const client = connect({
    ...{ host: '127.0.0.1', port, rejectUnauthorized: false },
    ...{ minVersion, maxVersion, ciphers },
  });
  const isWelcome = await new Promise<boolean>((resolve) => {
    client.once('secureConnect', () => resolve(true));
    client.once('error', () => resolve(false));
  });
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
  return isWelcome;
}
const versions = ['TLSv1', 'TLSv1.1'] as const;
const spoken = await Promise.all(versions.map(isSpoken));

describe('an ONVIF device', () => {
  for (const [index, version] of versions.entries())
    it.skipIf(spoken[index] !== true)(
      `by HTTPS that knows ${version} alone is spoken to, at its certificate (where this machine's OpenSSL has it)`,
      async () => {
        const tls = await madeOld(version);
        const device = await openDevice({ tls });
        closing.push(device);
        const place = { host: '127.0.0.1', port: device.port, path: '/onvif/device_service' };
        const at = (fingerprint?: string) =>
          createDeviceClient({
            ...{ ...place, tls: { fingerprint }, credentials: deviceAccount },
            ...{ nowMs: Date.now, timeoutMs: 5_000 },
          });
        const shown = await at().readCertificate();
        expect(shown).toBe(new X509Certificate(tls.cert).fingerprint256.replaceAll(':', '').toLowerCase());
        expect(await at(shown).readFacts()).toMatchObject({ make: 'Mingchu' });
        await expect(at('0'.repeat(64)).readFacts()).rejects.toMatchObject({ failure: 'another' });
      },
    );

  it('by HTTPS gives its picture by HTTPS too, at the certificate that it showed first', async () => {
    const { certificate: cert, key } = await makeAuthority('tests', [], Date.now());
    const device = await openDevice({ tls: { cert, key } });
    closing.push(device);
    const place = { host: '127.0.0.1', port: device.port, path: '/onvif/device_service' };
    const at = (tls: TlsPlace) =>
      createDeviceClient({ ...place, tls, credentials: deviceAccount, nowMs: Date.now, timeoutMs: 1_000 });
    const client = at({});
    expect(client.fingerprint()).toBeUndefined();
    await client.readStreams();
    expect(await client.readPicture('V1_main', 1_000)).toEqual(smallJpeg);
    const fingerprint = client.fingerprint();
    expect(fingerprint).toMatch(/^[\da-f]{64}$/);
    expect(await at({ fingerprint }).readFacts()).toMatchObject({ make: 'Mingchu' });
    const asked = device.received.length;
    await expect(at({ fingerprint: '0'.repeat(64) }).readFacts()).rejects.toMatchObject({
      failure: 'another',
    });
    expect(device.received).toHaveLength(asked);
  });

  it('by HTTPS that names its picture by HTTP is asked for it by HTTPS, and gets no password in HTTP', async () => {
    let requests = 0;
    const plain = createServer((_request, response) => {
      requests += 1;
      response.setHeader('www-authenticate', 'Digest realm="camera", nonce="1", qop="auth"');
      response.writeHead(401).end();
    });
    const answersBase = `http://127.0.0.1:${await portOf(plain)}`;
    const { certificate: cert, key } = await makeAuthority('tests', [], Date.now());
    const device = await openDevice({ tls: { cert, key } }, { answersBase });
    closing.push(device);
    const place = { host: '127.0.0.1', port: device.port, path: '/onvif/device_service', tls: {} };
    const client = createDeviceClient({ ...place, credentials: deviceAccount, nowMs: Date.now });
    expect(await client.readPicture('V1_main', 1_000)).toEqual(smallJpeg);
    expect(requests).toBe(0);
  });

  it('by HTTPS that is silent at the beginning, or speaks HTTP, is said to be so, and gets nothing', async () => {
    const sent: Buffer[] = [];
    const silent = createSocketServer((socket: Socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => void sent.push(bytes));
    });
    const place = { host: '127.0.0.1', path: '/onvif/device_service', tls: {}, credentials: deviceAccount };
    const at = (port: number, timeoutMs = 5_000) =>
      createDeviceClient({ ...place, port, nowMs: Date.now, timeoutMs });
    await expect(at(await portOf(silent), 300).readFacts()).rejects.toMatchObject({ failure: 'silent' });
    // The first byte of a handshake, and no request.
    expect(Buffer.concat(sent)[0]).toBe(0x16);
    expect(Buffer.concat(sent).includes('POST')).toBe(false);
    let requests = 0;
    const plain = createServer((_request, response) => {
      requests += 1;
      response.end();
    });
    await expect(at(await portOf(plain)).readFacts()).rejects.toMatchObject({ failure: 'foreign' });
    expect(requests).toBe(0);
  });
});
