import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { RegistryImportReport, RegistryProblem } from '../../../src-shared/cameras/registryReport.ts';

/** What an import did, or would do. */
export function RegistryReport({ report }: { report: RegistryImportReport }) {
  const { t } = useTranslation();
  const {
    dryRun,
    sites,
    cameras,
    publications,
    publicCameras,
    keptCameras,
    forgottenPasswords,
    ignoredColumns,
  } = report;
  return (
    <div role="status">
      <p className="registry-said">{dryRun ? t('registry.wouldDo') : t('registry.done')}</p>
      <Table withRowBorders={false} className="registry-counts">
        <Table.Thead>
          <Table.Tr>
            <Table.Th />
            <Table.Th>{t('registry.added')}</Table.Th>
            <Table.Th>{t('registry.changed')}</Table.Th>
            <Table.Th>{t('registry.unchanged')}</Table.Th>
            <Table.Th>{t('registry.removed')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {(['sites', 'cameras'] as const).map((kind) => {
            const counts = kind === 'sites' ? sites : cameras;
            return (
              <Table.Tr key={kind}>
                <Table.Th scope="row">{t(`bar.${kind}`)}</Table.Th>
                <Table.Td>{counts.added}</Table.Td>
                <Table.Td>{counts.changed}</Table.Td>
                <Table.Td>{counts.unchanged}</Table.Td>
                <Table.Td className={counts.removed > 0 ? 'registry-removed' : undefined}>
                  {counts.removed}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
      {publications > 0 && <p>{t('registry.publications', { count: publications })}</p>}
      {publicCameras > 0 && <p>{t('registry.publicCameras', { count: publicCameras })}</p>}
      {keptCameras.length > 0 && (
        <p>
          {t('registry.keptCameras', {
            count: keptCameras.length,
            cameras: keptCameras.slice(0, 10).join('、'),
          })}
        </p>
      )}
      {ignoredColumns.length > 0 && (
        <p>{t('registry.ignoredColumns', { columns: ignoredColumns.join('、') })}</p>
      )}
      {forgottenPasswords.length > 0 && (
        <p className="desk-not-normal">
          {t('registry.forgottenPasswords', {
            count: forgottenPasswords.length,
            cameras: forgottenPasswords.slice(0, 10).join('、'),
          })}
        </p>
      )}
    </div>
  );
}

/** Why nothing was imported, line by line. */
export function RegistryProblems({
  message,
  problems,
  problemCount,
}: {
  message: string;
  problems: readonly RegistryProblem[];
  problemCount: number;
}) {
  const { t } = useTranslation();
  return (
    <div role="alert">
      <p className="desk-not-normal">
        {problemCount > 0
          ? t('registry.refused', { count: problemCount })
          : t('registry.failed', { problem: message })}
      </p>
      {problems.length > 0 && (
        <Table className="registry-problems">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('registry.where')}</Table.Th>
              <Table.Th>{t('registry.column')}</Table.Th>
              <Table.Th>{t('registry.problem')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {problems.map((problem, index) => (
              <Table.Tr key={index}>
                <Table.Td>
                  {problem.line === undefined
                    ? problem.path
                    : t('registry.line', { file: problem.file ?? '', line: problem.line })}
                </Table.Td>
                <Table.Td>{problem.column ?? ''}</Table.Td>
                <Table.Td>
                  {t(`registry.fault.${problem.code}`, {
                    value: problem.value ?? '',
                    ...problem.parameters,
                  })}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {problems.length < problemCount && (
        <p className="desk-dim">{t('registry.more', { count: problemCount - problems.length })}</p>
      )}
    </div>
  );
}
