import { connect, type Socket } from 'node:net';

/** As the page does (PublicPage.tsx). Milliseconds. */
const askEveryMs = 700;
/** A phone whose connection was closed opens another one after this time. Milliseconds. */
const reconnectMs = 2_000;

interface Counts {
  answered: number;
  refused: number;
  failed: number;
}

interface Answer {
  status: number;
  body: Buffer;
}

/**
 * Phones that show stills of one kitchen, in a process of their own: `publicPhones.ts URL CODE COUNT`. They ask while the parent has said
 * `on`, and its `count` is answered with what was answered since the last one. Each has one connection, and HTTP is read here as plainly
 * as these answers allow: phones are other machines, and their own work must leave the processor to the hub.
 */
function main([url = '', code = '', count = '0']: string[]): void {
  const phones = Number(count);
  const { hostname, port } = new URL(url);
  let isOn = false;
  let counts: Counts = { answered: 0, refused: 0, failed: 0 };
  const sitePath = `/public/sites/${code}`;
  for (let phone = 0; phone < phones; phone += 1) {
    const head = ` HTTP/1.1\r\nHost: ${hostname}:${port}\r\nX-Forwarded-For: 10.1.${Math.floor(phone / 250)}.${phone % 250}\r\n\r\n`;
    const siteRequest = Buffer.from(`GET ${sitePath}${head}`);
    let connection: Connection | undefined;
    let shown: string | undefined;
    const ask = async (request: Buffer | string): Promise<Answer | undefined> => {
      connection ??= openConnection(Number(port), hostname);
      const answer = await connection.ask(request);
      if (answer === undefined) {
        connection = undefined;
        counts.failed += 1;
      } else counts[answer.status === 200 ? 'answered' : 'refused'] += 1;
      return answer;
    };
    const again = async (): Promise<void> => {
      let pauseMs = askEveryMs;
      if (isOn) {
        const site = await ask(siteRequest);
        if (site === undefined) pauseMs = reconnectMs;
        const still = site === undefined ? undefined : stillOf(site.body);
        if (still !== undefined && still !== shown) await ask(`GET ${still}${head}`);
        shown = still;
      }
      setTimeout(() => void again(), pauseMs);
    };
    setTimeout(() => void again(), (phone * askEveryMs) / phones);
  }
  process.on('message', (message) => {
    if (message === 'count') {
      process.send?.(counts);
      counts = { answered: 0, refused: 0, failed: 0 };
    } else isOn = message === 'on';
  });
  process.on('disconnect', () => process.exit());
}

const stillStart = Buffer.from('/public/stills/');

/** The first still that a site's page names. */
function stillOf(body: Buffer): string | undefined {
  const at = body.indexOf(stillStart);
  const end = at < 0 ? -1 : body.indexOf('"', at);
  return end < 0 ? undefined : body.toString('latin1', at, end);
}

interface Connection {
  /** One request at a time; undefined when the connection was lost. */
  ask(request: Buffer | string): Promise<Answer | undefined>;
}

const headEnd = Buffer.from('\r\n\r\n');

function openConnection(port: number, host: string): Connection {
  const socket: Socket = connect({ port, host, noDelay: true });
  let take: ((answer: Answer | undefined) => void) | undefined;
  let isLost = false;
  let held: Buffer = Buffer.alloc(0);
  const settle = (answer: Answer | undefined): void => {
    const taker = take;
    take = undefined;
    taker?.(answer);
  };
  socket.on('data', (part: Buffer) => {
    held = held.length === 0 ? part : Buffer.concat([held, part]);
    const bodyAt = held.indexOf(headEnd);
    if (bodyAt < 0) return;
    const head = held.toString('latin1', 0, bodyAt);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
    if (Number.isNaN(length)) return void socket.destroy();
    const endAt = bodyAt + headEnd.length + length;
    if (held.length < endAt) return;
    const answer = { status: Number(head.slice(9, 12)), body: held.subarray(endAt - length, endAt) };
    held = held.subarray(endAt);
    settle(answer);
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isLost = true;
    settle(undefined);
  });
  return {
    ask: (request) =>
      new Promise((resolve) => {
        if (isLost) return resolve(undefined);
        take = resolve;
        socket.write(request);
      }),
  };
}

main(process.argv.slice(2));
