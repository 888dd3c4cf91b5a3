import { Button, FileInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { RegistryProblems } from '../../../features/cameras/RegistryReport.tsx';
import { saveBlob } from '../../../features/cameras/snapshot.ts';
import type { ClauseFiles } from '../../../features/findings/clauseFiles.ts';
import { httpRefusalText } from '../../../ui/httpRefusal.ts';
import { May } from '../../../ui/May.tsx';

/** Clauses from a table, which is checked first, and back into one. */
export function DeskClauseFiles({ files, enabled }: { files: ClauseFiles; enabled: boolean }) {
  const { t } = useTranslation();
  const { file, isBusy, report, refused } = useStore(files.store);
  const [exportProblem, setExportProblem] = useState('');
  const download = async (format: 'csv' | 'xlsx'): Promise<void> => {
    const saved = await files.download(format);
    setExportProblem(typeof saved === 'string' ? saved : '');
    if (typeof saved !== 'string') saveBlob(saved, `clauses.${format}`);
  };
  return (
    <section aria-label={t('findings.clauseFiles.title')}>
      <div className="desk-row">
        <May asks="POST /api/v1/clauses/import">
          <FileInput
            clearable
            className="registry-file"
            accept=".xlsx,.csv,.tsv,.txt,text/csv"
            placeholder={t('findings.clauseFiles.choose')}
            aria-label={t('findings.clauseFiles.choose')}
            value={file ?? null}
            disabled={!enabled || isBusy}
            onChange={(chosen) => void files.check(chosen ?? undefined)}
          />
          <Button
            disabled={!enabled || report?.dryRun !== true}
            aria-disabled={isBusy}
            onClick={() => void files.importChecked()}
          >
            {t('findings.clauseFiles.import')}
          </Button>
        </May>
        <May asks="GET /api/v1/clauses/export">
          <Button onClick={() => void download('xlsx')}>{t('findings.clauseFiles.exportXlsx')}</Button>
          <Button onClick={() => void download('csv')}>{t('findings.clauseFiles.exportCsv')}</Button>
        </May>
      </div>
      {report !== undefined && (
        <p role="status" data-clauses-report={report.dryRun ? 'checked' : 'imported'}>
          {t(report.dryRun ? 'findings.clauseFiles.wouldDo' : 'findings.clauseFiles.done', {
            added: report.added,
            changed: report.changed,
            unchanged: report.unchanged,
          })}
          {report.ignoredColumns.length > 0 &&
            ` ${t('registry.ignoredColumns', { columns: report.ignoredColumns.join('、') })}`}
        </p>
      )}
      {refused !== undefined && (
        <RegistryProblems
          message={httpRefusalText(refused.code, t)}
          problems={refused.problems}
          problemCount={refused.problemCount}
        />
      )}
      {exportProblem !== '' && (
        <p className="desk-not-normal" role="alert">
          {t('registry.exportFailed', { problem: httpRefusalText(exportProblem, t) })}
        </p>
      )}
    </section>
  );
}
