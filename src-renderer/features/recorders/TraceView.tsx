import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { TimeFormat } from '../../ui/times.ts';
import type { DeskRecorders } from './deskRecorders.ts';
import { firstLine } from './traceText.ts';

/** The last SIP messages of a recorder, the newest first, each to be opened; and as a file. */
export function TraceView({
  actions,
  recorderId,
  times,
}: {
  actions: DeskRecorders;
  recorderId: string;
  times: TimeFormat;
}) {
  const { t } = useTranslation();
  const trace = useStore(actions.store, (state) => state.trace);
  if (trace === undefined) return <p className="desk-dim">{t('recorders.reading')}</p>;
  return (
    <>
      <p className="desk-dim">{t('recorders.traceText')}</p>
      <div className="desk-row">
        <Button disabled={trace.length === 0} onClick={() => void actions.exportTrace(recorderId)}>
          {t('recorders.exportTrace')}
        </Button>
        <Button onClick={() => void actions.show({ kind: 'trace', recorderId })}>
          {t('recorders.readAgain')}
        </Button>
      </div>
      {trace.length === 0 && <p className="desk-dim">{t('recorders.noTrace')}</p>}
      <div className="recorder-trace" data-trace>
        {trace.toReversed().map(({ atMs, direction, peer, text, count }, index) => (
          <details key={`${trace.length - index} ${atMs}`} data-direction={direction}>
            <summary>
              <time>{times.clock(atMs)}</time> {direction === 'received' ? '←' : '→'} {firstLine(text)}
              {count > 1 && <span className="desk-dim"> {t('recorders.times', { count })}</span>}
            </summary>
            <pre>
              {peer}
              {'\n'}
              {text}
            </pre>
          </details>
        ))}
      </div>
    </>
  );
}
