import iconv from 'iconv-lite';
import { writeRegistryCsv } from '../../src-sfu/features/cameras/registryCsvExport.ts';
import type { RegistryImportReport } from '../../src-shared/cameras/registryReport.ts';
import { demoCity } from '../../src-sim/city/demoCity.ts';
import { startHubProcess } from '../support/processes.ts';
import { figureOf, type Bench } from './figures.ts';
import { hubFetch } from '../support/testAccount.ts';

const rounds = 10;
const sites = 1_500;
const cameras = 2_200;

/**
 * `registry.import`: a spreadsheet of 1,500 sites and one of 2,200 cameras with their passwords, in GB18030, sent over
 * HTTP to a hub that knows none of them, until its answer is there.
 */
export const benchRegistry: Bench = async (report, progress) => {
  const tables = cityTables();
  const samples: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const hub = await startHubProcess();
    try {
      const form = new FormData();
      for (const [name, bytes] of Object.entries(tables)) form.append('file', new Blob([bytes]), name);
      const startedAt = performance.now();
      const answer = await hubFetch(`${hub.url}/api/v1/registry/import`, { method: 'POST', body: form });
      const text = await answer.text();
      samples.push(performance.now() - startedAt);
      if (!answer.ok) throw new Error(`the hub refused the registry: ${text}`);
      const imported = JSON.parse(text) as RegistryImportReport;
      if (imported.sites.added !== sites || imported.cameras.added !== cameras)
        throw new Error(`the hub did not take everything: ${text}`);
    } finally {
      await hub.stop();
    }
    progress(`  import ${round} of ${rounds}: ${Math.round(samples.at(-1) ?? 0)} ms`);
  }
  report(figureOf('registry.import', 'ms', samples));
};

/** The demo city as two spreadsheets; the table of cameras gets the passwords that an export never has. */
function cityTables(): Record<string, Uint8Array<ArrayBuffer>> {
  const city = demoCity({ sites, cameras, seed: 715, rtspUrl: 'rtsp://10.0.0.1:554' });
  const [header = '', ...rows] = writeRegistryCsv(city, 'cameras').trimEnd().split('\r\n');
  if (rows.length !== cameras) throw new Error(`the table has ${rows.length} lines for ${cameras} cameras`);
  const withPasswords = rows.map((row, index) => `${row},${city.cameras[index]?.password ?? ''}`);
  const encoded = (text: string) => new Uint8Array(iconv.encode(text, 'gb18030'));
  return {
    'sites.csv': encoded(writeRegistryCsv(city, 'sites')),
    'cameras.csv': encoded([`${header},密码`, ...withPasswords].join('\r\n')),
  };
}
