import { Button, Chip, SegmentedControl, TextInput } from '@mantine/core';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { AuditArchives } from '../../../src-shared/audit/audit.protocol.ts';
import { httpRefusalText } from '../../ui/httpRefusal.ts';
import { refusalText } from '../../ui/refusalText.ts';
import { seatWords } from '../../ui/seatWords.ts';
import type { TimeFormat } from '../../ui/times.ts';
import { auditKinds, auditSpans, type AuditSearch, type AuditSpan } from './auditSearch.ts';
import { actionText, detailText, originText } from './auditWords.ts';
import './audit.css';
import { May, useMay } from '../../ui/May.tsx';

export interface AuditPanelProps {
  search: AuditSearch;
  times: TimeFormat;
  /** Whether the hub answers. */
  enabled: boolean;
  /** What a camera or a member is called, when it is known still. */
  titleOf(id: string): string | undefined;
}

/** The audit log: who did what, and whether the log is complete and unchanged. */
export function AuditPanel({ search, times, enabled, titleOf }: AuditPanelProps) {
  const { t } = useTranslation();
  const { result, problem, exportProblem, isSearching } = useStore(search.store);
  const { isAllowed } = useMay('audit:search');
  useEffect(() => {
    if (enabled && isAllowed && search.store.getState().result === undefined) void search.search();
  }, [search, enabled, isAllowed]);
  return (
    <div className="desk-page audit">
      <header className="audit-head">
        <h1>{t('audit.title')}</h1>
        {result !== undefined && (
          <span className="desk-dim audit-chain">
            {t('audit.head', { line: result.head.id })} <code>{result.head.hash.slice(0, 16)}</code>
            {result.published !== undefined &&
              ` · ${t('audit.published', {
                line: result.published.id,
                at: times.timeOfDay(result.published.atMs),
              })}`}
          </span>
        )}
        <May asks="GET /api/v1/audit.csv">
          <Button disabled={result === undefined} onClick={() => void search.exportCsv()}>
            {t('registry.exportCsv')}
          </Button>
        </May>
      </header>
      {result !== undefined && result.verdict !== 'agrees' && (
        <p className="audit-broken" role="alert">
          {t(`audit.verdict.${result.verdict}`)}
        </p>
      )}
      <May note asks="audit:search">
        <SearchForm search={search} />
      </May>
      {problem !== undefined && (
        <p className="desk-not-normal" role="alert">
          {t('audit.failed', { problem: refusalText(problem, t) })}
        </p>
      )}
      {exportProblem !== '' && (
        <p className="desk-not-normal" role="alert">
          {t('registry.exportFailed', { problem: httpRefusalText(exportProblem, t) })}
        </p>
      )}
      {result?.lines.length === 0 && (
        <p role="status">{t(result.nextBeforeId === undefined ? 'audit.nothing' : 'audit.nothingYet')}</p>
      )}
      {result !== undefined && result.lines.length > 0 && (
        <table className="audit-lines">
          <thead>
            <tr>
              <th>{t('audit.line')}</th>
              <th>{t('audit.time')}</th>
              <th>{t('audit.who')}</th>
              <th>{t('audit.done')}</th>
              <th>{t('audit.what')}</th>
              <th>{t('audit.more')}</th>
            </tr>
          </thead>
          <tbody>
            {result.lines.map((line) => (
              <tr key={line.id} data-audit-line={line.id} data-action={line.action}>
                <td>{line.id}</td>
                <td>{times.timeOfDay(line.atMs)}</td>
                <td>
                  {titleOf(line.actor) ?? seatWords(line.actor, t)}
                  <span className="audit-origin">{originText(line, t)}</span>
                </td>
                <td>{actionText(line.action, t)}</td>
                <td>{titleOf(line.subject) ?? line.subject}</td>
                <td className="audit-detail">{detailText(line, t, titleOf)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {result?.archives !== undefined && <Archives archives={result.archives} />}
      {result?.nextBeforeId !== undefined && (
        <May asks="audit:search">
          <Button
            className="audit-older"
            disabled={!enabled}
            loading={isSearching}
            onClick={() => void search.readOlder()}
          >
            {t((result.archives?.left ?? 0) > 0 ? 'audit.searchOlder' : 'audit.older')}
          </Button>
        </May>
      )}
    </div>
  );
}

/** How far the search has come in the archives, and which of them could not be searched as they were written. */
function Archives({ archives }: { archives: AuditArchives }) {
  const { t } = useTranslation();
  return (
    <div className="audit-archives">
      <p className="desk-dim" role="status">
        {t('audit.archives.known', { count: archives.files, line: archives.upToId })}
        {archives.left > 0 && ` ${t('audit.archives.left', { count: archives.left })}`}
      </p>
      {archives.faults.map(({ file, firstId, lastId, kind }) => (
        <p key={file} className="audit-broken" role="alert">
          {t(`audit.archives.${kind}`, { file, from: firstId, to: lastId })}
        </p>
      ))}
    </div>
  );
}

function SearchForm({ search }: Pick<AuditPanelProps, 'search'>) {
  const { t } = useTranslation();
  const form = useStore(search.store, (state) => state.form);
  const isSearching = useStore(search.store, (state) => state.isSearching);
  return (
    <form
      className="audit-search"
      onSubmit={(event) => {
        event.preventDefault();
        void search.search();
      }}
    >
      <SegmentedControl
        value={form.span}
        onChange={(span) => void search.search({ span: span as AuditSpan })}
        data={auditSpans.map((value) => ({ value, label: t(`audit.span.${value}`) }))}
      />
      <TextInput
        className="audit-words"
        aria-label={t('audit.searchWho')}
        placeholder={t('audit.searchWho')}
        maxLength={200}
        value={form.who}
        onChange={(event) => search.type({ who: event.currentTarget.value })}
      />
      <TextInput
        className="audit-words"
        aria-label={t('audit.searchWhat')}
        placeholder={t('audit.searchWhat')}
        maxLength={200}
        value={form.what}
        onChange={(event) => search.type({ what: event.currentTarget.value })}
      />
      <Button type="submit" variant="filled" loading={isSearching}>
        {t('alertHistory.search')}
      </Button>
      <Chip.Group
        multiple
        value={[...form.kinds]}
        onChange={(chosen) => void search.search({ kinds: auditKinds.filter((one) => chosen.includes(one)) })}
      >
        <div className="audit-kinds" role="group" aria-label={t('audit.done')}>
          {auditKinds.map((one) => (
            <Chip key={one} value={one}>
              {t(`audit.kind.${one}`)}
            </Chip>
          ))}
        </div>
      </Chip.Group>
    </form>
  );
}
