import type { Principal } from '../../src-shared/session/principal.ts';

/** Something that was refused for lack of a right, or because a password, a code, a key or a signature was wrong. */
export interface Denial {
  /** Who asked, by name; empty where nobody is known. */
  actor: string;
  /** The request, or the method and path of HTTP. */
  subject: string;
  /** Why, such as `forbidden`. */
  code: string;
  /** Where it came from, as the network says. */
  address: string;
  principal?: Principal | undefined;
}
