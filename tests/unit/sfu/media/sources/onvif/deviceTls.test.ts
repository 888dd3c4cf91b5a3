import { createServer } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { TlsPlace } from '../../../../../../src-sfu/features/onvif/onvif.ports.ts';
import { makeAuthority } from '../../../../../../src-sfu/http/trust/certificateAuthority.ts';
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

describe('an ONVIF device', () => {
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
    const at = (port: number) => createDeviceClient({ ...place, port, nowMs: Date.now, timeoutMs: 300 });
    await expect(at(await portOf(silent)).readFacts()).rejects.toMatchObject({ failure: 'silent' });
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
