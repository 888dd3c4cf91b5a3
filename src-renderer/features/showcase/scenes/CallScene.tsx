import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from '../icons.tsx';
import type { SceneProps } from './sceneProps.ts';

/** The states of a case that visitors follow, in their order. */
const states = ['dispatched', 'accepted', 'en_route', 'on_scene', 'cleared'] as const;

/** The call to a squad, when it really happens: what an officer released of it, with subtitles. */
export function CallScene({ view: { releasedCase }, pictures, hasSound }: SceneProps) {
  const { t, i18n } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  const [isThere, setIsThere] = useState(false);
  const bodyCam = releasedCase?.bodyCam;
  const [streamId, workerId] = [bodyCam?.streamId, bodyCam?.workerId];
  useEffect(() => {
    if (streamId === undefined || workerId === undefined || place.current === null) return undefined;
    const stop = pictures.showBodyCam({ streamId, workerId }, place.current, setIsThere);
    return () => {
      stop();
      setIsThere(false);
    };
  }, [streamId, workerId, pictures]);
  const state = releasedCase?.state ?? 'dispatched';
  const reached = states.findIndex((one) => one === state);
  const isEnglish = i18n.language === 'en';
  const where = releasedCase?.place;
  const site = isEnglish ? (where?.siteNameEn ?? where?.siteName) : where?.siteName;
  return (
    <div className="showcase-call" data-picture={isThere || undefined}>
      {bodyCam !== undefined && (
        <figure className="showcase-bodycam">
          <div ref={place} />
          <figcaption>{t('showcase.call.live')}</figcaption>
        </figure>
      )}
      <div className="showcase-subtitles">
        <p className="showcase-bubble" role="status">
          {t(`showcase.call.state.${state}`)}
        </p>
        {releasedCase?.voice !== undefined && (
          <p className="showcase-where">{t(hasSound ? 'showcase.call.soundOn' : 'showcase.call.soundOff')}</p>
        )}
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
