import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isWithSite } from '../../../src-shared/findings/findingTimes.ts';
import type { SiteFinding, SitePhotograph } from '../../../src-shared/findings/siteFindings.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { PairPicture, PairTurned, usePicture, type SitePicture } from './SitePair.tsx';

/** Where the pictures of a finding come from. */
export interface SiteFindingPictures {
  /** The picture of its alert, and the newest one of the same camera. */
  pairOf(findingId: string): Promise<{ before?: SitePicture; now?: SitePicture; isTurned?: boolean }>;
  photograph(attachmentId: string, part: 'file' | 'thumbnail'): Promise<SitePicture | undefined>;
}

/** Before and now from the same camera, and the photographs of the finding. */
export function SiteFindingPhotographs({
  finding,
  pictures,
  times,
}: {
  finding: SiteFinding;
  pictures: SiteFindingPictures;
  times: TimeFormat;
}) {
  const { t } = useTranslation();
  return (
    <>
      {finding.hasPictures && isWithSite(finding) && (
        <Pair key={finding.findingId} finding={finding} pictures={pictures} times={times} />
      )}
      {finding.photographs.length > 0 && (
        <ul className="site-photographs" aria-label={t('site.finding.photographs')}>
          {finding.photographs.map((one) => (
            <Photograph key={one.attachmentId} one={one} pictures={pictures} times={times} />
          ))}
        </ul>
      )}
    </>
  );
}

/** The picture of the alert beside the newest one of the same camera, and whether that was turned meanwhile. */
function Pair({
  finding: { findingId },
  pictures,
  times,
}: {
  finding: SiteFinding;
  pictures: SiteFindingPictures;
  times: TimeFormat;
}) {
  const { t } = useTranslation();
  const [pair] = useState(() => pictures.pairOf(findingId));
  const before = usePicture(async () => {
    const { before: picture, isTurned = false } = await pair;
    return picture === undefined ? undefined : { ...picture, isTurned };
  }, findingId);
  const now = usePicture(async () => (await pair).now, findingId);
  return (
    <div className="site-pair">
      <PairPicture name={t('site.pair.before')} shown={before} takenAtMs={undefined} times={times} />
      <PairPicture name={t('site.pair.now')} shown={now} takenAtMs={undefined} times={times} />
      <PairTurned isTurned={typeof before === 'object' && before.isTurned} />
    </div>
  );
}

/** One photograph; touched, it is shown large. */
function Photograph({
  one,
  pictures,
  times,
}: {
  one: SitePhotograph;
  pictures: SiteFindingPictures;
  times: TimeFormat;
}) {
  const { t } = useTranslation();
  const [isLarge, setLarge] = useState(false);
  const { attachmentId, purpose, by, takenAtMs } = one;
  const part = isLarge ? 'file' : 'thumbnail';
  const shown = usePicture(() => pictures.photograph(attachmentId, part), `${attachmentId} ${part}`);
  const who = t(`site.finding.by.${by}`);
  const when = times.timeOfDay(takenAtMs);
  const name = `${purpose === undefined ? '' : `${t(`attachments.purpose.${purpose}`)} · `}${who} ${when}`;
  return (
    <li data-photograph-by={by} data-large={isLarge}>
      <button type="button" aria-pressed={isLarge} aria-label={name} onClick={() => setLarge(!isLarge)}>
        <PairPicture name={name} shown={shown} takenAtMs={undefined} times={times} isCaptioned />
      </button>
    </li>
  );
}
