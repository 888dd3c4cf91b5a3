/** Where a running hub is reached. */
export interface HubAddresses {
  /** Address of the hub on this machine, such as `http://127.0.0.1:7400`. */
  url: string;
  /** Address by which other machines most likely reach the hub; over HTTPS where it listens for that. */
  networkUrl: string;
  /** Address of the hub over HTTPS on this machine; undefined without HTTPS. */
  secureUrl: string | undefined;
}

/** The addresses of a hub that listens at a host and ports; `lanAddress` is this machine's own in its network. */
export function hubAddresses(at: {
  host: string;
  lanAddress: string;
  port: number;
  securePort: number | undefined;
}): HubAddresses {
  const { host, lanAddress, port, securePort } = at;
  const linkHost = host === '0.0.0.0' || host === '::' ? lanAddress : host;
  return {
    url: `http://127.0.0.1:${port}`,
    networkUrl: securePort === undefined ? `http://${linkHost}:${port}` : `https://${linkHost}:${securePort}`,
    secureUrl: securePort === undefined ? undefined : `https://127.0.0.1:${securePort}`,
  };
}
