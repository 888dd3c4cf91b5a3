import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isOnvifFailure } from '../../../../../../src-sfu/base/onvifError.ts';
import { onvifUrl, parseOnvifUrl } from '../../../../../../src-sfu/base/onvifUrl.ts';
import { followAnnounced } from '../../../../../../src-sfu/media/sources/onvif/deviceAddress.ts';
import { DeviceEvents } from '../../../../../../src-sfu/media/sources/onvif/deviceEvents.ts';
import { readStreams } from '../../../../../../src-sfu/media/sources/onvif/deviceProfiles.ts';
import { readProbeMatches } from '../../../../../../src-sfu/media/sources/onvif/discoveryMessages.ts';
import { readSoap } from '../../../../../../src-sfu/media/sources/onvif/soapMessage.ts';
import { brokenBytes, numbers } from '../../../../../support/fuzz/brokenBytes.ts';
import { clientOf } from '../../../../../support/onvifDevices.ts';

/** `MINGCHU_HOSTILE_COUNT=100000` for the whole run by hand; each input is broken in another way. */
const count = Number(process.env['MINGCHU_HOSTILE_COUNT'] ?? 400);
/** What one input may take; a machine that also runs other things stands still now and then. Milliseconds. */
const longestMs = 50;

const nasty = [
  '\0',
  '<',
  '>',
  ']]>',
  '<!DOCTYPE x [<!ENTITY a "&b;&b;"><!ENTITY b "&a;&a;">]>',
  '&a;&a;&#0;&#xffffffff;&#x110000;',
  '<!--',
  '<![CDATA[',
  '<__proto__><constructor>x</constructor></__proto__>',
  ' xmlns:p="u"'.repeat(80),
  '<a>'.repeat(50),
  'http://localhost/',
  'http://127.0.0.1:22/',
  'rtsp://evil.example@[::1]:99999/\r\nX: y',
  '\ud800',
  'é'.repeat(300),
].map((text) => Buffer.from(text));

const envelope = (body: string, header = ''): string =>
  `<?xml version="1.0"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
const uuid = '0b5c7a3e-0000-4000-8000-000000000001';
const announcement = envelope(
  '<d:ProbeMatches><d:ProbeMatch><w:EndpointReference><w:Address>urn:uuid:1</w:Address></w:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>onvif://www.onvif.org/name/K%20V onvif://www.onvif.org/hardware/M1</d:Scopes><d:XAddrs>http://10.0.0.7/onvif/device_service http://[fe80::1]/x</d:XAddrs></d:ProbeMatch></d:ProbeMatches>',
  `<w:RelatesTo>urn:uuid:${uuid}</w:RelatesTo>`,
);
const answers: Record<string, string> = {
  GetSystemDateAndTime: envelope(
    '<G><SystemDateAndTime><UTCDateTime><Time><Hour>1</Hour><Minute>2</Minute><Second>3</Second></Time><Date><Year>2026</Year><Month>11</Month><Day>30</Day></Date></UTCDateTime></SystemDateAndTime></G>',
  ),
  GetServices: envelope(
    '<G><Service><Namespace>http://www.onvif.org/ver10/media/wsdl</Namespace><XAddr>http://10.0.0.7/onvif/media</XAddr></Service></G>',
  ),
  GetDeviceInformation: envelope(
    '<G><Manufacturer>M</Manufacturer><Model>X</Model><SerialNumber>1</SerialNumber></G>',
  ),
  GetProfiles: envelope(
    '<G><Profiles token="P1"><Name>main</Name><VideoSourceConfiguration token="vsc"><Name>V</Name><SourceToken>V1</SourceToken></VideoSourceConfiguration><VideoEncoderConfiguration token="e"><Encoding>H264</Encoding><Resolution><Width>1280</Width><Height>720</Height></Resolution></VideoEncoderConfiguration><PTZConfiguration token="z"/></Profiles></G>',
  ),
  GetStreamUri: envelope('<G><MediaUri><Uri>rtsp://10.0.0.7:8554/a?b=c</Uri></MediaUri></G>'),
  PullMessages: envelope(
    '<G><NotificationMessage><Topic>tns1:VideoSource/MotionAlarm</Topic><Message><Message PropertyOperation="Changed"><Source><SimpleItem Name="Source" Value="V1"/></Source><Data><SimpleItem Name="State" Value="true"/></Data></Message></Message></NotificationMessage></G>',
  ),
  Fault: envelope(
    '<Fault><Code><Value>s:Sender</Value><Subcode><Value>ter:NotAuthorized</Value></Subcode></Code><Reason><Text>no</Text></Reason></Fault>',
  ),
};

/** What took longer than it may. */
async function slowOnes(
  seed: number,
  times: number,
  work: (below: (limit: number) => number) => unknown,
): Promise<number> {
  const below = numbers(seed);
  let slow = 0;
  for (let turn = 0; turn < times; turn += 1) {
    const startedAtMs = performance.now();
    const result = work(below);
    if (performance.now() - startedAtMs > longestMs) slow += 1;
    await result;
  }
  return slow;
}

let server: Server;
let below = numbers(5);
beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const asked = Buffer.concat(chunks).toString();
      const name = Object.keys(answers).find((one) => asked.includes(`:${one}`)) ?? 'Fault';
      const status = [200, 200, 200, 400, 401, 302, 500, 204][below(8)] ?? 200;
      response.writeHead(status, {
        'www-authenticate': 'Digest realm="x", nonce="1", qop="auth"',
        location: 'http://127.0.0.1:9/',
      });
      response.end(brokenBytes(Buffer.from(answers[name] ?? ''), below, nasty));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

describe('broken messages', () => {
  it('of devices that announce themselves lead nowhere but to their sender', async () => {
    const sender = '10.0.0.7';
    const slow = await slowOnes(1, count, (below) => {
      const read = readProbeMatches(brokenBytes(Buffer.from(announcement), below, nasty));
      for (const { addresses } of read?.matches ?? []) {
        const place = followAnnounced(addresses, sender);
        if (typeof place === 'object') expect(place.host).toBe(sender);
      }
    });
    expect(slow).toBeLessThan(5);
  });

  it('whose every tag declares prefixes are done with as fast as others', () => {
    const names = Array.from({ length: 64 }, (_unused, index) => ` xmlns:p${index}="u"`).join('');
    const tag = `<p0:a${names}/>`;
    const flooded = (bytes: number): Buffer =>
      Buffer.from(envelope(tag.repeat(Math.floor(bytes / tag.length))));
    const shortest = (work: () => unknown): number =>
      Math.min(
        ...Array.from({ length: 3 }, () => {
          const startedAtMs = performance.now();
          work();
          return performance.now() - startedAtMs;
        }),
      );
    expect(shortest(() => readProbeMatches(flooded(60_000)))).toBeLessThan(longestMs);
    expect(shortest(() => readSoap(flooded(1024 * 1024)))).toBeLessThan(4 * longestMs);
    expect(readSoap(flooded(1024 * 1024)).type).toBe('foreign');
    // The same prefixes in each of some tags are no attack.
    expect(readSoap(flooded(60_000)).type).toBe('answer');
  });

  it('in answers are refused or read, and what is read can be used', async () => {
    const texts = Object.values(answers);
    const slow = await slowOnes(2, count, (below) => {
      const soap = readSoap(brokenBytes(Buffer.from(texts[below(texts.length)] ?? ''), below, nasty));
      if (soap.type !== 'answer') return;
      new DeviceEvents().read(soap.element);
      for (const { main } of readStreams(soap.element)) {
        const url = onvifUrl({ deviceId: 'd', profileToken: main.profileToken });
        expect(parseOnvifUrl(url)?.profileToken).toBe(main.profileToken.toWellFormed());
      }
    });
    expect(slow).toBeLessThan(5);
  });

  it('of a device end in a failure of that device, and its streams stay at the host that was reached', async () => {
    const { port } = server.address() as AddressInfo;
    below = numbers(3);
    const used = async (work: Promise<unknown>): Promise<unknown> =>
      work.catch((error: unknown) => {
        if (!isOnvifFailure(error)) throw error;
      });
    for (let turn = 0; turn < Math.ceil(count / 20); turn += 1) {
      const client = clientOf({ port, settings: { host: '127.0.0.1' } } as never);
      await used(client.readClock());
      await used(client.readFacts());
      await used(client.readStreams());
      const url = await used(client.readStreamUrl('P1'));
      if (url !== undefined) expect(url).toMatch(/^rtsp:\/\/127\.0\.0\.1:\d+\//);
    }
  });
});
