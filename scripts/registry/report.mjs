/** Names listed one by one; the rest is counted. */
const maxNames = 10;

/**
 * What an import did, for a person.
 * @param {import('../../src-shared/cameras/registryReport.ts').RegistryImportReport} report
 */
export function describeReport(report) {
  const { dryRun, sites, cameras, publications, forgottenPasswords, ignoredColumns } = report;
  const lines = [
    dryRun ? 'Dry run: nothing was changed. The import would come to' : 'Imported.',
    ...[
      ['sites', sites],
      ['cameras', cameras],
    ].map(
      ([name, { added, changed, unchanged, removed }]) =>
        `  ${name.padEnd(8)} ${added} added, ${changed} changed, ${unchanged} unchanged${removed > 0 ? `, ${removed} removed` : ''}`,
    ),
  ];
  if (publications > 0)
    lines.push(`  public   ${publications} sites: consent, hours or published facts changed`);
  if (ignoredColumns.length > 0) lines.push(`Columns passed over: ${ignoredColumns.join(', ')}`);
  if (forgottenPasswords.length > 0) {
    const names = listed(forgottenPasswords);
    lines.push(
      `Passwords dropped, because address or user changed: ${names}. Import these cameras with their password.`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/**
 * What is wrong with an import, for a person: a line each, the place first.
 * @param {{ problems: import('../../src-shared/cameras/registryReport.ts').RegistryProblem[], problemCount: number }} refusal
 * @param {string | undefined} fileName the only file's name, which the hub does not know
 */
export function describeProblems({ problems, problemCount }, fileName) {
  const lines = problems.map((problem) => `${placeOf(problem, fileName)}: ${problem.message}`);
  if (problemCount > problems.length) lines.push(`… and ${problemCount - problems.length} more`);
  lines.push(
    `Nothing was imported: ${problemCount} ${problemCount === 1 ? 'thing is' : 'things are'} wrong.`,
  );
  return `${lines.join('\n')}\n`;
}

/**
 * @param {import('../../src-shared/cameras/registryReport.ts').RegistryProblem} problem
 * @param {string | undefined} fileName
 */
function placeOf({ path, file, line, column }, fileName) {
  const name = fileName ?? file;
  if (line === undefined) return [name, path === file ? '' : path].filter(Boolean).join(', ') || 'the file';
  return `${name}:${line}${column === undefined ? '' : ` ${column}`}`;
}

/** @param {string[]} names */
function listed(names) {
  if (names.length <= maxNames) return names.join(', ');
  return `${names.slice(0, maxNames).join(', ')} and ${names.length - maxNames} more`;
}
