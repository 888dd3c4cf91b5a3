/** Why there is no hub to show, for the page that stands in for the surface. */
export type HubTrouble =
  /** Ours was started and is not ready yet. */
  | { kind: 'starting' }
  | { kind: 'unreachable'; origin: string; detail: string }
  /** Something answers at the address that is no hub. */
  | { kind: 'notAHub'; origin: string }
  /** The machine that answers has another certificate than the hub that was chosen here. */
  | { kind: 'otherCertificate'; origin: string }
  /** The hub that the shell started ended; `detail` is the end of what it wrote to stderr. */
  | { kind: 'hubEnded'; detail: string };
