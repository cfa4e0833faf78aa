import type { Service } from '../../inventory/model.ts';
import { withoutGeneratedLabels } from './generated-labels.ts';
import type { StandInChange, StandInDemand } from './model.ts';

/**
 * Demands that must not be placed on a live cluster: a service that publishes addresses of pods that are not ready
 * would route its users to the stand-in.
 */
export function refusals(demands: readonly StandInDemand[], services: readonly Service[]): readonly StandInChange[] {
  const unsafe = services.filter(({ publishNotReadyAddresses }) => publishNotReadyAddresses);
  return demands.flatMap((demand) => {
    const { labels } = withoutGeneratedLabels(demand.labels);
    const service = unsafe.find(({ namespace, selector }) => namespace === demand.namespace && backs(selector, labels));
    if (service === undefined) return [];
    const text = `service ${service.id} publishes addresses of pods that are not ready (publishNotReadyAddresses): it would send its users to the stand-in`;
    return [{ party: demand.id, text }];
  });
}

function backs(selector: Service['selector'], labels: StandInDemand['labels']): boolean {
  if (selector === undefined) return false;
  const wanted = Object.entries(selector);
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}
