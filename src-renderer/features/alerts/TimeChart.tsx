import { useElementSize } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { alertClasses } from '../../../src-shared/alerts/alertKinds.ts';
import { classShapes } from './alertWords.ts';
import { axisEnd, timeBuckets } from './hourBuckets.ts';

export interface TimeChartProps {
  perHour: readonly { hourMs: number; counts: readonly [number, number, number] }[];
  fromMs: number | undefined;
  toMs: number;
}

/** The width before the page has been measured. Pixels. */
const usualWidth = 900;
const height = 230;
/** The width of a date and of a time. Pixels. */
const labelWidth = 130;

/** Alerts by hour or day, stacked by class, the worst at the bottom where it can be compared. */
export function TimeChart({ perHour, fromMs, toMs }: TimeChartProps) {
  const { t, i18n } = useTranslation();
  const { ref, width: roomWidth } = useElementSize();
  const width = roomWidth > 0 ? roomWidth : usualWidth;
  const plot = { left: 56, right: width - 10, top: 12, bottom: 196 };
  const { unit, buckets } = timeBuckets(perHour, { fromMs, toMs });
  const totals = buckets.map(({ counts }) => counts[0] + counts[1] + counts[2]);
  const end = axisEnd(Math.max(1, ...totals));
  const step = (plot.right - plot.left) / Math.max(1, buckets.length);
  const y = (count: number): number => plot.bottom - (count / end) * (plot.bottom - plot.top);
  const mostLabels = Math.max(2, Math.floor((plot.right - plot.left) / labelWidth));
  const labelEvery = Math.max(1, Math.ceil(buckets.length / mostLabels));
  const shortTime = new Intl.DateTimeFormat(i18n.language === 'en' ? 'en-GB' : 'zh-CN', {
    month: 'numeric',
    day: 'numeric',
    ...(unit === 'hour' ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } : {}),
  });
  const title = t(unit === 'hour' ? 'alertHistory.perHour' : 'alertHistory.perDay');
  return (
    <section className="alert-time-chart" ref={ref}>
      <h2>
        {title}
        <span className="alert-legend">
          {alertClasses.map((one) => (
            <span key={one} data-alert-class={one}>
              <span className="alert-shape">{classShapes[one]}</span> {t(`alerts.class.${one}`)}{' '}
              {buckets.reduce((sum, { counts }) => sum + (counts[one - 1] ?? 0), 0)}
            </span>
          ))}
        </span>
      </h2>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={title}>
        {axisMarks(end).map((count) => (
          <g key={count}>
            <line className="chart-line" x1={plot.left} x2={plot.right} y1={y(count)} y2={y(count)} />
            <text className="chart-text" x={plot.left - 8} y={y(count) + 4} textAnchor="end">
              {count}
            </text>
          </g>
        ))}
        {buckets.map(({ startMs, counts }, index) => {
          const x = plot.left + index * step;
          let below = 0;
          return (
            <g key={startMs}>
              <title>
                {`${shortTime.format(startMs)}: ${alertClasses
                  .map((one) => `${t(`alerts.class.${one}`)} ${counts[one - 1]}`)
                  .join(', ')}`}
              </title>
              {counts.map((count, classIndex) => {
                const from = below;
                below += count;
                if (count === 0) return null;
                return (
                  <rect
                    key={classIndex}
                    className={`chart-class-${classIndex + 1}`}
                    x={x + step * 0.1}
                    width={step * 0.8}
                    y={y(below)}
                    height={y(from) - y(below)}
                  />
                );
              })}
              {index % labelEvery === 0 && index + labelEvery / 2 < buckets.length + 0.5 && (
                <text className="chart-text" x={x} y={plot.bottom + 22}>
                  {shortTime.format(startMs)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </section>
  );
}

/** The axis has whole numbers only, because alerts are counted. */
function axisMarks(end: number): number[] {
  return [0, end / 2, end].filter(Number.isInteger);
}
