import type { Direction } from '../../../requirements/model.ts';
import type { Inventory, NetworkPlugin, NetworkPolicy, PolicyPort, UnmodelledPolicy } from '../../inventory/model.ts';
import type { TakenPolicy } from './taken.ts';
import { takeNamesByAws, takeNamesByKubeRouter, takeNamesByOvn, takeNamesByWeave } from './named-ports.ts';
import { Carriers } from './named-port-carriers.ts';
import { isRange, takesRanges, withoutRange } from './port-ranges.ts';
import { Taking, type TakePorts } from './taking.ts';

const TITLES: Readonly<Partial<Record<NetworkPlugin['name'], string>>> = {
  antrea: 'Antrea',
  aws: 'the Amazon VPC CNI',
  calico: 'Calico',
  'kube-router': 'kube-router',
  'ovn-kubernetes': 'OVN-Kubernetes',
  weave: 'Weave Net',
};

/** By the letter where a plugin is not here. */
const NAMES: Readonly<Partial<Record<NetworkPlugin['name'], TakePorts>>> = {
  aws: takeNamesByAws,
  'kube-router': takeNamesByKubeRouter,
  'ovn-kubernetes': takeNamesByOvn,
};

/**
 * A NetworkPolicy as a plugin takes it that reads ports, ranges of ports or their names in a way of its own: as its
 * documentation or its source has it, which the remarks link to. Unmodelled where that hangs on a version that is not
 * known.
 */
export function portsAsTaken(policy: NetworkPolicy, inventory: Inventory): TakenPolicy | UnmodelledPolicy {
  const { plugin } = inventory;
  const title = TITLES[plugin.name];
  const taking = new Taking(policy, title ?? plugin.name);
  if (plugin.name === 'weave' && !takeNamesByWeave(taking, plugin)) return taking.finish([], () => []);
  const context = { taking, carriers: new Carriers(policy, inventory), plugin };
  const take = NAMES[plugin.name];
  return taking.finish(policy.directions, (direction) =>
    policy[direction].flatMap((rule) => {
      if (rule.ports === undefined) return [rule];
      const ports = rule.ports.map((port) => rangeAsTaken(port, direction, taking, plugin));
      return take === undefined ? [{ ...rule, ports }] : take({ ...rule, ports }, direction, context);
    }),
  );
}

function rangeAsTaken(port: PolicyPort, direction: Direction, taking: Taking, plugin: NetworkPlugin): PolicyPort {
  const { takes, ranges } = takesRanges(plugin);
  if (!isRange(port) || takes === true || ranges === undefined) return port;
  const title = TITLES[plugin.name] ?? plugin.name;
  const before = ranges.since === 'never' ? '' : `before ${ranges.text} `;
  if (takes === 'unknown') {
    taking.doubt(
      `it has a range of ports, of which ${title} ${before}takes the first alone (${ranges.link}), and whether the version that runs does is not known`,
    );
    return port;
  }
  taking.remark(
    direction,
    `${before}takes of its range ${String(port.port)}-${String(port.endPort)} the first port alone`,
    ranges.link,
  );
  return withoutRange(port);
}
