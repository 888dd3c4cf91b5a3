import { useTranslation } from 'react-i18next';
import './guide.css';

/** The pages that the build makes of `docs/guides`. */
const guides = { dutyOfficer: 'duty-officer', supervisor: 'supervisor', squad: 'squad' } as const;
const people = ['dutyOfficer', 'supervisor', 'squad'] as const;

/** The guides of one page each, which the officer prints and puts beside the desk, in the language of the desk. */
export function PrintedGuides() {
  const { t, i18n } = useTranslation();
  const language = i18n.language === 'en' ? 'en' : 'zh-CN';
  return (
    <p className="guide-printed">
      {t('guide.printed.title')}
      {people.map((who) => (
        <a key={who} href={`/guides/${guides[who]}.${language}.html`} target="_blank" rel="noreferrer">
          {t(`guide.printed.${who}`)}
        </a>
      ))}
    </p>
  );
}
