export interface SipDoorSettings {
  /** The address that is listened on, for messages and media. */
  host: string;
  /** UDP and TCP; 0 takes a free one. */
  port: number;
  /** The IPv4 address that is given to devices for media and messages. */
  address: string;
  /** 20 digits; the first ten are the domain. */
  platformId: string;
  /** First and last port on which pictures are received. */
  mediaPorts: { first: number; last: number };
  /** Whether a platform below may name this address as that of its media; left out: where it can be another machine's. */
  mayHaveMedia?(address: string): boolean;
}
