import './highlighted.css';

/** A name with the parts that were found made to stand out. Ranges are in UTF-16 units and may touch or overlap. */
export function Highlighted({
  text,
  ranges,
}: {
  text: string;
  ranges: readonly { start: number; end: number }[];
}) {
  return (
    <>
      {partsOf(text, ranges).map((part, index) =>
        part.found ? <mark key={index}>{part.text}</mark> : part.text,
      )}
    </>
  );
}

/** Cuts a text into found and other parts, in order. */
export function partsOf(
  text: string,
  ranges: readonly { start: number; end: number }[],
): { text: string; found: boolean }[] {
  const parts: { text: string; found: boolean }[] = [];
  let at = 0;
  for (const { start, end } of [...ranges].sort((left, right) => left.start - right.start)) {
    const from = Math.max(at, start);
    const to = Math.min(text.length, end);
    if (to <= from) continue;
    if (from > at) parts.push({ text: text.slice(at, from), found: false });
    parts.push({ text: text.slice(from, to), found: true });
    at = to;
  }
  if (at < text.length) parts.push({ text: text.slice(at), found: false });
  return parts;
}
