import { TextInput } from '@mantine/core';
import { useId, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { CameraSearch } from '../../../src-shared/cameras/cameraSearch.ts';
import { startCameraDrag } from '../../ui/desk/cameraDrag.ts';
import { useVirtualRows } from '../../ui/desk/useVirtualRows.ts';
import { digitOf, keyOf } from '../../ui/keys.ts';
import { CameraRow } from './CameraRow.tsx';
import type { DirectoryStore } from './directoryStore.ts';
import type { SearchTimings } from './searchTimings.ts';
import './cameraFinder.css';
import { refusalText } from '../../ui/refusalText.ts';

export interface CameraFinderProps {
  directory: DirectoryStore;
  search: Pick<CameraSearch, 'search'>;
  timings: SearchTimings;
  /** Enter, or a double click. */
  onOpen(cameraId: string): void;
  /** Shift+Enter, or a digit: the number of the tile when it was given. Undefined where nothing can be placed. */
  onPlace?: ((cameraId: string, tileNumber: number | undefined) => void) | undefined;
  onDragStart?: ((cameraId: string) => void) | undefined;
  onDragEnd?: (() => void) | undefined;
  autoFocus?: boolean;
  /** What is said while the directory is empty. */
  empty: ReactNode;
}

/** More than a registry holds: the list shows everything that was found. */
const allHits = 100_000;
const pageRows = 10;
/** Two lines and their room, in the letter heights of the page. */
const rowLetters = 3.5;

/** A search field over all cameras and the list of what it found; everything in it is done by keyboard or by mouse. */
export function CameraFinder(props: CameraFinderProps) {
  const { directory, search, timings, onOpen, onPlace, onDragStart, onDragEnd, autoFocus, empty } = props;
  const { t, i18n } = useTranslation();
  const cameras = useStore(directory, (state) => state.cameras);
  const sites = useStore(directory, (state) => state.sites);
  const health = useStore(directory, (state) => state.health);
  const loading = useStore(directory, (state) => state.loading);
  const problem = useStore(directory, (state) => state.problem);
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const listId = useId();
  const listRef = useRef<HTMLDivElement>(null);
  const inputRef = useRef<HTMLInputElement>(null);

  // Conditions are searched too, so that what is found may change with the health of the cameras.
  const result = useMemo(
    () =>
      cameras === undefined || health === undefined ? { hits: [], total: 0 } : search.search(query, allHits),
    [search, query, cameras, health],
  );
  const { hits, total } = result;
  const activeIndex = Math.min(active, Math.max(0, hits.length - 1));
  const [rowHeight, setRowHeight] = useState(48);
  const rows = useVirtualRows({
    count: hits.length,
    getScrollElement: () => listRef.current,
    estimateSize: () => rowHeight,
    overscan: 4,
  });

  useLayoutEffect(() => {
    const list = listRef.current;
    if (list === null) return;
    setRowHeight(Math.round(Number.parseFloat(getComputedStyle(list).fontSize) * rowLetters));
  }, []);
  useLayoutEffect(() => rows.measure(), [rows, rowHeight]);
  useLayoutEffect(() => timings.rendered(query, total), [timings, query, total]);

  const moveTo = (index: number): void => {
    const next = Math.min(Math.max(0, index), hits.length - 1);
    if (next < 0) return;
    setActive(next);
    rows.scrollToIndex(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const inField = event.target === inputRef.current;
    const hit = hits[activeIndex];
    // Of what an input method composes, arrows and Enter choose a word and not a camera.
    const key = keyOf(event.nativeEvent);
    if (key === undefined) return;
    const digit = digitOf(event.nativeEvent) ?? 0;
    if (key === 'ArrowDown') moveTo(activeIndex + 1);
    else if (key === 'ArrowUp') moveTo(activeIndex - 1);
    else if (key === 'PageDown') moveTo(activeIndex + pageRows);
    else if (key === 'PageUp') moveTo(activeIndex - pageRows);
    else if (key === 'Home' && !inField) moveTo(0);
    else if (key === 'End' && !inField) moveTo(hits.length - 1);
    else if (key === 'Enter' && hit !== undefined) {
      if (event.shiftKey) onPlace?.(hit.cameraId, undefined);
      else onOpen(hit.cameraId);
    } else if (digit > 0 && (event.altKey || !inField) && hit !== undefined && onPlace !== undefined) {
      onPlace(hit.cameraId, digit);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const said = saidInstead(loading, cameras.size, hits.length);
  return (
    <div className="finder" onKeyDown={onKeyDown}>
      <TextInput
        ref={inputRef}
        className="finder-field"
        value={query}
        onChange={(event) => {
          timings.typed(event.currentTarget.value, event.nativeEvent.timeStamp);
          setQuery(event.currentTarget.value);
          setActive(0);
          if (listRef.current !== null && listRef.current.scrollTop > 0) rows.scrollToOffset(0);
        }}
        placeholder={t('finder.placeholder')}
        aria-label={t('finder.label')}
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={hits.length === 0 ? undefined : `${listId}-${activeIndex}`}
        autoComplete="off"
        spellCheck={false}
        maxLength={100}
        data-autofocus={autoFocus === true ? true : undefined}
        rightSectionWidth="5.5em"
        rightSection={<span className="finder-total">{t('finder.total', { count: total })}</span>}
      />
      {said === 'loading' && <p className="finder-said">{t('finder.loading')}</p>}
      {said === 'failed' && (
        <p className="finder-said desk-not-normal">
          {t('finder.failed', { problem: refusalText(problem ?? {}, t) })}
        </p>
      )}
      {said === 'empty' && <div className="finder-said">{empty}</div>}
      {said === 'nothing' && (
        <div className="finder-said">
          <p>{t('finder.nothing', { query })}</p>
          <p className="desk-dim">{t('finder.hint')}</p>
        </div>
      )}
      <div
        ref={listRef}
        id={listId}
        className="finder-list"
        role="listbox"
        tabIndex={0}
        aria-label={t('finder.list')}
      >
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map((row) => {
            const hit = hits[row.index];
            const camera = hit === undefined ? undefined : cameras.get(hit.cameraId);
            const site = camera === undefined ? undefined : sites.get(camera.siteId);
            if (hit === undefined || camera === undefined || site === undefined) return null;
            return (
              <div
                // By place and not by camera: with each key typed the rows are written anew instead of made anew.
                key={row.index}
                id={`${listId}-${row.index}`}
                role="option"
                aria-selected={row.index === activeIndex}
                className="finder-row"
                data-camera-id={camera.cameraId}
                style={{ transform: `translateY(${row.start}px)`, height: row.size }}
                draggable={onDragStart !== undefined}
                onDragStart={(event) => {
                  startCameraDrag(event.dataTransfer, camera.cameraId);
                  onDragStart?.(camera.cameraId);
                }}
                onDragEnd={() => onDragEnd?.()}
                onClick={() => setActive(row.index)}
                onDoubleClick={() => onOpen(camera.cameraId)}
              >
                <CameraRow
                  camera={camera}
                  site={site}
                  health={health.get(camera.cameraId)}
                  highlights={hit.highlights}
                  language={i18n.language}
                />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function saidInstead(
  loading: 'loading' | 'ready' | 'failed',
  cameras: number,
  hits: number,
): 'loading' | 'failed' | 'empty' | 'nothing' | undefined {
  if (loading === 'failed') return 'failed';
  if (cameras === 0) return loading === 'loading' ? 'loading' : 'empty';
  return hits === 0 ? 'nothing' : undefined;
}
