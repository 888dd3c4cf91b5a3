import type { StreamSourceKind } from '../streamSource.ts';
import { RtspClient } from './rtspClient.ts';

/**
 * Cameras that are asked over RTSP. It serves every address, because it says in plain words what is wrong with one that
 * is no RTSP address; so it is the last kind of a list.
 */
export function rtspSources(options: { lowerTransport: 'tcp' | 'udp' }): StreamSourceKind {
  return {
    serves: () => true,
    create: ({ url, username, password, digestOnly }, events, limits) =>
      new RtspClient({
        ...events,
        ...limits,
        url,
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
        digestOnly: digestOnly ?? false,
        lowerTransport: options.lowerTransport,
      }),
  };
}
