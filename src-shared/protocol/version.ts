/** Version of the wire contract. Hub and surface must speak the same one. Apart, so that a surface need not carry zod. */
export const protocolVersion = 1;
