import { useTranslation } from 'react-i18next';
import './lateTab.css';

/** The title of a tab, with how many things in its view are late, or what `hint` says of them. */
export function LateTab({ title, count, hint }: { title: string; count: number; hint?: string }) {
  const { t } = useTranslation();
  return (
    <>
      {title}
      {count > 0 && (
        <span className="tab-late" title={hint ?? t('overdue.tab', { count })} data-late={count}>
          {' '}
          {count}
        </span>
      )}
    </>
  );
}
