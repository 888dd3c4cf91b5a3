import { useTranslation } from 'react-i18next';
import { Icon } from '../icons.tsx';
import type { SceneProps } from './sceneProps.ts';

/** The states of a case that visitors follow, in their order. */
const states = ['dispatched', 'accepted', 'en_route', 'on_scene', 'cleared'] as const;

/** The call to a squad, when it really happens: what an officer released of it, with subtitles. */
export function CallScene({ view: { releasedCase } }: SceneProps) {
  const { t, i18n } = useTranslation();
  const state = releasedCase?.state ?? 'dispatched';
  const reached = states.findIndex((one) => one === state);
  const isEnglish = i18n.language === 'en';
  const where = releasedCase?.place;
  const site = isEnglish ? (where?.siteNameEn ?? where?.siteName) : where?.siteName;
  return (
    <div className="showcase-call">
      <div className="showcase-subtitles">
        <p className="showcase-bubble" role="status">
          {t(`showcase.call.state.${state}`)}
        </p>
        {site !== undefined && <p className="showcase-where">{t('showcase.call.place', { place: site })}</p>}
        <ol className="showcase-progress">
          {states.map((one, index) => (
            <li
              key={one}
              data-done={index <= reached || undefined}
              aria-label={t(`showcase.call.state.${one}`)}
            >
              <Icon name={(['checked', 'seen', 'sent', 'there', 'fixed'] as const)[index] ?? 'fixed'} />
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}
