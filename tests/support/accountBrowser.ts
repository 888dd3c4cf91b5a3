import { connect } from 'node:net';
import { join } from 'node:path';

export interface Answer {
  status: number;
  body: Record<string, unknown> & { error?: { reason?: string; code?: string } };
  setCookies: string[];
}

/** A browser as far as cookies go. */
export function browser(hub: { url: string }) {
  const jar = new Map<string, string>();
  const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${hub.url}/api/v1/${path}`, {
      method,
      headers: {
        cookie: [...jar].map((pair) => pair.join('=')).join('; '),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const setCookies = response.headers.getSetCookie();
    for (const cookie of setCookies) {
      const [pair = ''] = cookie.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    const answer: Answer = {
      status: response.status,
      body: (await response.json().catch(() => ({}))) as Answer['body'],
      setCookies,
    };
    return answer;
  };
  /** The header `Cookie` of a socket that this browser opens. */
  const cookie = (): string => [...jar].map((pair) => pair.join('=')).join('; ');
  return { jar, ask, cookie };
}

/** A new account with this role and scope at a hub, signed in: its browser. */
export async function addPerson(
  hub: { url: string; dataDir: string },
  person: { name: string; role: string; scope?: object },
) {
  const signInName = `${person.name}-${Math.random().toString(36).slice(2, 8)}`;
  const made = (await command(hub, { command: 'add', signInName, ...person })) as unknown as {
    data: { code: string };
  };
  const own = browser(hub);
  const password = personPassword;
  const answer = await own.ask('POST', 'session/redeem', { code: made.data.code, password });
  if (answer.status !== 200)
    throw new Error(`The new account was not let in: ${JSON.stringify(answer.body)}`);
  return { ...own, signInName, password };
}

/** The password of every account that `addPerson` makes. */
export const personPassword = 'four kitchens by the lake';

/** One command over the hub's socket, as `npm run accounts` sends it. */
export function command(hub: { dataDir: string }, line: unknown): Promise<Record<string, never>> {
  return new Promise((resolve, reject) => {
    const socket = connect(join(hub.dataDir, 'hub.sock'));
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (text += chunk));
    socket.on('end', () => resolve(JSON.parse(text) as Record<string, never>));
    socket.on('error', reject);
    socket.write(`${JSON.stringify(line)}\n`);
  });
}
