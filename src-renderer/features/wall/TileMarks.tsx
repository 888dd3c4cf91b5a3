/** Marks on the tiles of the drawn wall, each with its words for a pointer that rests on it and for a screen reader. */
function Mark({ title, path, name }: { title: string; path: string; name: string }) {
  return (
    <svg className={`drawn-mark drawn-mark--${name}`} viewBox="0 0 16 16" role="img" aria-label={title}>
      <title>{title}</title>
      <path d={path} fillRule="evenodd" />
    </svg>
  );
}

/** The tile keeps its camera while the tour goes on around it. */
export function PinMark({ title }: { title: string }) {
  return (
    <Mark
      name="pin"
      title={title}
      path="M5.5 2h5v1.4l-.8.5v3.4l2 1.9v1.3H8.7L8 14.5l-.7-4H4.3V9.2l2-1.9V3.9l-.8-.5z"
    />
  );
}

/** An event has the tile. */
export function SpotlightMark({ title }: { title: string }) {
  return (
    <Mark
      name="spotlight"
      title={title}
      path="M8 1.5l1.9 4.2 4.6.5-3.4 3.1.9 4.5L8 11.5l-4 2.3.9-4.5-3.4-3.1 4.6-.5z"
    />
  );
}

/** On the wall the picture stands still for now. */
export function StillMark({ title }: { title: string }) {
  return (
    <Mark
      name="still"
      title={title}
      path="M2.5 3.5h11v9h-11zm1.4 1.4v6.2h8.2V4.9zM6 6.2h1.4v3.6H6zm2.6 0H10v3.6H8.600z"
    />
  );
}
