import type { Untried } from '../harness/run/preview-untried.ts';
import type { ClusterPreview } from '../harness/run/preview-on-cluster.ts';
import { printableLine } from '../reports/printable.ts';

/** What `--plan` prints: what a probing run would do, for whoever has to agree to it. */
export function previewText(preview: ClusterPreview): string {
  const { context, server, uid } = preview.cluster;
  const sections: readonly (readonly string[])[] = [
    [
      `plan of a probing run on the context ${context} (${server}, UID of kube-system ${uid ?? 'not readable'})`,
      'The cluster was read; nothing was created. RUN stands for the id of the run.',
    ],
    createdLines(preview),
    standInLines(preview),
    dialLines(preview),
    beyondLines(preview),
    section('not tried', preview.untried.map(untriedText)),
    rightLines(preview),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map(printableEnd).join('\n'))
    .join('\n\n')}\n`;
}

/** Names come from files and clusters; the indentation is ours. */
function printableEnd(line: string): string {
  return `${/^ */u.exec(line)?.[0] ?? ''}${printableLine(line)}`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

function createdLines({ namespaces, runPods, canaryFirst, owner, annotations }: ClusterPreview): readonly string[] {
  const { nodes, policy } = runPods;
  return section('of the run itself, all removed at its end', [
    ...namespaces.map((name) => `namespace ${name}`),
    `pods in each of them: ${nodes === 1 ? 'one' : `one for each node that gets a stand-in, at most ${nodes}`}`,
    `NetworkPolicy ${policy} in ${namespaces.find((name) => name.endsWith('-canary')) ?? ''}, put on and lifted`,
    ...(canaryFirst ? [] : ['of these, no policy being there, what is of the canary only if a connection is not open']),
    ...owner.namespaces.map(
      (namespace) => `ConfigMap ${owner.name} in ${namespace}, which owns the pods of the run there`,
    ),
    `PriorityClass ${owner.name}, if this user may create, get and delete one`,
    ...annotationLines(annotations),
  ]);
}

function annotationLines(annotations: ClusterPreview['annotations']): readonly string[] {
  const pairs = Object.entries(annotations).map(([key, value]) => `${key}=${value}`);
  return [
    pairs.length === 0
      ? 'none of it says who runs this and why: --annotate KEY=VALUE does'
      : `on each of these and on each stand-in: ${pairs.join(', ')}`,
  ];
}

function standInLines({ standIns, refused }: ClusterPreview): readonly string[] {
  return [
    `stand-ins: ${standIns.length}`,
    ...standIns.map(({ namespace, name, standsFor }) => `  in ${namespace}: ${name} for ${standsFor}`),
    ...refused.map(({ party, text }) => `  none for ${party}: ${text}`),
  ];
}

function dialLines({ dials, names, canaryFirst }: ClusterPreview): readonly string[] {
  const { total, bySource, byDestination, atOnce, perSecond, maxErrors } = dials;
  if (bySource === undefined || byDestination === undefined) return ['connections: 0'];
  return [
    `connections: ${total}`,
    `  from one source at most ${bySource.connections} (${bySource.who})`,
    `  to one destination at most ${byDestination.connections} (${byDestination.who})`,
    `  ${timesText(dials, canaryFirst)}`,
    `  at once at most ${atOnce.total}, by one source ${atOnce.perSource}, to one listener ${atOnce.perListener}`,
    ...(perSecond === undefined ? [] : [`  at most ${perSecond} new ones a second, from all sources together`]),
    ...(maxErrors < 100 ? [`  stopped when more than ${maxErrors} % of the latest ones fail`] : []),
    '  besides, each source dials itself and a port where nothing listens, and the canary and its peer each other',
    `  the addresses of the stand-ins${names.length === 0 ? '' : ' and of hosts'} are not known before: they may change a few${names.length === 0 ? '' : ', and a host counts as one address here'}`,
  ];
}

function timesText({ attempts, settlingMs }: ClusterPreview['dials'], canaryFirst: boolean): string {
  const times = `each is made ${attempts} times`;
  const sweeps = `once in each sweep until the network has settled: two sweeps or more, for up to ${settlingMs / 1000} s`;
  return canaryFirst
    ? `${times}, and before that ${sweeps}`
    : `${times}; if one is not open, then all again ${attempts} times, and before that ${sweeps}`;
}

function beyondLines({ external, names, realServices }: ClusterPreview): readonly string[] {
  return [
    ...section('beyond the pods of the run', [
      ...external.map(({ target, dialled, why }) => {
        if (dialled === 'if-listed') {
          return `${target}: dialled if all of its addresses are on the list of --allow-external`;
        }
        if (dialled === 'if-private') {
          return `${target}: dialled if none of its addresses is public; public ones only with --allow-external`;
        }
        return dialled === 'yes'
          ? `${target}: dialled`
          : `${target}: not dialled${why === undefined ? '' : `: ${why}`}`;
      }),
      ...names.map((name) => `${name}: its addresses are asked of the cluster's DNS`),
      ...realServices.map((service) => `${service}: dialled by name or address; pods that serve users answer`),
    ]),
  ];
}

const OUTCOMES: Readonly<Record<Untried['verdict'], string>> = {
  predicted: 'stays predicted',
  untested: 'untested',
  inconclusive: 'inconclusive',
};

function untriedText({ verdict, why, cells, requirements }: Untried): string {
  const count = cells === 0 ? '' : `, ${cells} ${cells === 1 ? 'cell' : 'cells'}`;
  return `${requirements.join(', ')}${count}: ${OUTCOMES[verdict]}: ${why}`;
}

function rightLines({ rights, optionalRights }: ClusterPreview): readonly string[] {
  return section('rights that are asked for, before anything is created', [
    ...grantLines(rights),
    ...grantLines(optionalRights).map((line) => `used where granted, ${line}`),
  ]);
}

function grantLines(rights: ClusterPreview['rights']): readonly string[] {
  return [...Map.groupBy(rights, ({ namespace }) => namespace)].map(([namespace, own]) => {
    const where = namespace === undefined ? 'in any namespace' : `in ${namespace}`;
    return `${where}: ${own.map(({ verb, resource }) => `${verb} ${resource}`).join(', ')}`;
  });
}
