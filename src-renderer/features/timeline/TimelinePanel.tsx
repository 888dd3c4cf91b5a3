import { Button, CloseButton, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { TimelineEvent } from '../../../src-shared/timeline/timeline.protocol.ts';
import { eventWords, type Words } from '../../../src-shared/timeline/timelineWords.ts';
import { httpRefusalText } from '../../ui/httpRefusal.ts';
import { May } from '../../ui/May.tsx';
import { refusalText } from '../../ui/refusalText.ts';
import { seatWords } from '../../ui/seatWords.ts';
import type { TimeFormat } from '../../ui/times.ts';
import type { TimelineActions } from './timelineActions.ts';
import { TimelineLanes } from './TimelineLanes.tsx';
import { TimelineList } from './TimelineList.tsx';
import { TimelineMap, type NearbySite } from './TimelineMap.tsx';
import { TimelinePicture, type LoadPicture } from './TimelinePicture.tsx';
import { eventsOfLanes, type ReadTimeline, type TimelineStore } from './timelineStore.ts';
import './timeline.css';

export interface TimelinePanelProps {
  store: TimelineStore;
  actions: TimelineActions;
  times: TimeFormat;
  /** Whether the hub answers. */
  enabled: boolean;
  sites: readonly NearbySite[];
  loadPicture: LoadPicture;
}

/** Everything that happened to one order, at one site or in one SOS: lanes, map, picture and list move together. */
export function TimelinePanel(props: TimelinePanelProps) {
  const { store, actions } = props;
  const { t } = useTranslation();
  const timeline = useStore(store, (state) => state.timeline);
  const problem = useStore(store, (state) => state.problem);
  const isReading = useStore(store, (state) => state.isReading);
  return (
    <div className="desk-page timeline" data-timeline={timeline === undefined ? 'reading' : 'ready'}>
      <header className="timeline-head">
        <h1>
          {t('timeline.title')}
          {timeline !== undefined && <TimelineTitle timeline={timeline} />}
        </h1>
        {timeline !== undefined && <Exports {...props} />}
        <CloseButton aria-label={t('timeline.close')} onClick={actions.close} />
      </header>
      {problem !== undefined && (
        <p className="desk-not-normal" role="alert">
          {t('timeline.failed', { problem: refusalText(problem, t) })}
        </p>
      )}
      {isReading && timeline === undefined && <p role="status">{t('timeline.reading')}</p>}
      {timeline !== undefined && <Panes {...props} timeline={timeline} />}
    </div>
  );
}

function TimelineTitle({ timeline: { head } }: { timeline: ReadTimeline }) {
  const { t, i18n } = useTranslation();
  const name = (i18n.language === 'en' ? head.nameEn : undefined) ?? head.name;
  return (
    <span className="timeline-subject">
      {t(`timeline.subject.${head.subject.type}`, { number: head.number ?? '' })} · <bdi>{name}</bdi>
    </span>
  );
}

function Panes(props: TimelinePanelProps & { timeline: ReadTimeline }) {
  const { store, actions, times, timeline, sites, loadPicture } = props;
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  const lanes = useStore(store, (state) => state.lanes);
  const filter = useStore(store, (state) => state.words);
  const wordsOf = useMemo(() => {
    const words: Words = (key, parameters) => {
      const text = t(key as 'timeline.title', { ...parameters, defaultValue: '' });
      return text === '' ? undefined : text;
    };
    return (event: TimelineEvent) => {
      const said = eventWords(event, timeline.names, language, words);
      return { ...said, who: seatWords(said.who, t) };
    };
  }, [t, timeline, language]);
  const events = useMemo(() => {
    const chosen = eventsOfLanes(timeline.events, lanes);
    const wanted = filter.trim().toLowerCase();
    if (wanted === '') return chosen;
    return chosen.filter((event) => {
      const { what, who, detail } = wordsOf(event);
      return `${what} ${who} ${detail}`.toLowerCase().includes(wanted);
    });
  }, [timeline, lanes, filter, wordsOf]);
  const last = timeline.events.at(-1);
  return (
    <>
      <div className="timeline-tools">
        <Period {...props} />
        <TextInput
          aria-label={t('timeline.filter')}
          placeholder={t('timeline.filter')}
          maxLength={100}
          value={filter}
          onChange={(event) => actions.filter(event.currentTarget.value)}
        />
        <span className="timeline-zoom">
          <Button variant="default" aria-label={t('timeline.zoomIn')} onClick={() => actions.zoom(0.5)}>
            +
          </Button>
          <Button variant="default" aria-label={t('timeline.zoomOut')} onClick={() => actions.zoom(2)}>
            −
          </Button>
          <Button variant="default" onClick={actions.zoomAll}>
            {t('timeline.zoomAll')}
          </Button>
        </span>
        <span className="desk-dim" role="status" data-timeline-events={timeline.events.length}>
          {t('timeline.count', { count: events.length })}
        </span>
      </div>
      {timeline.isCut && last !== undefined && (
        <p className="desk-not-normal" role="status" data-timeline-cut>
          {t('timeline.cut', { count: timeline.events.length, at: times.timeOfDay(last.atMs) })}
        </p>
      )}
      {timeline.hiddenLanes.length > 0 && (
        <p className="desk-dim" data-timeline-hidden>
          {t('timeline.hidden', {
            lanes: timeline.hiddenLanes
              .map((lane) => t(`timeline.lane.${lane}`))
              .join(language === 'en' ? ', ' : '、'),
          })}
        </p>
      )}
      {timeline.clockSteps.map(({ atMs, byMs }) => (
        <p key={atMs} className="desk-not-normal" data-clock-step>
          {t('timeline.clockSet', { at: times.timeOfDay(atMs), by: Math.round(byMs / 1_000) })}
        </p>
      ))}
      {timeline.events.length === 0 && <p role="status">{t('timeline.empty')}</p>}
      <TimelineLanes store={store} actions={actions} events={events} times={times} />
      <div className="timeline-panes">
        <TimelineList store={store} actions={actions} events={events} wordsOf={wordsOf} times={times} />
        <TimelineMap store={store} timeline={timeline} sites={sites} times={times} />
        <TimelinePicture store={store} events={timeline.events} load={loadPicture} times={times} />
      </div>
    </>
  );
}

function Period({ actions, timeline, enabled }: TimelinePanelProps & { timeline: ReadTimeline }) {
  const { t } = useTranslation();
  const { head } = timeline;
  const [from, setFrom] = useState(() => fieldText(head.fromMs));
  const [to, setTo] = useState(() => fieldText(head.toMs));
  const fromMs = new Date(from).getTime();
  const toMs = new Date(to).getTime();
  const isWhole = Number.isFinite(fromMs) && Number.isFinite(toMs);
  return (
    <May asks="timeline:read">
      <form
        className="timeline-period"
        onSubmit={(event) => {
          event.preventDefault();
          if (isWhole) void actions.readPeriod(fromMs, toMs);
        }}
      >
        <label>
          {t('timeline.from')}{' '}
          <input
            type="datetime-local"
            step={1}
            value={from}
            onChange={(event) => setFrom(event.currentTarget.value)}
          />
        </label>
        <label>
          {t('timeline.to')}{' '}
          <input
            type="datetime-local"
            step={1}
            value={to}
            onChange={(event) => setTo(event.currentTarget.value)}
          />
        </label>
        <Button type="submit" variant="default" disabled={!enabled || !isWhole}>
          {t('timeline.show')}
        </Button>
      </form>
    </May>
  );
}

/** A moment as the field of a date and a time has it: `2026-11-29T18:20:05`, of this page's time zone. */
function fieldText(atMs: number): string {
  const zoned = new Date(Math.floor(atMs) - new Date(atMs).getTimezoneOffset() * 60_000);
  return zoned.toISOString().slice(0, 19);
}

function Exports({ store, actions, enabled }: TimelinePanelProps) {
  const { t, i18n } = useTranslation();
  const exporting = useStore(store, (state) => state.exporting);
  const exported = useStore(store, (state) => state.exported);
  const exportProblem = useStore(store, (state) => state.exportProblem);
  return (
    <div className="timeline-exports">
      {exporting !== undefined && <span role="status">{t('timeline.export.running')}</span>}
      {exported !== undefined && (
        <span role="status" className="timeline-exported" data-exported={exported.name}>
          {t('timeline.export.done', { name: exported.name })} · SHA-256 <code>{exported.sha256}</code>
        </span>
      )}
      {exportProblem !== '' && (
        <span className="desk-not-normal" role="alert">
          {t('timeline.export.failed', { problem: httpRefusalText(exportProblem, t) })}
        </span>
      )}
      <May asks="GET /api/v1/timeline.html">
        <Button
          variant="default"
          disabled={!enabled || exporting !== undefined}
          onClick={() => void actions.exportAs('html', i18n.language)}
        >
          {t('timeline.export.html')}
        </Button>
      </May>
      <May asks="GET /api/v1/timeline.pdf">
        <Button
          variant="default"
          disabled={!enabled || exporting !== undefined}
          onClick={() => void actions.exportAs('pdf', i18n.language)}
        >
          {t('timeline.export.pdf')}
        </Button>
      </May>
    </div>
  );
}
