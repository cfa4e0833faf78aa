import { MayreachError } from '../../../source/error.ts';
import { parseYaml } from '../../../source/yaml.ts';
import type { SourceObject } from '../../inventory/objects.ts';

const HELM_HINT =
  'It looks like a Helm template: render it first, as in `helm template … | mayreach run --manifests - …`.';

/**
 * The objects in the text of one file; undefined where it holds none, because nothing in it is said to be of a kind:
 * Helm values, package.json and the like. Such a file is not even parsed: it need not be YAML.
 * @throws MayreachError YAML_SYNTAX, INPUT_TOO_LARGE
 */
export function readDocuments(text: string, file: string): SourceObject[] | undefined {
  if (!/(?:^|[\s{,"'])(?:kind|apiVersion)["']?\s*:/.test(text)) return undefined;
  const objects = parse(text, file).map((document) => ({
    object: document.value,
    positionOf: document.positionOf.bind(document),
  }));
  return objects.some(({ object }) => isNamed(object)) ? objects : undefined;
}

/** A template's actions are no YAML: what holds them does not parse, unless they stand in quotes or comments. */
function parse(text: string, file: string): ReturnType<typeof parseYaml> {
  try {
    return parseYaml(text, file, { scalars: 'kubectl' });
  } catch (error) {
    if (!(error instanceof MayreachError) || error.code !== 'YAML_SYNTAX') throw error;
    if (!isTemplate(text, error.position?.line ?? 0)) throw error;
    throw new MayreachError(error.message, {
      code: error.code,
      position: error.position,
      hint: HELM_HINT,
      cause: error,
    });
  }
}

/** An action where the parser stumbled, or one outside quotes and comments: for some faults it names only the document. */
function isTemplate(text: string, line: number): boolean {
  const near = text.split(/\r\n|\r|\n/).slice(Math.max(0, line - 3), line + 1);
  return near.some((part) => part.includes('{{')) || /^[^'"#]*\{\{/m.test(text);
}

/** At the top of the document a kind, or its other half, makes an object of it. */
function isNamed(object: unknown): boolean {
  if (typeof object !== 'object' || object === null) return false;
  return 'kind' in object || ('apiVersion' in object && ('metadata' in object || 'items' in object));
}
