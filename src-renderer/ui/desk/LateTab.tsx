import { useTranslation } from 'react-i18next';
import './lateTab.css';

/** The title of a tab, with how many things in its view are late. */
export function LateTab({ title, count }: { title: string; count: number }) {
  const { t } = useTranslation();
  return (
    <>
      {title}
      {count > 0 && (
        <span className="tab-late" title={t('overdue.tab', { count })} data-late={count}>
          {' '}
          {count}
        </span>
      )}
    </>
  );
}
