import { Kbd, TextInput } from '@mantine/core';
import { useId, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { CameraSearch } from '../../../src-shared/cameras/cameraSearch.ts';
import { startCameraDrag } from '../../ui/desk/cameraDrag.ts';
import { useVirtualRows } from '../../ui/desk/useVirtualRows.ts';
import { digitOf, keyOf } from '../../ui/keys.ts';
import { CameraRow } from './CameraRow.tsx';
import type { DirectoryStore } from './directoryStore.ts';
import { findEntries, type PaletteEntry } from './paletteEntries.ts';
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
  /** What is shown while the directory is empty. */
  empty: ReactNode;
  /** What can be opened beside cameras, and what opens it. */
  entries?: readonly PaletteEntry[] | undefined;
  onEntry?: ((name: string) => void) | undefined;
}

const noEntries: readonly PaletteEntry[] = [];
/** More than a registry holds: the list shows everything that was found. */
const allHits = 100_000;
const pageRows = 10;
/** Two lines and their room, in the letter heights of the page. */
const rowLetters = 3.5;

/** A search field over all cameras and the list of what it found; everything in it is done by keyboard or by mouse. */
export function CameraFinder(props: CameraFinderProps) {
  const { directory, search, timings, onOpen, onPlace, onDragStart, onDragEnd, autoFocus, empty } = props;
  const { entries = noEntries, onEntry } = props;
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
  const found = useMemo(() => findEntries(entries, query, hits.length), [entries, query, hits]);
  /** Entries come before cameras, and are counted with them. */
  const count = found.length + hits.length;
  const activeIndex = Math.min(active, Math.max(0, count - 1));
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
    const next = Math.min(Math.max(0, index), count - 1);
    if (next < 0) return;
    setActive(next);
    if (next >= found.length) rows.scrollToIndex(next - found.length);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const inField = event.target === inputRef.current;
    const entry = found[activeIndex];
    const hit = hits[activeIndex - found.length];
    // Of what an input method composes, arrows and Enter choose a word and not a camera.
    const key = keyOf(event.nativeEvent);
    if (key === undefined) return;
    const digit = digitOf(event.nativeEvent) ?? 0;
    if (key === 'ArrowDown') moveTo(activeIndex + 1);
    else if (key === 'ArrowUp') moveTo(activeIndex - 1);
    else if (key === 'PageDown') moveTo(activeIndex + pageRows);
    else if (key === 'PageUp') moveTo(activeIndex - pageRows);
    else if (key === 'Home' && !inField) moveTo(0);
    else if (key === 'End' && !inField) moveTo(count - 1);
    else if (key === 'Enter' && entry !== undefined) onEntry?.(entry.name);
    else if (key === 'Enter' && hit !== undefined) {
      if (event.shiftKey) onPlace?.(hit.cameraId, undefined);
      else onOpen(hit.cameraId);
    } else if (digit > 0 && (event.altKey || !inField) && hit !== undefined && onPlace !== undefined) {
      onPlace(hit.cameraId, digit);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const said = saidInstead(loading, cameras.size, count);
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
        aria-activedescendant={count === 0 ? undefined : `${listId}-${activeIndex}`}
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
        {found.map(({ name, title, keys }, index) => (
          <div
            key={name}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === activeIndex}
            className="finder-entry"
            data-entry={name}
            onClick={() => onEntry?.(name)}
          >
            {title} <Kbd size="xs">{keys}</Kbd>
          </div>
        ))}
        <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
          {rows.getVirtualItems().map((row) => {
            const hit = hits[row.index];
            const place = row.index + found.length;
            const camera = hit === undefined ? undefined : cameras.get(hit.cameraId);
            const site = camera === undefined ? undefined : sites.get(camera.siteId);
            if (hit === undefined || camera === undefined || site === undefined) return null;
            return (
              <div
                // Rows are identified by their place and not by their camera, so that each key typed changes rows instead of making new ones.
                key={row.index}
                id={`${listId}-${place}`}
                role="option"
                aria-selected={place === activeIndex}
                className="finder-row"
                data-camera-id={camera.cameraId}
                style={{ transform: `translateY(${row.start}px)`, height: row.size }}
                draggable={onDragStart !== undefined}
                onDragStart={(event) => {
                  startCameraDrag(event.dataTransfer, camera.cameraId);
                  onDragStart?.(camera.cameraId);
                }}
                onDragEnd={() => onDragEnd?.()}
                onClick={() => setActive(place)}
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
