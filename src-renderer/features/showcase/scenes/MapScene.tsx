import { useTranslation } from 'react-i18next';
import { CityMap } from '../CityMap.tsx';
import { minuteText } from '../words.ts';
import type { SceneProps } from './sceneProps.ts';

/** Alerts in the list beside the map: more cannot be read while the scene lasts. */
const listed = 4;
/** Kinds of which the day had most. */
const namedKinds = 3;

export function MapScene({ view, times }: SceneProps) {
  const { t, i18n } = useTranslation();
  const recent = view.city?.recent.slice(0, listed) ?? [];
  const language = i18n.language === 'en' ? 'en' : 'zh-CN';
  const kinds = (view.city?.byKind ?? [])
    .slice(0, namedKinds)
    .map(({ name, alerts }) => t('showcase.kindCount', { name: name[language], count: alerts }));
  return (
    <div className="showcase-mapscene">
      <CityMap city={view.city} />
      <section className="showcase-recent">
        <h2>{t('showcase.recent')}</h2>
        {recent.length === 0 && <p>{t('showcase.recentNone')}</p>}
        <ul>
          {recent.map(({ district, kindId, name, atMs }, index) => (
            <li key={`${atMs} ${kindId} ${district} ${index}`}>
              <time>{minuteText(times.timeOfDay(atMs))}</time>
              <span>{t(`district.${district}`)}</span>
              <b>{name[language]}</b>
            </li>
          ))}
        </ul>
        {kinds.length > 0 && (
          <p className="showcase-kinds">
            {t('showcase.kindsToday', { kinds: kinds.join(language === 'en' ? ', ' : '、') })}
          </p>
        )}
      </section>
    </div>
  );
}
