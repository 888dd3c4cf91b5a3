import { Button, Checkbox, FileInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { RegistryActions } from './registryActions.ts';
import { RegistryProblems, RegistryReport } from './RegistryReport.tsx';
import { saveBlob } from './snapshot.ts';
import './registry.css';
import { httpRefusalText } from '../../ui/httpRefusal.ts';
import { May, useMay } from '../../ui/May.tsx';

const exports = [
  { word: 'exportXlsx', format: 'xlsx', encoding: 'utf-8' },
  { word: 'exportCsv', format: 'csv', encoding: 'utf-8' },
  { word: 'exportCsvGb', format: 'csv', encoding: 'gb18030' },
  { word: 'exportJson', format: 'json', encoding: 'utf-8' },
] as const;

/** Import of sites and cameras from files, which are checked first, and export. */
export function RegistryPanel({ actions }: { actions: RegistryActions }) {
  const { t, i18n } = useTranslation();
  const state = useStore(actions.store);
  const { isAllowed } = useMay('POST /api/v1/registry/import');
  const [removesMissing, setRemovesMissing] = useState(false);
  const [exportProblem, setExportProblem] = useState('');
  const files = state.stage === 'empty' ? [] : [...state.files];
  const busy = state.stage === 'checking' || state.stage === 'importing';
  const download = async (wanted: ReturnType<RegistryActions['exportRegistry']>): Promise<void> => {
    const file = await wanted;
    setExportProblem('problem' in file ? file.problem : '');
    if ('blob' in file) saveBlob(file.blob, file.fileName);
  };
  return (
    <div className="desk-page registry">
      <h1>{t('registry.title')}</h1>
      <section
        className="registry-import"
        onDragOver={(event) => {
          if (event.dataTransfer.types.includes('Files')) event.preventDefault();
        }}
        onDrop={(event) => {
          event.preventDefault();
          if (!busy && isAllowed) void actions.check([...event.dataTransfer.files], removesMissing);
        }}
      >
        <h2>{t('registry.import')}</h2>
        <p>{t('registry.importText')}</p>
        <div className="desk-row">
          <May asks="GET /api/v1/registry/template">
            <Button onClick={() => void download(actions.downloadTemplate(i18n.language))}>
              {t('registry.template')}
            </Button>
          </May>
          <May asks="POST /api/v1/registry/import">
            <FileInput
              multiple
              clearable
              className="registry-file"
              accept=".xlsx,.csv,.tsv,.txt,.json,text/csv,application/json"
              placeholder={t('registry.choose')}
              aria-label={t('registry.choose')}
              value={files}
              disabled={busy}
              onChange={(chosen) => void actions.check(chosen, removesMissing)}
            />
            <Button
              variant="filled"
              disabled={state.stage !== 'checked'}
              loading={state.stage === 'importing'}
              onClick={() => void actions.importChecked()}
            >
              {t('registry.importNow')}
            </Button>
          </May>
        </div>
        <May asks="POST /api/v1/registry/import">
          <Checkbox
            label={t('registry.removeMissing')}
            checked={removesMissing}
            disabled={busy}
            onChange={(event) => {
              setRemovesMissing(event.currentTarget.checked);
              // The files are checked again, so that nothing is removed that the report did not count.
              if (files.length > 0) void actions.check(files, event.currentTarget.checked);
            }}
          />
        </May>
        {state.stage === 'checking' && <p role="status">{t('registry.checking')}</p>}
        {state.stage === 'importing' && <p role="status">{t('registry.importing')}</p>}
        {(state.stage === 'checked' || state.stage === 'imported') && (
          <RegistryReport report={state.report} />
        )}
        {state.stage === 'refused' && (
          <RegistryProblems
            message={state.message === 'too_large' ? t('registry.tooLarge') : httpRefusalText(state.code, t)}
            problems={state.problems}
            problemCount={state.problemCount}
          />
        )}
      </section>
      <section>
        <h2>{t('registry.export')}</h2>
        <p>{t('registry.exportText')}</p>
        <div className="desk-row">
          <May asks="GET /api/v1/registry/export">
            {exports.map(({ word, ...wish }) => (
              <Button key={word} onClick={() => void download(actions.exportRegistry(wish))}>
                {t(`registry.${word}`)}
              </Button>
            ))}
          </May>
        </div>
        {exportProblem !== '' && (
          <p className="desk-not-normal" role="alert">
            {t('registry.exportFailed', { problem: httpRefusalText(exportProblem, t) })}
          </p>
        )}
      </section>
    </div>
  );
}
