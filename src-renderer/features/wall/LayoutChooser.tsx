import { useTranslation } from 'react-i18next';
import { arrangeLayout, layoutNames, type Layout } from '../../../src-shared/wall/layouts.ts';
import { GridEditor } from './GridEditor.tsx';
import { plainGrid } from './gridDrawing.ts';
import { LayoutDrawing } from './LayoutDrawing.tsx';
import './layouts.css';

/** The named layouts, each drawn, and an own grid to draw. */
export function LayoutChooser({ layout, onChange }: { layout: Layout; onChange(layout: Layout): void }) {
  const { t } = useTranslation();
  const own = typeof layout !== 'string';
  const drawOwn = (): void => {
    const arranged = own ? undefined : arrangeLayout(layout);
    if (arranged?.ok !== true) return onChange(own ? layout : plainGrid(4, 3));
    const { columns, rows, tiles } = arranged.layout;
    onChange({ columns, rows, tiles: tiles.map(({ tileId: _tileId, ...rectangle }) => rectangle) });
  };
  return (
    <>
      <div className="layout-choices" role="radiogroup" aria-label={t('layout.title')}>
        {layoutNames.map((name) => (
          <button
            key={name}
            type="button"
            role="radio"
            aria-checked={layout === name}
            className="layout-choice"
            onClick={() => onChange(name)}
          >
            <LayoutDrawing layout={name} />
            {name}
          </button>
        ))}
        <button type="button" role="radio" aria-checked={own} className="layout-choice" onClick={drawOwn}>
          <LayoutDrawing layout={own ? layout : plainGrid(4, 3)} />
          {t('layout.own')}
        </button>
      </div>
      {own && <GridEditor grid={layout} onChange={onChange} />}
    </>
  );
}
