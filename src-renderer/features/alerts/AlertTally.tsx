import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import { classShapes } from './AlertBadge.tsx';
import type { AlertMarksStore } from './alertMarks.ts';
import './alertTally.css';

/** The numbers of open alerts of class 1 and 2, for the bar of a screen. A class without open alerts is left out. */
export function AlertTally({ store }: { store: AlertMarksStore }) {
  const { t } = useTranslation();
  const counts = useStore(
    store,
    useShallow(({ open }) => {
      const count = { 1: 0, 2: 0, 3: 0 };
      for (const mark of open.values()) count[mark.class] += 1;
      return count;
    }),
  );
  return (
    <p className="alert-tally">
      {([1, 2] as const)
        .filter((alertClass) => counts[alertClass] > 0)
        .map((alertClass) => (
          <span key={alertClass} className={`alert-tally-class alert-tally-class--${alertClass}`}>
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d={classShapes[alertClass]} fillRule="evenodd" />
            </svg>
            {t(`alertBadge.class${alertClass}`)} <strong>{counts[alertClass]}</strong>
          </span>
        ))}
    </p>
  );
}
