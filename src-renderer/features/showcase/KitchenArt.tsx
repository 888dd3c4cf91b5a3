/** A calm drawing of a kitchen, where there is no softened picture: by its number it has other colours and other things in it. */
export function KitchenArt({ number }: { number: number }) {
  const hue = (number * 47) % 360;
  const hasWindow = number % 2 === 0;
  const pots = 1 + (number % 3);
  return (
    <svg className="showcase-art" viewBox="0 0 320 200" preserveAspectRatio="xMidYMid slice" aria-hidden>
      <rect width="320" height="200" fill={`hsl(${hue} 22% 78%)`} />
      <rect y="0" width="320" height="64" fill={`hsl(${hue} 18% 86%)`} />
      {Array.from({ length: 8 }, (_unused, index) => (
        <rect
          key={index}
          x={index * 40 + 2}
          y="66"
          width="36"
          height="26"
          rx="2"
          fill={`hsl(${hue} 24% 88%)`}
        />
      ))}
      {hasWindow ? (
        <rect x="24" y="12" width="76" height="42" rx="4" fill="#cfe6ee" />
      ) : (
        <path d="M30 54 L46 10 H112 L128 54 Z" fill="#aab4b8" />
      )}
      <rect x="180" y="18" width="118" height="34" rx="4" fill={`hsl(${(hue + 40) % 360} 26% 62%)`} />
      <rect y="118" width="320" height="82" fill="#8d999e" />
      <rect y="112" width="320" height="12" fill="#c7d0d3" />
      {Array.from({ length: pots }, (_unused, index) => {
        const x = 46 + index * 92;
        return (
          <g key={index}>
            <rect x={x} y="86" width="62" height="28" rx="6" fill="#5d686d" />
            <rect x={x - 8} y="90" width="78" height="6" rx="3" fill="#4a5459" />
            <path className="showcase-steam" d={`M${x + 22} 80 q-8 -12 0 -22 q8 -12 0 -22`} />
            <path className="showcase-steam" d={`M${x + 42} 80 q-8 -12 0 -22 q8 -12 0 -22`} />
          </g>
        );
      })}
      <g>
        <ellipse
          cx={248 - (number % 4) * 22}
          cy="92"
          rx="20"
          ry="24"
          fill={`hsl(${(hue + 180) % 360} 14% 92%)`}
        />
        <circle cx={248 - (number % 4) * 22} cy="58" r="13" fill="#e6c9ad" />
        <path d={`M${236 - (number % 4) * 22} 50 q-4 -22 12 -20 q16 -2 12 20 z`} fill="#ffffff" />
      </g>
    </svg>
  );
}
