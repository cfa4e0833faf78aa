import type { NetworkPlugin } from '../../../inventory/model.ts';
import type { KubeApi } from '../../api/model.ts';
import { ENGINES, NETWORKS_WITHOUT_POLICY, versionOf, type AgentContainer, type Engine } from './engines.ts';
import { gatherSigns, listForSigns, type DaemonSetSign, type PluginSigns } from './signs.ts';

/**
 * Which network plugin answers for policies, by what runs in the cluster. A product's name proves nothing: whether it
 * enforces is the canary's to say.
 * @throws MayreachError RIGHT_MISSING where nodes or DaemonSets may not be listed
 */
export async function detectPlugin(
  kube: KubeApi,
  options: { readonly k3sArgs?: readonly string[] } = {},
): Promise<NetworkPlugin> {
  return judgePlugin(await gatherSigns(kube, { ...(await listForSigns(kube)), ...options }));
}

/** The conclusion from the signs. Two plugins that both enforce are `unknown`: neither dialect can be relied on. */
export function judgePlugin(signs: PluginSigns): NetworkPlugin {
  const agents = findAgents(signs.daemonSets, ENGINES);
  const enforcing = agents.filter(({ enforces }) => enforces);
  if (enforcing.length > 0) return fromAgents(enforcing, signs);
  return (
    fromCiliumNodes(signs) ??
    fromAnnotations(signs) ??
    fromK3s(signs) ??
    fromIdleNetworks([...agents, ...findAgents(signs.daemonSets, NETWORKS_WITHOUT_POLICY)]) ?? {
      name: 'unknown',
      seenBy: ['no DaemonSet, node annotation or custom resource of a plugin that mayreach knows'],
    }
  );
}

interface Agent {
  readonly engine: Engine;
  readonly enforces: boolean;
  readonly version?: string;
  readonly seenBy: string;
}

function findAgents(daemonSets: readonly DaemonSetSign[], engines: readonly Engine[]): Agent[] {
  return daemonSets
    .filter(({ running }) => running)
    .flatMap((daemonSet) =>
      engines.flatMap((engine) => {
        const container = agentContainer(daemonSet, engine);
        return container === undefined ? [] : [toAgent(engine, daemonSet, container)];
      }),
    );
}

function agentContainer({ name, containers }: DaemonSetSign, engine: Engine): AgentContainer | undefined {
  const byImage = containers.find(({ image }) => engine.image.test(image));
  return byImage ?? (engine.daemonSets?.includes(name) === true ? containers[0] : undefined);
}

function toAgent(engine: Engine, { id }: DaemonSetSign, container: AgentContainer): Agent {
  const version = versionOf(container.image);
  return {
    engine,
    enforces: engine.enforces?.(container) ?? true,
    ...(version === undefined ? {} : { version }),
    seenBy: `DaemonSet ${id}: ${engine.title}, image ${container.image}`,
  };
}

function fromAgents(agents: readonly Agent[], signs: PluginSigns): NetworkPlugin {
  const seenBy = agents.map((agent) => agent.seenBy);
  const names = new Set(agents.map(({ engine }) => engine.plugin));
  const [first] = agents;
  if (first === undefined || names.size > 1) {
    return { name: 'unknown', seenBy: [...seenBy, 'more than one plugin enforces policies'] };
  }
  const { engine, version } = first;
  return {
    name: engine.plugin,
    ...(version === undefined ? {} : { version }),
    ...(engine.plugin === 'cilium' && typeof signs.ciliumConfig === 'object'
      ? { settings: settingsOf(signs.ciliumConfig) }
      : {}),
    seenBy: engine.plugin === 'cilium' ? [...seenBy, ...ciliumSettings(signs)] : seenBy,
  };
}

const CILIUM_SETTINGS = ['enable-policy', 'policy-cidr-match-mode', 'enable-sctp', 'routing-mode', 'cni-chaining-mode'];

function settingsOf(config: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(CILIUM_SETTINGS.flatMap((key) => (config[key] === undefined ? [] : [[key, config[key]]])));
}

function ciliumSettings({ ciliumConfig }: PluginSigns): readonly string[] {
  if (ciliumConfig === undefined) return [];
  if (typeof ciliumConfig === 'string') return [`${ciliumConfig}: its policy mode is not known`];
  const said = CILIUM_SETTINGS.filter((key) => ciliumConfig[key]).map((key) => `${key}=${ciliumConfig[key] ?? ''}`);
  return said.length === 0 ? [] : [`config map cilium-config: ${said.join(', ')}`];
}

function fromCiliumNodes({ ciliumNodes = [], ciliumSchema, nodes }: PluginSigns): NetworkPlugin | undefined {
  if (ciliumNodes.length === 0) return undefined;
  const version = CILIUM_SCHEMAS[minorOf(ciliumSchema)];
  const known = `the schema of its kinds, ${ciliumSchema ?? ''}, is that of ${version ?? ''}`;
  return {
    name: 'cilium',
    ...(version === undefined ? {} : { version }),
    seenBy: [
      `CiliumNode ${ciliumNodes.join(', ')} (${ciliumNodes.length} of ${nodes.length} nodes): an agent keeps each, and none runs as a DaemonSet, so ${version === undefined ? 'its version is not known' : known}`,
    ],
  };
}

/**
 * Cilium by the schema of its kinds; later ones are not told apart here.
 * https://docs.cilium.io/en/v1.15/network/kubernetes/compatibility/#cilium-crd-schema-validation
 */
const CILIUM_SCHEMAS: Readonly<Record<string, string>> = { '1.27': '1.14', '1.28': '1.15' };

function minorOf(version = ''): string {
  return version.split('.').slice(0, 2).join('.');
}

function fromAnnotations({ nodes }: PluginSigns): NetworkPlugin | undefined {
  const found = ENGINES.flatMap((engine) => {
    const { annotation } = engine;
    const node = nodes.find(
      ({ annotations }) =>
        annotation !== undefined && Object.keys(annotations).some((key) => key.startsWith(annotation)),
    );
    return annotation === undefined || node === undefined ? [] : [{ engine, annotation, node }];
  });
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  return {
    name: others.length === 0 ? first.engine.plugin : 'unknown',
    seenBy: found.map(
      ({ engine, annotation, node }) => `node ${node.name}: annotations ${annotation}… of ${engine.title}`,
    ),
  };
}

const K3S_ARGS = 'k3s.io/node-args';
const SWITCHED_OFF = '--disable-network-policy';

/** k3s runs kube-router's policy controller inside itself unless told not to, whatever its flannel does. */
function fromK3s({ nodes, k3sArgs }: PluginSigns): NetworkPlugin | undefined {
  const k3s = nodes.filter(
    ({ annotations, kubeletVersion }) => annotations[K3S_ARGS] !== undefined || kubeletVersion.includes('+k3s'),
  );
  const [node] = k3s;
  if (node === undefined && k3sArgs === undefined) return undefined;
  const noted = k3s.find(({ annotations }) => isSwitchedOff(parseArgs(annotations[K3S_ARGS])));
  if (noted !== undefined || isSwitchedOff(k3sArgs ?? [])) {
    const by =
      noted === undefined
        ? 'k3s was started by this run'
        : `node ${noted.name}: its annotation ${K3S_ARGS} tells of k3s`;
    return { name: 'none', seenBy: [`${by} with ${SWITCHED_OFF}`] };
  }
  return {
    name: 'kube-router',
    ...(k3s.length > 0 && k3s.every(({ kubeletVersion }) => isSince125(kubeletVersion)) ? { atLeast: '1.5' } : {}),
    seenBy: [
      node === undefined
        ? `k3s was started by this run without ${SWITCHED_OFF}`
        : `node ${node.name}: k3s ${node.kubeletVersion} without ${SWITCHED_OFF} runs kube-router's policy controller in itself`,
    ],
  };
}

/** k3s 1.25 was built with kube-router 1.5. https://github.com/k3s-io/k3s/issues/6344 */
function isSince125(kubeletVersion: string): boolean {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(kubeletVersion) ?? [];
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 25);
}

/** k3s writes `--flag=value` as two entries. https://github.com/k3s-io/k3s/blob/main/pkg/nodeconfig/nodeconfig.go */
function isSwitchedOff(args: readonly string[]): boolean {
  return args.some(
    (arg, index) => arg === `${SWITCHED_OFF}=true` || (arg === SWITCHED_OFF && args[index + 1] !== 'false'),
  );
}

function parseArgs(annotation: string | undefined): readonly string[] {
  try {
    const value: unknown = JSON.parse(annotation ?? '[]');
    return Array.isArray(value) ? value.filter((arg) => typeof arg === 'string') : [];
  } catch {
    // Somebody else's annotation under this name: it tells nothing.
    return [];
  }
}

function fromIdleNetworks(agents: readonly Agent[]): NetworkPlugin | undefined {
  if (agents.length === 0) return undefined;
  return { name: 'none', seenBy: agents.map(({ seenBy }) => `${seenBy}, which enforces no policies here`) };
}
