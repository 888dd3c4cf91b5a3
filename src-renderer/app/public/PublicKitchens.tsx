import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicKitchensPage } from '../../../src-shared/public/publicPage.ts';
import { askPosition, listedKitchens, type Position } from './nearby.ts';
import { usePage } from './usePage.ts';
import { whenSeen } from './whenSeen.ts';

/** Kitchens that are drawn at first; more are a tap away. */
const firstShown = 30;
/** The list of a whole city is large, and changes seldom. */
const listEveryMs = 300_000;

/**
 * All kitchens that can be seen now. Beside a kitchen it is an addition, which is read when somebody comes to its place on the page;
 * alone it is the page.
 */
export function PublicKitchens({ isAlone }: { isAlone: boolean }) {
  const { t } = useTranslation();
  const place = useRef<HTMLElement>(null);
  const [isWanted, setIsWanted] = useState(isAlone);
  useEffect(
    () => (isWanted || place.current === null ? undefined : whenSeen(place.current, () => setIsWanted(true))),
    [isWanted],
  );
  if (isWanted) return <KitchenList />;
  return (
    <section ref={place} data-kitchens="waiting">
      <h2>{t('publicPage.others')}</h2>
      <button type="button" onClick={() => setIsWanted(true)}>
        {t('publicPage.showOthers')}
      </button>
    </section>
  );
}

/** By district and type, and by where the phone is, which stays on the phone. */
function KitchenList() {
  const { t, i18n } = useTranslation();
  const read = usePage<PublicKitchensPage>('/public/kitchens', listEveryMs);
  const [district, setDistrict] = useState('');
  const [siteType, setSiteType] = useState('');
  const [from, setFrom] = useState<Position>();
  const [asking, setAsking] = useState<'asking' | 'refused'>();
  const [most, setMost] = useState(firstShown);
  if (read.state !== 'read') return <p role="status">{t(`publicPage.${read.state}`)}</p>;
  const { kitchens } = read.page;
  const listed = listedKitchens(kitchens, { district, siteType, from });
  const districtsShown = [...new Set(kitchens.map((one) => one.district))];
  const typesShown = [...new Set(kitchens.map((one) => one.siteType))];
  const findNear = async (): Promise<void> => {
    setAsking('asking');
    const found = await askPosition(navigator.geolocation);
    setAsking(found === undefined ? 'refused' : undefined);
    setFrom(found);
  };
  return (
    <section>
      <h2>{t(from === undefined ? 'publicPage.others' : 'publicPage.nearMe')}</h2>
      {/* Browsers say where a phone is on pages of HTTPS alone. */}
      {window.isSecureContext && 'geolocation' in navigator && (
        <>
          <button
            type="button"
            aria-pressed={from !== undefined}
            disabled={asking === 'asking'}
            onClick={() => (from === undefined ? void findNear() : setFrom(undefined))}
          >
            {t(asking === 'asking' ? 'publicPage.finding' : 'publicPage.nearMe')}
          </button>
          <p className="public-page-note" role={asking === 'refused' ? 'alert' : undefined}>
            {t(asking === 'refused' ? 'publicPage.positionRefused' : 'publicPage.positionStays')}
          </p>
        </>
      )}
      <div className="public-page-choice">
        <select
          aria-label={t('publicPage.byDistrict')}
          value={district}
          onChange={(event) => setDistrict(event.currentTarget.value)}
        >
          <option value="">{t('publicPage.allDistricts')}</option>
          {districtsShown.map((one) => (
            <option key={one} value={one}>
              {t(`district.${one}`)}
            </option>
          ))}
        </select>
        <select
          aria-label={t('publicPage.byType')}
          value={siteType}
          onChange={(event) => setSiteType(event.currentTarget.value)}
        >
          <option value="">{t('publicPage.allTypes')}</option>
          {typesShown.map((one) => (
            <option key={one} value={one}>
              {t(`siteType.${one}`)}
            </option>
          ))}
        </select>
      </div>
      {listed.length === 0 && <p>{t('publicPage.none')}</p>}
      <ul>
        {listed.slice(0, most).map((one) => (
          <li key={one.code}>
            <a href={`#${one.code}`}>
              <span>{i18n.language === 'en' ? (one.siteNameEn ?? one.siteName) : one.siteName}</span>
              <small>
                {t(`siteType.${one.siteType}`)} · {t(`district.${one.district}`)}
                {one.distanceM !== undefined &&
                  ` · ${t('publicPage.distance', { km: Math.max(0.1, one.distanceM / 1_000).toFixed(1) })}`}
              </small>
            </a>
          </li>
        ))}
      </ul>
      {listed.length > most && (
        <button type="button" onClick={() => setMost(most + firstShown)}>
          {t('publicPage.more')}
        </button>
      )}
    </section>
  );
}
