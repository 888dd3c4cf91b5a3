/** Version of the wire contract; hub and surface must have the same. It is in a file of its own so that surfaces do not load zod. */
export const protocolVersion = 1;
