import { arrangeLayout, type Layout } from '../../../src-shared/wall/layouts.ts';

/** A layout in small, 16:9. */
export function LayoutDrawing({ layout }: { layout: Layout }) {
  const arranged = arrangeLayout(layout);
  if (!arranged.ok) return null;
  const { columns, rows, tiles } = arranged.layout;
  const width = 160 / columns;
  const height = 90 / rows;
  return (
    <svg className="layout-drawing" viewBox="0 0 160 90" aria-hidden="true">
      {tiles.map((tile) => (
        <rect
          key={tile.tileId}
          x={tile.column * width + 1}
          y={tile.row * height + 1}
          width={tile.columnSpan * width - 2}
          height={tile.rowSpan * height - 2}
        />
      ))}
    </svg>
  );
}
