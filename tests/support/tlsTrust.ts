import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';

/** What a client that trusts only `authority` says of the server: its own name for the error, or `trusted`. */
export async function trust(
  identity: { key: string; certificate: string },
  authority: string | undefined,
  servername: string,
) {
  const server = createServer({ key: identity.key, cert: identity.certificate }, (socket) => socket.end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const outcome = await new Promise<string>((resolve) => {
    const socket = connect({
      port,
      host: '127.0.0.1',
      servername,
      ...(authority === undefined ? {} : { ca: authority }),
    });
    socket.once('secureConnect', () => {
      socket.destroy();
      resolve('trusted');
    });
    socket.once('error', (error: NodeJS.ErrnoException) =>
      // Of what has no code, OpenSSL gives the words.
      resolve(error.code === undefined || error.code === 'UNSPECIFIED' ? error.message : error.code),
    );
  });
  await new Promise((resolve) => server.close(resolve));
  return outcome;
}
