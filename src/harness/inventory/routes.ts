import type { Field } from './field.ts';
import type { Route } from './model.ts';
import type { KubeObject } from './objects.ts';

type Backend = Route['backends'][number];

/** A way in from outside, down to the services that it names, each backend once. */
export function readRoute(object: KubeObject): Route {
  const { kind, namespace, name, root, position } = object;
  const spec = root.get('spec');
  let backends: Backend[];
  if (object.family === 'ingress') backends = readIngress(spec, namespace);
  else if (object.family === 'gateway-route') backends = readGatewayRoute(spec, namespace);
  else backends = readOpenShiftRoute(spec, namespace);
  const unique = new Map(backends.map((backend) => [JSON.stringify(backend), backend]));
  return { kind, namespace, name, backends: [...unique.values()], position };
}

/** https://kubernetes.io/docs/concepts/services-networking/ingress/ ; a resource backend is no service. */
function readIngress(spec: Field, namespace: string): Backend[] {
  const paths = spec
    .get('rules')
    .items()
    .flatMap((rule) => rule.at('http', 'paths').items());
  const fields = [
    spec.get('defaultBackend'),
    spec.get('backend'), // extensions/v1beta1
    ...paths.map((path) => path.get('backend')),
  ];
  return fields.flatMap((field) => {
    const service = field.get('service');
    const name = service.get('name').text() ?? field.get('serviceName').text();
    const port = service.at('port', 'number').integer() ?? service.at('port', 'name').text();
    return name === undefined ? [] : [backend(namespace, name, port ?? portOf(field.get('servicePort')))];
  });
}

/**
 * https://gateway-api.sigs.k8s.io/reference/spec/#backendref ; mirrored requests reach their backend, too. A backend in
 * another namespace needs a ReferenceGrant there, which is taken as given.
 */
function readGatewayRoute(spec: Field, namespace: string): Backend[] {
  const refs = spec
    .get('rules')
    .items()
    .flatMap((rule) => {
      const filters = [rule, ...rule.get('backendRefs').items()].flatMap((holder) => holder.get('filters').items());
      const weighed = rule.get('backendRefs').items().filter(hasWeight);
      return [...weighed, ...filters.map((filter) => filter.at('requestMirror', 'backendRef'))];
    });
  return refs.flatMap((ref) => {
    const name = ref.get('name').text();
    const isService = (ref.get('kind').text() ?? 'Service') === 'Service' && (ref.get('group').text() ?? '') === '';
    if (name === undefined || !isService) return [];
    return [backend(ref.get('namespace').text() ?? namespace, name, ref.get('port').integer())];
  });
}

/** https://docs.openshift.com/container-platform/latest/rest_api/network_apis/route-route-openshift-io-v1.html */
function readOpenShiftRoute(spec: Field, namespace: string): Backend[] {
  const port = portOf(spec.at('port', 'targetPort'));
  return [spec.get('to'), ...spec.get('alternateBackends').items()].filter(hasWeight).flatMap((target) => {
    const name = target.get('name').text();
    return name === undefined ? [] : [backend(namespace, name, port)];
  });
}

/** A backend whose weight is 0 gets nothing. https://gateway-api.sigs.k8s.io/reference/spec/#backendref */
function hasWeight(target: Field): boolean {
  return target.get('weight').integer() !== 0;
}

function backend(namespace: string, service: string, port: number | string | undefined): Backend {
  return { namespace, service, ...(port === undefined ? {} : { port }) };
}

function portOf(field: Field): number | string | undefined {
  return typeof field.value === 'string' ? field.text() : field.integer();
}
