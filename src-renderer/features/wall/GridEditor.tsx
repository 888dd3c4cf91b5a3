import { NumberInput } from '@mantine/core';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { keyOf } from '../../ui/keys.ts';
import { arrangeLayout, type OwnGrid } from '../../../src-shared/wall/layouts.ts';
import { clampSide, mergeCells, rangeBetween, resizeGrid, splitTile, type CellRange } from './gridDrawing.ts';

type Cell = { column: number; row: number };

const moves: Partial<Record<string, Cell>> = {
  ArrowLeft: { column: -1, row: 0 },
  ArrowRight: { column: 1, row: 0 },
  ArrowUp: { column: 0, row: -1 },
  ArrowDown: { column: 0, row: 1 },
};

/** An own grid: so many columns and rows, and cells made one by drawing over them. */
export function GridEditor({ grid, onChange }: { grid: OwnGrid; onChange(grid: OwnGrid): void }) {
  const { t } = useTranslation();
  const { columns, rows } = grid;
  const [anchor, setAnchor] = useState<Cell>();
  const [cursor, setCursor] = useState<Cell>({ column: 0, row: 0 });
  const [overlapping, setOverlapping] = useState(0);
  const drawing = anchor === undefined ? undefined : rangeBetween(anchor, cursor);
  const arranged = arrangeLayout(grid);

  const merge = (range: CellRange | undefined): void => {
    setAnchor(undefined);
    if (range === undefined) return;
    if (range.fromColumn === range.toColumn && range.fromRow === range.toRow) return;
    const merged = mergeCells(grid, range);
    setOverlapping(merged.ok ? 0 : merged.tiles.length);
    if (merged.ok) onChange(merged.grid);
  };
  const split = (): void => {
    setOverlapping(0);
    setAnchor(undefined);
    onChange(splitTile(grid, cursor.column, cursor.row));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const key = keyOf(event.nativeEvent);
    const move = moves[key ?? ''];
    if (move !== undefined) {
      if (event.shiftKey) setAnchor(anchor ?? cursor);
      else setAnchor(undefined);
      setCursor({
        column: Math.min(Math.max(0, cursor.column + move.column), columns - 1),
        row: Math.min(Math.max(0, cursor.row + move.row), rows - 1),
      });
    } else if (key === 'Enter') merge(drawing);
    else if (key === 'Delete' || key === 'Backspace') split();
    else return;
    event.preventDefault();
  };
  const resize = (nextColumns: number, nextRows: number): void => {
    setOverlapping(0);
    setAnchor(undefined);
    setCursor({ column: 0, row: 0 });
    onChange(resizeGrid(grid, nextColumns, nextRows));
  };

  return (
    <div className="grid-editor">
      <div className="desk-row">
        <NumberInput
          label={t('layout.columns')}
          value={columns}
          min={1}
          max={64}
          w={90}
          allowDecimal={false}
          onChange={(value) => resize(clampSide(Number(value), rows), rows)}
        />
        <NumberInput
          label={t('layout.rows')}
          value={rows}
          min={1}
          max={64}
          w={90}
          allowDecimal={false}
          onChange={(value) => resize(columns, clampSide(Number(value), columns))}
        />
        <p className="desk-dim grid-editor-hint">{t('layout.hint')}</p>
      </div>
      <div
        className="grid-cells"
        role="application"
        aria-label={t('layout.cells')}
        tabIndex={0}
        style={{
          gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
          gridTemplateRows: `repeat(${rows}, minmax(0, 1fr))`,
        }}
        onKeyDown={onKeyDown}
        onPointerUp={() => merge(drawing)}
        onPointerLeave={() => setAnchor(undefined)}
      >
        {grid.tiles.map((tile, index) => (
          <div
            key={index}
            className="grid-tile"
            style={{
              gridColumn: `${tile.column + 1} / span ${tile.columnSpan}`,
              gridRow: `${tile.row + 1} / span ${tile.rowSpan}`,
            }}
          />
        ))}
        {Array.from({ length: columns * rows }, (_, index) => {
          const cell = { column: index % columns, row: Math.floor(index / columns) };
          return (
            <div
              key={`cell-${index}`}
              className={cellClass(cell, drawing, cursor)}
              data-cell={`${cell.column},${cell.row}`}
              style={{ gridColumn: cell.column + 1, gridRow: cell.row + 1 }}
              onPointerDown={() => {
                setAnchor(cell);
                setCursor(cell);
                setOverlapping(0);
              }}
              onPointerEnter={() => {
                if (anchor !== undefined) setCursor(cell);
              }}
              onDoubleClick={split}
            />
          );
        })}
      </div>
      {overlapping > 0 && (
        <p className="desk-not-normal" role="alert">
          {t('layout.overlap', { count: overlapping })}
        </p>
      )}
      {arranged.ok ? (
        <p className="desk-dim">{t('layout.tiles', { count: arranged.layout.tiles.length })}</p>
      ) : (
        <p className="desk-not-normal" role="alert">
          {t(`layout.problem.${arranged.problems[0]?.code ?? 'badGrid'}`)}
        </p>
      )}
    </div>
  );
}

function cellClass(cell: Cell, drawing: CellRange | undefined, cursor: Cell): string {
  const inside =
    drawing !== undefined &&
    cell.column >= drawing.fromColumn &&
    cell.column <= drawing.toColumn &&
    cell.row >= drawing.fromRow &&
    cell.row <= drawing.toRow;
  const at = cell.column === cursor.column && cell.row === cursor.row;
  return `grid-cell${inside ? ' grid-cell--drawing' : ''}${at ? ' grid-cell--cursor' : ''}`;
}
