import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicSitePage } from '../../../src-shared/public/publicPage.ts';
import { FollowReport } from '../../features/citizens/FollowReport.tsx';
import { ReportForm } from '../../features/citizens/ReportForm.tsx';
import { followedCode } from '../../features/citizens/reportSending.ts';
import { canReceiveLive } from './livePicture.ts';
import { canPlaySegments } from './movingPicture.ts';
import { afterLive, afterSegments, canMove } from './phoneWays.ts';
import { PublicCamera } from './PublicCamera.tsx';
import { PublicKitchens } from './PublicKitchens.tsx';
import { usePage } from './usePage.ts';
import './publicPage.css';

/** A curtain is seen within this time, and a new still soon after it is made. Milliseconds. */
const askEveryMs = 700;

/** A kitchen for anybody with its code, and the others that can be seen. */
export function PublicPage({ onLanguage }: { onLanguage(): void }) {
  const { t } = useTranslation();
  const code = window.location.hash.slice(1);
  const followed = followedCode(code);
  return (
    <main className="public-page">
      <header>
        <h1>{t('publicPage.title')}</h1>
        <button type="button" onClick={onLanguage}>
          {t('desk.otherLanguage')}
        </button>
      </header>
      {followed !== undefined && <FollowReport code={followed} />}
      {followed === undefined && code !== '' && <Kitchen code={code} />}
      <PublicKitchens isAlone={code === ''} />
    </main>
  );
}

function Kitchen({ code }: { code: string }) {
  const { t, i18n } = useTranslation();
  const [ways, setWays] = useState(() => ({
    live: canReceiveLive(),
    segments: canPlaySegments(),
    isLiveOver: false,
  }));
  const onFailed = useCallback(() => setWays(afterSegments), []);
  const onLiveOver = useCallback(() => setWays(afterLive), []);
  const [moving, setMoving] = useState(0);
  const query = canMove(ways) ? `?moving=${moving}` : '';
  const read = usePage<PublicSitePage>(`/public/sites/${encodeURIComponent(code)}${query}`, askEveryMs);
  if (read.state !== 'read') return <p role="status">{t(`publicPage.${read.state}`)}</p>;
  const { page } = read;
  const inWords = (name: string, nameEn?: string): string =>
    i18n.language === 'en' ? (nameEn ?? name) : name;
  const { certificate, grade, inspectedOn, inspection } = page.facts;
  return (
    <section>
      <h2>{inWords(page.siteName, page.siteNameEn)}</h2>
      <p>
        {t(`siteType.${page.siteType}`)} · {t(`district.${page.district}`)}
      </p>
      {page.cameras.length === 0 && <p role="status">{t('publicPage.curtain')}</p>}
      {page.cameras.map((camera, index) => (
        // Two cameras of a kitchen may have the same name; the hub names them by their place in the list.
        <div key={index}>
          <PublicCamera
            camera={camera}
            ways={ways}
            nowMs={page.nowMs}
            name={inWords(camera.cameraName, camera.cameraNameEn)}
            onFailed={onFailed}
            onLiveOver={onLiveOver}
          />
          {canMove(ways) && index !== moving && (
            <button type="button" onClick={() => setMoving(index)}>
              {t('publicPage.move')}
            </button>
          )}
        </div>
      ))}
      <p className="public-page-note">{t('publicPage.softened')}</p>
      {(certificate ?? grade ?? inspectedOn ?? inspection) !== undefined && (
        <dl>
          {certificate !== undefined && <Fact name={t('publicPage.certificate')} value={certificate} />}
          {grade !== undefined && <Fact name={t('publicPage.grade')} value={grade} />}
          {inspectedOn !== undefined && <Fact name={t('publicPage.inspectedOn')} value={inspectedOn} />}
          {inspection !== undefined && (
            <Fact name={t('publicPage.inspection')} value={t(`publicPage.result.${inspection}`)} />
          )}
        </dl>
      )}
      <ReportForm siteCode={code} />
    </section>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
