import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createRecordersService,
  type RecordersService,
} from '../../../src-sfu/features/recorders/recorders.service.ts';
import { RTP_HEADER_BYTES, writeRtpHeader } from '../../../src-sfu/media/ingest/rtpPacket.ts';
import type { ElementaryPicture } from '../../../src-sfu/media/sources/gb28181/elementaryPictures.ts';
import { PsReceiver } from '../../../src-sfu/media/sources/gb28181/psReceiver.ts';
import { SipDoor } from '../../../src-sfu/media/sources/gb28181/sipDoor.ts';
import { writePsPicture } from '../../../src-sim/gb28181/psMuxer.ts';
import { clipFileName, clipFolder, scenes } from '../../../src-sim/scenes/catalogue.ts';
import { splitAccessUnits } from '../../../src-sim/media/accessUnits.ts';
import { silentLogger } from '../../support/ingestAttempt.ts';
import { memoryRecorders } from '../../support/recorderDoor.ts';
import { freePort } from '../../support/freePort.ts';
import { cameraGbId, stageUpperLink } from '../../support/upperLinkStage.ts';
import { ourId, upperId, upperPassword } from '../../support/upperStage.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const has = (program: string): boolean => spawnSync(program, ['-h']).error === undefined;
const scene = scenes[0]?.id ?? '';
const clip = join(clipFolder(), clipFileName({ scene, show: 'normal', stream: 'sub', encoding: 'h264' }));
const folder = temporaryFolder('mingchu-peers-');

function received(stream: Buffer): ElementaryPicture[] {
  const pictures: ElementaryPicture[] = [];
  const receiver = new PsReceiver(
    { onPicture: (picture) => pictures.push(picture), onSound: () => undefined, onGap: () => undefined },
    () => 0,
  );
  for (let at = 0, sequence = 0; at < stream.length; at += 1_400, sequence = (sequence + 1) & 0xffff) {
    const payload = stream.subarray(at, at + 1_400);
    const packet = Buffer.alloc(RTP_HEADER_BYTES + payload.length);
    writeRtpHeader(packet, 0, 96, sequence, 0, 7);
    payload.copy(packet, RTP_HEADER_BYTES);
    receiver.write(packet);
  }
  return pictures;
}

describe.skipIf(!has('ffmpeg'))('ffmpeg', () => {
  it('writes program streams without a map and with continuations without time, which are taken apart', () => {
    const file = join(folder, 'foreign.mpg');
    const made = spawnSync('ffmpeg', [
      '-v',
      'error',
      '-y',
      '-r',
      '15',
      '-f',
      'h264',
      '-i',
      clip,
      '-c',
      'copy',
      '-f',
      'vob',
      file,
    ]);
    expect(String(made.stderr)).not.toMatch(/Error/);
    const pictures = received(readFileSync(file));
    const sent = splitAccessUnits('h264', readFileSync(clip));
    // The last pictures end with the next one, which does not come.
    expect(pictures.length).toBeGreaterThanOrEqual(sent.length - 2);
    expect(pictures.filter(({ isKey }) => isKey)).toHaveLength(sent.filter(({ isKey }) => isKey).length);
    const slices = pictures[3]?.nals.filter(({ first }) => (first & 0x1f) === 1);
    const wanted = sent[3]?.units.filter((nal) => ((nal[0] ?? 0) & 0x1f) === 1);
    expect(slices?.map(({ bytes }) => bytes)).toEqual(wanted);
  });

  it('reads the program streams of the simulated recorders', () => {
    const file = join(folder, 'ours.ps');
    const pictures = splitAccessUnits('h264', readFileSync(clip)).slice(0, 60);
    const bytes = pictures.map(({ units, isKey }, number) =>
      writePsPicture({ nals: units, isKey, ptsTicks: 6_000 * (number + 1) }),
    );
    writeFileSync(file, Buffer.concat(bytes));
    const entries = ['-count_frames', '-show_entries', 'stream=codec_name,nb_read_frames', '-of', 'csv=p=0'];
    const read = spawnSync('ffprobe', ['-v', 'error', ...entries, file], { encoding: 'utf8' });
    const [codec, count] = read.stdout.trim().split('\n')[0]?.split(',') ?? [];
    expect(codec).toBe('h264');
    expect(Number(count)).toBeGreaterThanOrEqual(59);
  });
});

describe.skipIf(!has('sipp'))('sipp', () => {
  const platformId = '42120000002000000001';
  const recorderId = '42120000001180000001';
  const scenario = `<?xml version="1.0"?><scenario name="register">
<send retrans="5000"><![CDATA[
REGISTER sip:${platformId}@4212000000 SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:${recorderId}@4212000000>;tag=[call_number]
To: <sip:${recorderId}@4212000000>
Call-ID: [call_id]
CSeq: 1 REGISTER
Contact: <sip:${recorderId}@[local_ip]:[local_port]>
Max-Forwards: 70
Expires: 3600
Content-Length: 0

]]></send>
<recv response="401" auth="true"/>
<send retrans="5000"><![CDATA[
REGISTER sip:${platformId}@4212000000 SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:${recorderId}@4212000000>;tag=[call_number]
To: <sip:${recorderId}@4212000000>
Call-ID: [call_id]
CSeq: 2 REGISTER
Contact: <sip:${recorderId}@[local_ip]:[local_port]>
[authentication username=${recorderId} password=kitchen-7-kitchen]
Max-Forwards: 70
Expires: 3600
Content-Length: 0

]]></send>
<recv response="200"/>
</scenario>`;
  let recorders: RecordersService;
  let door: SipDoor;
  let port = 0;

  beforeAll(async () => {
    const repository = memoryRecorders();
    repository.list = () =>
      Promise.resolve([
        {
          recorderId,
          name: 'School',
          password: 'kitchen-7-kitchen',
          place: undefined,
          learned: {},
          setsClock: true,
        },
      ]);
    recorders = await createRecordersService({ repository, logger: silentLogger, nowMs: Date.now });
    const settings = {
      host: '127.0.0.1',
      port: 0,
      address: '127.0.0.1',
      platformId,
      mediaPorts: { first: 40_710, last: 40_720 },
    };
    door = new SipDoor(settings, recorders.directory, silentLogger, Date.now);
    ({ port } = await door.open());
  });
  afterAll(async () => {
    await door.close();
    await recorders.close();
  });

  it.each(['u1', 't1'])(
    'registers 200 times with its own digest, over %s, and none is refused',
    async (transport) => {
      const file = join(folder, 'register.xml');
      writeFileSync(file, scenario);
      const how = [
        '-m',
        '200',
        '-r',
        '100',
        '-nostdin',
        '-t',
        transport,
        '-i',
        '127.0.0.1',
        '-timeout',
        '60s',
      ];
      const arguments_ = [`127.0.0.1:${port}`, '-sf', file, ...how];
      const stdout = await new Promise<string>((resolve, reject) =>
        execFile('sipp', arguments_, { cwd: folder, timeout: 60_000 }, (error, text) =>
          error === null ? resolve(text) : reject(new Error(`${error.message}\n${text}`)),
        ),
      );
      expect(stdout).toMatch(/Successful call\s+\|\s+\d+\s+\|\s+200/);
      expect(recorders.list().recorders[0]?.isOnline).toBe(true);
    },
  );
});

describe.skipIf(!has('sipp'))('sipp as an upper platform', () => {
  const domain = upperId.slice(0, 10);
  const answers = (status: string, header: string): string => `<send><![CDATA[
SIP/2.0 ${status}
[last_Via:]
[last_From:]
[last_To:];tag=above
[last_Call-ID:]
[last_CSeq:]
${header}
Content-Length: 0

]]></send>`;
  const asks = (method: string, number: string, to: string, callId: string, body = ''): string =>
    `<send><![CDATA[
${method} sip:${to.split('>')[0]}@${domain} SIP/2.0
Via: SIP/2.0/UDP [local_ip]:[local_port];branch=[branch]
From: <sip:${upperId}@${domain}>;tag=${callId}
To: <sip:${to.replace('>', `@${domain}>`)}
Call-ID: ${callId}///[call_id]
CSeq: ${number} ${method}
Max-Forwards: 70
Contact: <sip:${upperId}@[local_ip]:[local_port]>
${body === '' ? '' : 'Content-Type: APPLICATION/SDP\n'}Content-Length: [len]

${body}]]></send>`;
  const offer = `v=0
o=${upperId} 0 0 IN IP4 127.0.0.1
s=Play
c=IN IP4 127.0.0.1
t=0 0
m=video 9000 RTP/AVP 96
a=recvonly
a=rtpmap:96 PS/90000
y=0200000042
`;
  const flood = Array.from(
    { length: 60 },
    (_, at) => `${asks('INVITE', '1', '42120000001310009999>', `flood${at}`, offer)}
<recv response="503" optional="true" next="${at + 1}"/><recv response="404"/><label id="${at + 1}"/>`,
  );
  const scenario = `<?xml version="1.0"?><scenario name="above">
<recv request="REGISTER"/>
${answers('401 Unauthorized', `WWW-Authenticate: Digest realm="${domain}", nonce="n1", algorithm=MD5, qop="auth"`)}
<recv request="REGISTER"><action><verifyauth assign_to="isRight" username="${ourId}" password="${upperPassword}"/></action></recv>
<nop hide="true" test="isRight" next="200"/>
${answers('403 Forbidden', 'User-Agent: sipp')}
<label id="200"/>
${answers('200 OK', 'Expires: 3600')}
${flood.join('\n')}
<pause milliseconds="1100"/>
${asks('INVITE', '1', `${cameraGbId}>`, 'view', offer)}
<recv response="100" optional="true"/><recv response="200"/>
${asks('ACK', '1', `${cameraGbId}>[peer_tag_param]`, 'view')}
${asks('BYE', '2', `${cameraGbId}>[peer_tag_param]`, 'view')}
<recv response="200"/>
</scenario>`;

  it('checks our digest, floods us with calls for what it may not have, and then watches a camera', async () => {
    const port = await freePort();
    const file = join(folder, 'above.xml');
    writeFileSync(file, scenario);
    const one = stageUpperLink({ port }, { isBySockets: true });
    const how = [
      '-sf',
      file,
      '-m',
      '1',
      '-nostdin',
      '-i',
      '127.0.0.1',
      '-p',
      String(port),
      '-timeout',
      '20s',
    ];
    const above = new Promise<string>((resolve, reject) =>
      execFile('sipp', how, { cwd: folder, timeout: 30_000 }, (error, text) =>
        error === null ? resolve(text) : reject(new Error(`${error.message}\n${text}`)),
      ),
    );
    one.link.open();
    try {
      expect(await above).toMatch(/Successful call\s+\|\s+\d+\s+\|\s+1/);
      // Nothing was opened for what it may not have.
      expect(one.media).toMatchObject({ opened: 1, begun: 1, closed: 1 });
      expect(one.views).toEqual(['began c1', 'ended c1']);
      expect(one.link.standing().state).toBe('registered');
    } finally {
      await one.link.close();
    }
  }, 40_000);
});
