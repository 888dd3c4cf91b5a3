import { useTranslation } from 'react-i18next';
import { otherLanguage } from './words.ts';

/** The calm standing picture: nothing on it moves, and nothing of the city is on it. `dated`: when the screen was last up to date. */
export function Curtain({ dated }: { dated?: string | undefined }) {
  const { t, i18n } = useTranslation();
  const other = i18n.getFixedT(otherLanguage(i18n.language));
  return (
    <section className="showcase-curtain" data-curtain="drawn">
      <svg viewBox="0 0 100 100" aria-hidden>
        <circle cx="50" cy="50" r="46" />
        <path d="M26 52h48v22a6 6 0 0 1-6 6H32a6 6 0 0 1-6-6zM20 52h60M38 42c-5-7 5-10 0-18M50 42c-5-7 5-10 0-18M62 42c-5-7 5-10 0-18" />
      </svg>
      <h1>{t('showcase.curtain.title')}</h1>
      <p>{t('showcase.curtain.text')}</p>
      <p className="showcase-curtain-other" lang={otherLanguage(i18n.language)}>
        {other('showcase.curtain.title')}
      </p>
      {dated !== undefined && (
        <p className="showcase-dated">{t('showcase.curtain.dated', { time: dated })}</p>
      )}
    </section>
  );
}
