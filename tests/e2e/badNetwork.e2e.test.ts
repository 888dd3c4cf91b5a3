import { spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { badLine, startBadNetwork, whyNoBadNetwork, type BadNetwork } from '../support/badNetwork.ts';
import {
  launchPhoneBrowser,
  openPhone,
  startFieldStage,
  type FieldStage,
  type Phone,
} from '../support/fieldPage.ts';
import { eventually } from '../support/processes.ts';

const whyNot = await whyNoBadNetwork();
const questions = 1_000;
/** Sends numbered packets to an echo and reports the shortest round trip, and how many came back. */
const asker = `
import json, socket, struct, sys, threading, time
address, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
echo = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
echo.settimeout(2)
def ask():
    for number in range(count):
        echo.sendto(struct.pack("d", time.monotonic()), (address, port))
        time.sleep(0.002)
threading.Thread(target=ask).start()
times = []
try:
    while len(times) < count:
        sent = struct.unpack("d", echo.recv(64))[0]
        times.append(time.monotonic() - sent)
except socket.timeout:
    pass
print(json.dumps({"shortestMs": min(times, default=0) * 1000, "answers": len(times)}))
`;

describe(`a phone behind a bad network${whyNot === undefined ? '' : ` (${whyNot})`}`, () => {
  let network: BadNetwork;
  let echo: Socket;
  beforeAll(async () => {
    if (whyNot !== undefined) return;
    network = await startBadNetwork();
    echo = createSocket('udp4');
    echo.on('message', (packet, from) => echo.send(packet, from.port, from.address));
    echo.bind(0, network.hubAddress);
    await once(echo, 'listening');
  });
  afterAll(async () => {
    echo?.close();
    await network?.close();
  });

  const within = async (...words: [program: string, ...rest: string[]]): Promise<string> => {
    const [program = '', ...rest] = network.within(...words);
    const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await once(child, 'close');
    return output;
  };
  const askEcho = async (count: number) =>
    JSON.parse(
      await within('python3', '-c', asker, network.hubAddress, String(echo.address().port), String(count)),
    ) as { shortestMs: number; answers: number };

  it.skipIf(whyNot !== undefined)('takes its time and loses its share, in each direction', async () => {
    const { shortestMs, answers } = await askEcho(questions);
    expect(shortestMs).toBeGreaterThanOrEqual(badLine.roundTripMs);
    const { toHub, toPhone } = await network.figures();
    expect(answers).toBe(questions - toHub.lost - toPhone.lost);
    expect(toHub.lost / questions).toBeGreaterThan(badLine.loss / 2);
    expect(toHub.lost / questions).toBeLessThan(badLine.loss * 2);
  });

  it.skipIf(whyNot !== undefined)(
    'hears nothing while it is cut, and everything again after it',
    async () => {
      await network.cut();
      expect((await askEcho(10)).answers).toBe(0);
      await network.heal();
      expect((await askEcho(10)).answers).toBeGreaterThan(0);
    },
  );

  it.skipIf(whyNot !== undefined)('is gone when it is closed', async () => {
    const other = await startBadNetwork();
    const name = other.within('true')[3] ?? '';
    expect(existsSync(`/run/netns/${name}`)).toBe(true);
    await other.close();
    expect(existsSync(`/run/netns/${name}`)).toBe(false);
  });

  describe('with the field app', () => {
    let stage: FieldStage | undefined;
    let browser: Browser | undefined;
    let phone: Phone | undefined;
    afterAll(async () => {
      await phone?.context.close();
      await browser?.close();
      await stage?.close();
    });

    it.skipIf(whyNot !== undefined)('signs in, has its voice and shows its picture', async () => {
      stage = await startFieldStage(network);
      browser = await launchPhoneBrowser(stage.hub, { network });
      phone = await openPhone(browser, `${stage.secureUrl}${await stage.signInPath()}`);
      const { page } = phone;
      const look = () => page.locator('.talk-key').getAttribute('data-look');
      await eventually('the voice is at the hub', async () => (await look()) === 'free', 60_000);
      const before = await network.figures();
      await page.locator('.field-cam-key').click();
      const member = () =>
        stage?.desk
          .noticesOf('squads:membersChanged')
          .flatMap(({ members }) => members)
          .at(-1);
      await eventually('the picture is at the centre', () => member()?.bodyCam.state === 'live', 60_000);
      await eventually(
        'its packets came over the line',
        async () => (await network.figures()).toHub.forwarded > before.toHub.forwarded + 200,
        60_000,
      );
      await network.cut();
      await page.locator('.field-link[data-link="lost"]').waitFor();
      await stage.desk.request('bodycam:end', { memberId: stage.memberId });
      await network.heal();
      await eventually(
        'the phone has ended what the centre ended meanwhile',
        async () => (await page.locator('.field-cam-key').getAttribute('data-camera')) === 'off',
        60_000,
      );
      await eventually('the phone is back', async () => (await look()) === 'free', 60_000);
      expect(member()?.bodyCam.state).toBe('off');
    });
  });
});
