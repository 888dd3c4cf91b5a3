import { useTranslation } from 'react-i18next';
import type { District } from '../../../src-shared/cameras/cameras.protocol.ts';
import type { CityView } from '../../../src-shared/showcase/showcase.protocol.ts';
import { districtPaths, districtsBox } from './districtPaths.ts';

/** The smallest and the largest circle, in units of the drawing. */
const [smallest, largest] = [26, 95];

/** The six districts, each with a circle that breathes: the more alerts today, the larger. */
export function CityMap({
  city,
  chosen,
  onChoose,
}: {
  city: CityView | undefined;
  chosen?: District | undefined;
  onChoose?: (district: District) => void;
}) {
  const { t } = useTranslation();
  const countOf = (district: District): number =>
    city?.byDistrict.find((one) => one.district === district)?.alerts ?? 0;
  const most = Math.max(1, ...districtPaths.map(({ district }) => countOf(district)));
  return (
    <svg className="showcase-map" viewBox={districtsBox} role="img" aria-label={t('showcase.kind.map')}>
      {districtPaths.map(({ district, path }) => (
        <path
          key={district}
          d={path}
          data-chosen={district === chosen || undefined}
          className="showcase-district"
          onClick={onChoose && (() => onChoose(district))}
        />
      ))}
      {districtPaths.map(({ district, label }, index) => {
        const alerts = countOf(district);
        // A small circle would only show between the words: a district without an alert has none.
        if (alerts === 0) return null;
        const radius = smallest + (largest - smallest) * Math.sqrt(alerts / most);
        return (
          <g key={district} className="showcase-breath" style={{ animationDelay: `${-index * 1.1}s` }}>
            <circle cx={label[0]} cy={label[1]} r={radius} />
          </g>
        );
      })}
      {districtPaths.map(({ district, label: [left, top] }) => (
        <g key={district} className="showcase-district-name">
          <text x={left} y={top}>
            {t(`district.${district}`)}
          </text>
          <text x={left} y={top + 56} className="showcase-district-count">
            {t('showcase.mapCount', { count: countOf(district) })}
          </text>
        </g>
      ))}
    </svg>
  );
}
