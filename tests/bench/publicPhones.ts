import { Agent, get } from 'node:http';

/** As the page does (PublicPage.tsx). Milliseconds. */
const askEveryMs = 700;

interface Counts {
  answered: number;
  refused: number;
  failed: number;
}

/**
 * Phones that show stills of one kitchen, in a process of their own: `publicPhones.ts URL CODE COUNT`. They ask while the parent has said
 * `on`, and its `count` is answered with what was answered since the last one.
 */
function main([url = '', code = '', count = '0']: string[]): void {
  const phones = Number(count);
  const agent = new Agent({ keepAlive: true, maxSockets: phones });
  let isOn = false;
  let counts: Counts = { answered: 0, refused: 0, failed: 0 };
  const ask = (path: string, phone: number): Promise<string> =>
    new Promise((resolve) => {
      const headers = {
        'accept-encoding': 'gzip, deflate',
        'x-forwarded-for': `10.1.${Math.floor(phone / 250)}.${phone % 250}`,
      };
      get(`${url}${path}`, { agent, headers }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => {
          counts[answer.statusCode === 200 ? 'answered' : 'refused'] += 1;
          resolve(Buffer.concat(parts).toString('latin1'));
        });
      }).on('error', () => {
        counts.failed += 1;
        resolve('');
      });
    });
  for (let phone = 0; phone < phones; phone += 1) {
    let shown: string | undefined;
    const again = async (): Promise<void> => {
      if (isOn) {
        const [still] = /\/public\/stills\/[\w-]+\.jpg/.exec(await ask(`/public/sites/${code}`, phone)) ?? [];
        // As a page does, it goes on asking while the picture comes.
        if (still !== undefined && still !== shown) void ask(still, phone);
        shown = still;
      }
      setTimeout(() => void again(), askEveryMs);
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

main(process.argv.slice(2));
