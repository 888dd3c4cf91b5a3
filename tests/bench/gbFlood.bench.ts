import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { SimulatedRecorder } from '../../src-sim/gb28181/recorder.ts';
import { freePort } from '../support/freePort.ts';
import { channelIdOf, platformId, recorderIdOf } from '../support/recorderStage.ts';
import { hubFetch } from '../support/testAccount.ts';
import { figureOf, singleFigure, type Bench } from './figures.ts';
import { accessTimes } from './talk/access.ts';
import { openTalkStage } from './talk/stage.ts';

const defaultTurns = 40;
const registersPerSecond = 10_000;
const settleMs = 2_000;
const registerLimitMs = 10_000;
const password = 'kitchen-7-kitchen';

/**
 * A process that sends so many REGISTER a second by UDP, each of another recorder, from 200 addresses of this machine, until it is ended. It says
 * once a second how many it has sent.
 */
const flood = `
const { createSocket } = require('node:dgram');
const [port, perSecond, platform] = process.argv.slice(1);
const sockets = Array.from({ length: 200 }, (_, number) => createSocket('udp4').bind(0, '127.0.1.' + (number + 1)));
let sent = 0;
const send = () => {
  const id = '42129900001180' + String(sent % 1000000).padStart(6, '0');
  const head = ['REGISTER sip:' + platform + '@4212000000 SIP/2.0', 'Via: SIP/2.0/UDP 127.0.1.1:5060;rport;branch=z9hG4bK' + sent,
    'From: <sip:' + id + '@4212000000>;tag=1', 'To: <sip:' + id + '@4212000000>', 'Call-ID: ' + sent, 'CSeq: 1 REGISTER',
    'Max-Forwards: 70', 'Expires: 3600', 'Content-Length: 0', '', ''];
  sockets[sent % sockets.length].send(head.join('\\r\\n'), Number(port), '127.0.0.1', () => undefined);
  sent += 1;
};
const beganMs = performance.now();
setInterval(() => {
  const due = (performance.now() - beganMs) * perSecond / 1000;
  while (sent < due) send();
}, 5);
setInterval(() => console.log(sent), 1000);
process.stdin.on('end', () => process.exit()).resume();
`;

/** Begins the flood of a port; waits until it runs. */
async function openFlood(
  port: number,
  perSecond: number,
): Promise<{ sentPerSecond(): number; seconds(): number; close(): void }> {
  const strangers = spawn(process.execPath, ['-e', flood, String(port), String(perSecond), platformId], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const sums: number[] = [];
  strangers.stdout.on('data', (line: Buffer) => sums.push(Number(line.toString().trim().split('\n').at(-1))));
  await delay(settleMs);
  if (strangers.exitCode !== null) throw new Error('the strangers ended by themselves');
  return {
    sentPerSecond: () => ((sums.at(-1) ?? 0) - (sums[0] ?? 0)) / Math.max(1, sums.length - 1),
    seconds: () => sums.length,
    close: () => strangers.stdin.end(),
  };
}

/**
 * `gb.flood`: `talk.access` of a phone while strangers send 10,000 REGISTER a second (`--count`) to the port of recorders; `gb.flood.before`: the
 * same on the same hub before them; `gb.flood.elsewhere`: while they send the same to a port where nobody listens, which costs the machine as
 * much for sending and the hub nothing. `gb.flood.register`: until a recorder that is entered here has registered, beside them.
 * `gb.flood.sent`: how many a second were sent.
 */
export const benchGbFlood: Bench = async (report, progress, options) => {
  const { turns = defaultTurns, count = registersPerSecond } = options;
  const port = await freePort();
  const stage = await openTalkStage(undefined, undefined, {
    MINGCHU_GB28181_PORT: String(port),
    MINGCHU_GB28181_ADDRESS: '127.0.0.1',
    MINGCHU_GB28181_ID: platformId,
  });
  const recorderId = recorderIdOf(1);
  const recorder = new SimulatedRecorder({
    ...{ recorderId, password, pictures: [], picturesPerSecond: 15 },
    channels: [{ channelId: channelIdOf(1), name: '后厨' }],
    platform: { address: '127.0.0.1', port, id: platformId },
  });
  try {
    const entered = await hubFetch(`${stage.field.hub.url}/api/v1/recorders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ recorderId, name: '录像机', password }),
    });
    if (!entered.ok) throw new Error(await entered.text());
    if ((await recorder.register()) !== 200) throw new Error('the recorder was not let in');
    await stage.openDesk();
    const phone = await stage.openPhone();
    const before = await accessTimes(phone, turns);
    progress(`  before: ${before.started.map(Math.round).slice(-10).join(' ')} ms`);
    const strayed = await openFlood(await freePort(), count);
    const elsewhere = await accessTimes(phone, turns).finally(() => strayed.close());
    progress(`  elsewhere: ${elsewhere.started.map(Math.round).slice(-10).join(' ')} ms`);
    const registerMs: number[] = [];
    const strangers = await openFlood(port, count);
    try {
      const access = accessTimes(phone, turns);
      let isOver = false;
      const done = access.finally(() => (isOver = true));
      while (!isOver) {
        const beganMs = performance.now();
        const status = await Promise.race([recorder.register(), delay(registerLimitMs, 0)]);
        if (status !== 200) throw new Error(`a recorder that is entered was answered ${status}`);
        registerMs.push(performance.now() - beganMs);
        await delay(1_000);
      }
      const beside = await done;
      progress(`  beside ${count} a second: ${beside.started.map(Math.round).slice(-10).join(' ')} ms`);
      report(figureOf('gb.flood.before', 'ms', before.started));
      report(figureOf('gb.flood.elsewhere', 'ms', elsewhere.started));
      report(figureOf('gb.flood', 'ms', beside.started));
      report(figureOf('gb.flood.register', 'ms', registerMs));
      report(singleFigure('gb.flood.sent', 'count', strangers.sentPerSecond(), strangers.seconds()));
    } finally {
      strangers.close();
    }
  } finally {
    recorder.close();
    await stage.close();
  }
};
