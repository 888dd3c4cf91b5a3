import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';

const answerSchema = z.union([
  z.object({ ok: z.literal(true), data: z.object({ key: z.string() }) }),
  z.object({ ok: z.literal(false), message: z.string() }),
]);
const answerTimeoutMs = 10_000;

/**
 * A key of the hub on this machine with which squads are made. The hub gives it over the socket in its data folder, which only its
 * own user can open. Rejects with a sentence that says why there is none.
 */
export async function openHubKey(dataDir: string): Promise<string> {
  const text = await new Promise<string>((resolve, reject) => {
    const socket = connect(socketPath(dataDir));
    let received = '';
    socket.setEncoding('utf8');
    socket.setTimeout(answerTimeoutMs, () => socket.destroy(new Error('it does not answer')));
    socket.on('data', (chunk: string) => (received += chunk));
    socket.on('end', () => resolve(received));
    socket.on('error', (error) =>
      reject(new Error(`the hub with the data folder ${dataDir} gives no key: ${error.message}`)),
    );
    socket.write(`${JSON.stringify({ command: 'openKey', purpose: 'squads' })}\n`);
  });
  const answer = answerSchema.parse(JSON.parse(text));
  if (!answer.ok) throw new Error(`the hub gives no key: ${answer.message}`);
  return answer.data.key;
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
