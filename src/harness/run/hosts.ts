import { mayResolve, type ExternalAccess, type HostAddresses } from '../plan/external.ts';
import type { ResolvedRequirement } from '../plan/requests.ts';
import { outsider } from '../predict/ends/outsider.ts';
import type { Prober } from '../probe/model.ts';

/** Until a name must have been answered, ms. */
const RESOLVE_MS = 5000;

/** Every host that requirements name, each once. */
export function hostNames(resolved: readonly ResolvedRequirement[]): readonly string[] {
  const requests = resolved.flatMap(({ requests: own }) => own);
  return [...new Set(requests.flatMap(({ to }) => (to.kind === 'host' ? [to.host] : [])))];
}

/** The addresses of the hosts that requirements name and that may be dialled, as the outsider learns them: no policy isolates it. */
export async function learnHosts(
  resolved: readonly ResolvedRequirement[],
  prober: Prober,
  access: ExternalAccess,
): Promise<HostAddresses> {
  const wanted = hostNames(resolved).filter((name) => mayResolve(name, access));
  const learnt = await Promise.all(
    wanted.map(async (name) => [name, await prober.resolve(outsider().id, name, RESOLVE_MS)] as const),
  );
  return new Map(learnt.filter(([, addresses]) => addresses.length > 0));
}
