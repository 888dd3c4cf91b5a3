import type { CatalogueItem } from './manscdp.ts';
import type { SipPeer } from './sipTransport.ts';

/** A call that was begun and not yet ended; kept so that it is ended also by the next start of the hub. */
export interface StoredCall {
  callId: string;
  recorderId: string;
  channelId: string;
  localTag: string;
  /** The `To` of the device, with its tag. */
  remote: string;
  /** What requests within the call are sent to. */
  remoteUri: string;
}

/** What the SIP door asks and reports about recorders. */
export interface RecorderDirectory {
  /** Undefined for a recorder that nobody entered. */
  passwordOf(recorderId: string): string | undefined;
  /** Where a recorder that has registered is; undefined for all others. */
  placeOf(recorderId: string): SipPeer | undefined;
  isKnownAddress(address: string): boolean;
  registered(recorderId: string, place: SipPeer): void;
  signedOff(recorderId: string): void;
  /** Any valid message is a sign of life; its port is taken over. */
  heard(recorderId: string, place: SipPeer): void;
  /** A recorder that nobody entered answered a challenge: it is there, and waits for a person. */
  waits(recorderId: string, address: string): void;
  catalogueCame(recorderId: string, items: readonly CatalogueItem[], sum: number | undefined): void;
  callBegan(call: StoredCall): void;
  callEnded(callId: string): void;
  /** Calls that an earlier run of the hub left. */
  leftCalls(): Promise<StoredCall[]>;
}
