import type { SipMessage } from './sipMessage.ts';
import type { SipPeer, SipTransport, SipTransportOptions } from './sipTransport.ts';

/** Sees every message of the SIP door, for what an installer needs on the telephone. It changes nothing. */
export interface SipObserver {
  received(message: SipMessage, peer: SipPeer): void;
  sent(bytes: Buffer, peer: SipPeer): void;
}

/** A transport of which an observer sees what comes and goes. */
export function observedTransport(
  createTransport: (options: SipTransportOptions) => SipTransport,
  options: SipTransportOptions,
  observer: SipObserver,
): SipTransport {
  const transport = createTransport({
    ...options,
    onMessage(message, peer) {
      observer.received(message, peer);
      options.onMessage(message, peer);
    },
  });
  return {
    ...transport,
    send(peer, bytes) {
      observer.sent(bytes, peer);
      return transport.send(peer, bytes);
    },
  };
}
