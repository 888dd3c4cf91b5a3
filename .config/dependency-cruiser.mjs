/** The layers of the house: who may import whom. Each rule says why it stands. */
const only = (name, pathNot, to, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: '^src-', pathNot },
  to: { path: to },
});

const sourceFolders = ['src-sfu', 'src-main', 'src-renderer', 'src-sim'];

export default {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'A cycle means two things that are really one, or one that lies in the wrong place.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'not-to-unresolvable',
      severity: 'error',
      comment: 'An import that resolves to nothing fails only at run time.',
      from: { path: '^src-' },
      to: { couldNotResolve: true, pathNot: '^electron$' },
    },
    ...sourceFolders.map((folder) => ({
      name: `${folder}-stands-alone`,
      severity: 'error',
      comment: 'Source folders share src-shared and never one another.',
      from: { path: `^${folder}/` },
      to: { path: `^(${sourceFolders.filter((other) => other !== folder).join('|')})/` },
    })),
    {
      name: 'shared-is-the-bottom',
      severity: 'error',
      comment: 'src-shared imports zod and itself only.',
      from: { path: '^src-shared/' },
      to: { pathNot: '^(src-shared/|node_modules/zod/)' },
    },
    {
      name: 'sources-never-import-tests',
      severity: 'error',
      from: { path: '^src-' },
      to: { path: '^tests/' },
    },
    only(
      'hub-socket-io',
      '^src-sfu/signaling/',
      'node_modules/socket\\.io/',
      'signaling is the only importer of socket.io.',
    ),
    only(
      'hub-mediasoup',
      '^src-sfu/media/',
      'node_modules/mediasoup/',
      'media is the only importer of mediasoup.',
    ),
    only(
      'hub-database',
      '^src-sfu/storage/',
      'node_modules/(better-sqlite3|kysely)/',
      'storage is the only importer of the database.',
    ),
    only(
      'socket-io-client',
      '^src-(renderer/server|sim/squads)/',
      'node_modules/socket\\.io-client/',
      'server, and the simulated phones, are the only importers of socket.io-client.',
    ),
    only(
      'renderer-mediasoup-client',
      '^src-renderer/media/',
      'node_modules/mediasoup-client/',
      'media is the only importer of mediasoup-client.',
    ),
    {
      name: 'hub-features-import-no-driver',
      severity: 'error',
      comment: 'Features declare ports; media and storage implement them; server.ts connects them.',
      from: { path: '^src-sfu/features/' },
      to: { path: '^src-sfu/(media|storage|signaling|http)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'hub-features-declare-their-ports',
      severity: 'error',
      comment:
        'A port lies with the feature that needs it, also where it is only a type: not with its driver.',
      from: { path: '^src-sfu/features/' },
      to: { path: '^src-sfu/(media|storage|http)/' },
    },
    {
      name: 'features-never-import-features',
      severity: 'error',
      comment: 'Shared words go down to src-shared, joint work up to server.ts or app/.',
      from: { path: '^src-(sfu|renderer)/features/([^/]+)/' },
      to: { path: '^src-$1/features/', pathNot: '^src-$1/features/$2/' },
    },
    ...['from', 'to'].map((end) => ({
      name: `hub-root-holds-four-files-${end}`,
      severity: 'error',
      comment: 'At the root of the hub stay the entry, the configuration, the logger and the composition.',
      from: {},
      to: {},
      [end]: { path: '^src-sfu/[^/]+$', pathNot: '^src-sfu/(config|index|logger|server)\\.ts$' },
    })),
    {
      name: 'hub-base-is-the-bottom',
      severity: 'error',
      comment: 'What every layer of the hub may use imports no layer of the hub.',
      from: { path: '^src-sfu/base/' },
      to: { path: '^src-sfu/(?!base/)' },
    },
    {
      name: 'hub-app-joins-features',
      severity: 'error',
      comment:
        'Only the entry and the composition root import app/, where features are connected to drivers.',
      from: { path: '^src-sfu/', pathNot: '^src-sfu/((index|server)\\.ts|app/)' },
      to: { path: '^src-sfu/app/' },
    },
    {
      name: 'surfaces-never-import-surfaces',
      severity: 'error',
      comment:
        'Surfaces (desk, wall, field, site, showcase, public, signIn) share app/shared and never import one another.',
      from: { path: '^src-renderer/app/(?!shared/)([^/]+)/' },
      to: { path: '^src-renderer/app/', pathNot: '^src-renderer/app/($1|shared)/' },
    },
    {
      name: 'shared-imports-no-surface',
      severity: 'error',
      comment: 'What all surfaces share imports no surface.',
      from: { path: '^src-renderer/app/shared/' },
      to: { path: '^src-renderer/app/(?!shared/)' },
    },
    {
      name: 'renderer-app-holds-folders',
      severity: 'error',
      comment: 'A file of app/ belongs to one surface, or to app/shared.',
      from: { path: '^src-renderer/app/[^/]+$' },
      to: {},
    },
    {
      name: 'renderer-ui-is-presentational',
      severity: 'error',
      from: { path: '^src-renderer/ui/' },
      to: { path: '^src-renderer/(app|features|server|media)/' },
    },
    {
      name: 'renderer-features-stay-below-app',
      severity: 'error',
      from: { path: '^src-renderer/features/' },
      to: { path: '^src-renderer/app/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    exclude: { path: '^out/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'],
    },
  },
};
