/** Numbers that are the same in each run (xorshift). */
export function numbers(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % Math.max(1, below);
  };
}

/** Cut, doubled, with bytes changed, or with something nasty in it; of at most 65,536 bytes. */
export function brokenBytes(
  bytes: Buffer,
  below: (limit: number) => number,
  nasty: readonly Buffer[],
): Buffer {
  let out = Buffer.from(bytes);
  for (let turn = 1 + below(4); turn > 0; turn -= 1) {
    const where = below(out.length + 1);
    const kind = below(6);
    if (kind === 0) out = out.subarray(0, where);
    else if (kind === 1)
      out = Buffer.concat([out.subarray(0, where), nasty[below(nasty.length)] ?? out, out.subarray(where)]);
    else if (kind === 2) out = Buffer.concat([out.subarray(0, where), out.subarray(below(where + 1))]);
    else if (kind === 3) out = Buffer.concat([out.subarray(where), out.subarray(0, where)]);
    else if (where < out.length) out[where] = below(256);
  }
  // A few are as large as can come.
  if (below(200) === 0) out = Buffer.concat(Array.from({ length: 64 }, () => out));
  return out.subarray(0, 65_536);
}
