/** Pixels of the pictures that an H.265 sequence parameter set announces (ITU-T H.265, 7.3.2.2); undefined when it is damaged. */
export function h265Pixels(nal: Uint8Array): number | undefined {
  if (nal.length < 16 || nal.length > 1_024 || (((nal[0] ?? 0) >> 1) & 0x3f) !== 33) return undefined;
  const bytes = withoutEmulation(nal.subarray(2));
  let at = 0;
  const bits = (count: number): number => {
    let value = 0;
    for (let index = 0; index < count; index += 1, at += 1)
      value = value * 2 + (((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1);
    return value;
  };
  const unsigned = (): number => {
    let zeros = 0;
    while (zeros < 32 && bits(1) === 0) zeros += 1;
    return 2 ** zeros - 1 + bits(zeros);
  };
  bits(4);
  const subLayers = bits(3);
  bits(1);
  bits(96);
  const flags = Array.from({ length: subLayers }, () => [bits(1), bits(1)] as const);
  if (subLayers > 0) bits(2 * (8 - subLayers));
  for (const [hasProfile, hasLevel] of flags) at += hasProfile * 88 + hasLevel * 8;
  unsigned();
  if (unsigned() === 3) bits(1);
  const width = unsigned();
  const height = unsigned();
  const isWhole = at <= bytes.length * 8;
  return isWhole && width >= 16 && height >= 16 && width <= 16_384 && height <= 16_384
    ? width * height
    : undefined;
}

function withoutEmulation(bytes: Uint8Array): Uint8Array {
  return bytes.filter(
    (byte, index) => !(byte === 3 && index >= 2 && bytes[index - 1] === 0 && bytes[index - 2] === 0),
  );
}
