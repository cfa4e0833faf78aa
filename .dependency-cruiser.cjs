// Which folder may import which. The flow has one direction (ARCHITECTURE.md); this file is its check.
const rooms = {
  source: [],
  requirements: ['source'],
  'harness/evidence': ['source', 'requirements'],
  'harness/inventory': ['source', 'requirements'],
  'harness/predict': ['source', 'requirements', 'harness/inventory'],
  'harness/coverage': ['source', 'requirements', 'harness/inventory', 'harness/predict', 'harness/evidence'],
  'harness/plan': ['source', 'requirements', 'harness/inventory', 'harness/predict', 'harness/probe/model.ts'],
  'harness/probe': ['source', 'requirements', 'harness/evidence', 'harness/inventory'],
  'harness/clusters': ['source', 'requirements', 'harness/evidence', 'harness/inventory', 'harness/probe'],
  'harness/verdict': [
    'source',
    'requirements',
    'harness/evidence',
    'harness/inventory',
    'harness/predict',
    'harness/plan',
    'harness/probe/model.ts',
  ],
  'harness/undocumented': [
    'source',
    'requirements',
    'harness/evidence',
    'harness/inventory',
    'harness/predict',
    'harness/plan',
  ],
  'harness/suggest': [
    'source',
    'requirements',
    'harness/evidence',
    'harness/inventory',
    'harness/predict',
    'harness/plan',
    'harness/undocumented/documented.ts',
    'harness/verdict',
  ],
  'harness/exposure': ['source', 'requirements', 'harness/inventory', 'harness/predict'],
  'harness/explain': [
    'source',
    'requirements',
    'harness/inventory',
    'harness/predict',
    'harness/plan',
    'harness/suggest/selectors.ts',
    'harness/verdict/wording.ts',
  ],
  'harness/mutate': [
    'source',
    'requirements',
    'harness/inventory',
    'harness/predict',
    'harness/plan',
    'harness/coverage/peers.ts',
    'harness/verdict/predicted.ts',
  ],
  suites: ['source', 'requirements', 'harness/evidence'],
  reports: ['source', 'requirements', 'harness/evidence', 'harness/mutate/model.ts', 'suites'],
  input: ['source', 'requirements', 'harness'],
  // Front ends: each stands alone.
  cli: ['source', 'requirements', 'harness', 'suites', 'reports', 'input'],
  vitest: ['source', 'requirements', 'harness', 'suites', 'reports', 'input'],
};
// The floors of harness/predict: each imports those before it, and the words they share.
const floors = ['sets', 'ends', 'dialects', 'rules', 'tiers', 'classes', 'sides'];
const escape = (path) => path.replaceAll('/', '\\/').replaceAll('.', '\\.');

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `${room.replace('/', '-')}-imports`,
      comment: `${room} may import only: ${allowed.join(', ') || 'nothing of ours'}`,
      severity: 'error',
      from: { path: `^src/${escape(room)}/` },
      to: { path: '^src/', pathNot: [room, ...allowed].map((name) => `^src/${escape(name)}(/|$)`) },
    })),
    ...floors.map((floor, at) => {
      const below = ['model.ts', ...floors.slice(0, at + 1)].map((name) => `predict/${name}`);
      return {
        name: `predict-${floor}-imports`,
        comment: `harness/predict/${floor} may import, of harness/predict, only: ${below.join(', ')}`,
        severity: 'error',
        from: { path: `^src/harness/predict/${floor}/` },
        to: { path: '^src/harness/predict/', pathNot: `^src/harness/(${below.map(escape).join('|')})(/|$)` },
      };
    }),
    {
      name: 'prediction-is-pure',
      comment: 'harness/predict is set algebra: no I/O',
      severity: 'error',
      from: { path: '^src/harness/(predict|plan|verdict|coverage|undocumented|mutate|suggest|explain|exposure)/' },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
