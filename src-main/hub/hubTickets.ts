import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { isOnThisMachine, type HubAddress, type WantedSurface } from './hubAddress.ts';

/** Gives a ticket with which a screen is let in; undefined where there is none: then the screen shows a code. */
export type AskTicket = (hub: HubAddress, surface: WantedSurface) => Promise<string | undefined>;

/** A hub that runs answers at once. Milliseconds. */
const answerTimeoutMs = 3_000;

/**
 * Tickets of a hub on this machine, over the socket in its data folder, which only its own user can open. A desk has none: people
 * sign in.
 */
export function createTickets(dataDir: string): AskTicket {
  return async (hub, { surface, screenId = 'main' }) => {
    if (surface === 'desk' || !isOnThisMachine(hub)) return undefined;
    try {
      const name = `${surface === 'wall' ? screenId : surface} (shell)`.slice(0, 40);
      const answer = await ask(dataDir, { command: 'ticket', surface, screenId, name });
      const { data } = JSON.parse(answer) as { data?: { ticket?: unknown } };
      return typeof data?.ticket === 'string' ? data.ticket : undefined;
    } catch {
      return undefined;
    }
  };
}

function ask(dataDir: string, command: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath(dataDir));
    let received = '';
    socket.setEncoding('utf8');
    socket.setTimeout(answerTimeoutMs, () => socket.destroy(new Error('the hub does not answer')));
    socket.on('data', (chunk: string) => (received += chunk));
    socket.on('end', () => resolve(received));
    socket.on('error', reject);
    socket.write(`${JSON.stringify(command)}\n`);
  });
}

/** Beside the database, or where a file beside it says: a path of a socket is short. */
function socketPath(dataDir: string): string {
  const path = join(dataDir, 'hub.sock');
  try {
    return readFileSync(`${path}.path`, 'utf8').trim();
  } catch {
    return path;
  }
}
