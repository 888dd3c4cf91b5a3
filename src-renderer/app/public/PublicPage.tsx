import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PublicKitchensPage, PublicSitePage } from '../../../src-shared/public/publicPage.ts';
import { FollowReport } from '../../features/citizens/FollowReport.tsx';
import { ReportForm } from '../../features/citizens/ReportForm.tsx';
import { followedCode } from '../../features/citizens/reportSending.ts';
import './publicPage.css';

/** A curtain is seen within this time, and a new still soon after it is made. Milliseconds. */
const askEveryMs = 1_000;
/** After this time without an answer, the picture on the page is no longer shown. Milliseconds. */
const staleMs = 5_000;

type Read<T> = { state: 'reading' | 'missing' | 'unreachable' } | { state: 'read'; page: T };

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
      <Kitchens />
    </main>
  );
}

function Kitchen({ code }: { code: string }) {
  const { t, i18n } = useTranslation();
  const read = usePage<PublicSitePage>(`/public/sites/${encodeURIComponent(code)}`, askEveryMs);
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
      {page.cameras.map((camera) => (
        <figure key={camera.cameraName}>
          {camera.still === undefined ? (
            <p role="status">{t('publicPage.waiting')}</p>
          ) : (
            <img src={camera.still.path} alt={inWords(camera.cameraName, camera.cameraNameEn)} />
          )}
          <figcaption>
            {inWords(camera.cameraName, camera.cameraNameEn)}
            {camera.still !== undefined &&
              ` · ${t('publicPage.age', {
                seconds: Math.max(0, Math.round((page.nowMs - camera.still.takenAtMs) / 1_000)),
              })}`}
          </figcaption>
        </figure>
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

function Kitchens() {
  const { t, i18n } = useTranslation();
  const read = usePage<PublicKitchensPage>('/public/kitchens', 30_000);
  const [district, setDistrict] = useState('');
  const [siteType, setSiteType] = useState('');
  if (read.state !== 'read') return null;
  const { kitchens } = read.page;
  const shown = kitchens.filter(
    (one) => (district === '' || one.district === district) && (siteType === '' || one.siteType === siteType),
  );
  const districtsShown = [...new Set(kitchens.map((one) => one.district))];
  const typesShown = [...new Set(kitchens.map((one) => one.siteType))];
  return (
    <section>
      <h2>{t('publicPage.others')}</h2>
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
      {shown.length === 0 && <p>{t('publicPage.none')}</p>}
      <ul>
        {shown.map((one) => (
          <li key={one.code}>
            <a href={`#${one.code}`}>
              {i18n.language === 'en' ? (one.siteNameEn ?? one.siteName) : one.siteName}
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Reads a page of the hub again and again while it can be seen. What is too old is not shown any more. */
function usePage<T>(path: string, everyMs: number): Read<T> {
  const [read, setRead] = useState<Read<T>>({ state: 'reading' });
  useEffect(() => {
    let isCurrent = true;
    let timer: number | undefined;
    let readAtMs = performance.now();
    const take = (next: Read<T>): void => {
      if (isCurrent) setRead(next);
    };
    const ask = async (): Promise<void> => {
      try {
        const answer = await fetch(path, { signal: AbortSignal.timeout(staleMs) });
        if (answer.status === 404) take({ state: 'missing' });
        else if (answer.ok) {
          const page = (await answer.json()) as T;
          readAtMs = performance.now();
          take({ state: 'read', page });
        }
      } catch {
        // Asked again below.
      }
      if (performance.now() - readAtMs > Math.max(staleMs, 2 * everyMs)) take({ state: 'unreachable' });
      if (isCurrent) timer = window.setTimeout(next, everyMs);
    };
    const next = (): void => {
      if (document.visibilityState === 'visible') void ask();
      else timer = window.setTimeout(next, everyMs);
    };
    next();
    return () => {
      isCurrent = false;
      window.clearTimeout(timer);
    };
  }, [path, everyMs]);
  return read;
}
