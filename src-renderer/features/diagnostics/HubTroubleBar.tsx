import { useTranslation } from 'react-i18next';
import type { HubTrouble } from '../../../src-shared/diagnostics/diagnostics.protocol.ts';
import { levelOfTrouble } from '../../../src-shared/diagnostics/hubTroubles.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { troubleText } from './troubleWords.ts';
import './hubTroubleBar.css';

/** What is wrong with the server, under the top bar: what happened, what goes on, and what to do. It goes when the cause is gone. */
export function HubTroubleBar({
  troubles,
  times,
}: {
  troubles: readonly HubTrouble[];
  times: Pick<TimeFormat, 'timeOfDay'>;
}) {
  const { t } = useTranslation();
  if (troubles.length === 0) return null;
  return (
    <section className="hub-troubles" role="status" aria-label={t('hubTrouble.title')}>
      {troubles.map((trouble) => {
        const { kind, sinceMs } = trouble;
        const { what, goesOn, whatToDo } = troubleText(trouble, t);
        return (
          <p
            key={kind}
            className={
              levelOfTrouble(kind) === 'failing' ? 'hub-trouble hub-trouble--failing' : 'hub-trouble'
            }
            data-hub-trouble={kind}
          >
            <strong>{what}</strong>
            <span>{goesOn}</span>
            <span>{whatToDo}</span>
            <time>{t('tile.since', { since: times.timeOfDay(sinceMs) })}</time>
          </p>
        );
      })}
    </section>
  );
}
