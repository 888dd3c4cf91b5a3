import type { ReactNode } from 'react';
import './deskFrame.css';

/** What each region of the desk is called for a screen reader. */
export interface DeskRegionNames {
  left: string;
  main: string;
  right: string;
  bottom: string;
}

export interface DeskFrameProps {
  names: DeskRegionNames;
  top: ReactNode;
  /** Under the top bar, over everything else, such as an SOS, which must be seen whatever view is shown. */
  over?: ReactNode;
  main: ReactNode;
  /** A region without content takes no room. */
  left?: ReactNode;
  right?: ReactNode;
  bottom?: ReactNode;
}

/** The desk's regions: a bar on top, columns left and right of the main panel, and a bar at the bottom. */
export function DeskFrame({ names, top, over, left, main, right, bottom }: DeskFrameProps) {
  return (
    <div className="desk-frame">
      <header className="desk-frame-top">{top}</header>
      {over}
      <div className="desk-frame-middle">
        {left !== undefined && (
          <aside className="desk-frame-left" aria-label={names.left}>
            {left}
          </aside>
        )}
        <main className="desk-frame-main" aria-label={names.main}>
          {main}
        </main>
        {right !== undefined && (
          <aside className="desk-frame-right" aria-label={names.right}>
            {right}
          </aside>
        )}
      </div>
      {bottom !== undefined && (
        <footer className="desk-frame-bottom" aria-label={names.bottom}>
          {bottom}
        </footer>
      )}
    </div>
  );
}
