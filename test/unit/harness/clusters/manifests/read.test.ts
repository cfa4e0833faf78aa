import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readManifests, type ManifestPath } from '../../../../../src/harness/clusters/manifests/read.ts';
import { MayreachError } from '../../../../../src/source/error.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mayreach-manifests-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const policy = (name: string, rest = '') =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}}\n${rest}`;

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content);
}

async function read(...paths: readonly string[]): ReturnType<typeof readManifests> {
  return readManifests(paths.map((path) => ({ path: join(folder, path) })));
}

async function errorOf(reading: Promise<unknown>): Promise<MayreachError> {
  const error: unknown = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof MayreachError) return error;
  throw new Error('no error for users', { cause: error });
}

function relative(files: readonly { readonly path: string }[]): string[] {
  return files.map(({ path }) => path.slice(folder.length + 1));
}

describe('a folder', () => {
  it('is read recursively, sorted, without what is hidden, foreign or a requirement file', async () => {
    for (const path of ['b/z.yml', 'b/a.yaml', 'a.YAML', '.git/x.yaml', '.x.yaml', 'node_modules/p/x.yaml', 'x.txt']) {
      await write(path, policy('p'));
    }
    await write('c.json', JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's' } }));
    await write('shop.reach.yaml', policy('other'));
    await write('mayreach-report/evidence.json', '{"kind": "other"}');
    const { files, inventory } = await read('.');
    expect(relative(files)).toEqual(['a.YAML', 'b/a.yaml', 'b/z.yml', 'c.json']);
    expect(inventory.policies.map(({ id }) => id)).toEqual(['default/p']);
    expect(inventory.services).toHaveLength(1);
    expect(files[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('may hold links in a circle, and two ways to one file', async () => {
    await write('a/p.yaml', policy('p'));
    await symlink('..', join(folder, 'a/loop'));
    await symlink('p.yaml', join(folder, 'a/q.yaml'));
    const { files } = await read('.', 'a', 'a/q.yaml');
    expect(relative(files)).toEqual(['a/p.yaml']);
  });

  it('without manifests is said to be', async () => {
    const { inventory } = await read('.');
    expect(inventory.notes.map(({ text }) => text)).toEqual(['no manifests found']);
  });

  it('skips files without Kubernetes objects with one note, even those that are no YAML', async () => {
    await write('values.yaml', 'image: {{ nothing }}\nreplicas: 3\n');
    await write('compose.yaml', 'services: {web: {image: x, deploy: {kind: y}}}\n');
    await write('package.json', '{"name": "x"}');
    await write('kustomization.yaml', 'resources: [p.yaml]\n');
    await write('Chart.yaml', 'apiVersion: v2\nname: x\n');
    await write('p.yaml', policy('p'));
    const { files, inventory } = await read('.');
    expect(relative(files)).toEqual(['p.yaml']);
    expect(inventory.notes).toHaveLength(1);
    expect(inventory.notes[0]?.text).toMatch(/^skipped, no Kubernetes objects in them: .*values\.yaml$/);
  });

  it('keeps positions in the files as they were named', async () => {
    await write('k8s/p.yaml', `# first\n---\n${policy('p')}`);
    const { inventory } = await read('k8s');
    expect(inventory.policies[0]?.position).toEqual({ file: join(folder, 'k8s/p.yaml'), line: 3, column: 1 });
  });
});

describe('paths', () => {
  it('in a requirement file are relative to its folder', async () => {
    await write('team/k8s/p.yaml', policy('p'));
    const named: ManifestPath = {
      path: './k8s',
      position: { file: join(folder, 'team/shop.reach.yaml'), line: 3, column: 12 },
    };
    expect(relative((await readManifests([named])).files)).toEqual(['team/k8s/p.yaml']);
  });

  it('that lead nowhere are errors at the line that names them, with the nearest name', async () => {
    await write('manifests/p.yaml', policy('p'));
    const position = { file: join(folder, 'shop.reach.yaml'), line: 3, column: 12 };
    const error = await errorOf(readManifests([{ path: 'manifest', position }]));
    expect(error).toMatchObject({ code: 'FILE_NOT_FOUND', position, hint: 'Did you mean `manifests`?' });
    expect((await errorOf(read('nowhere/at/all'))).hint).toContain('nowhere does not exist either');
  });

  it('that are URLs are not fetched, and what to do is said', async () => {
    const position = { file: join(folder, 'shop.reach.yaml'), line: 3, column: 12 };
    const url = 'https://example.com/k8s/all.yaml';
    for (const error of [await errorOf(readManifests([{ path: url, position }])), await errorOf(read(url))]) {
      expect(error).toMatchObject({ code: 'FILE_NOT_FOUND', message: `${url} is a URL, and URLs are not fetched` });
      expect(error.hint).toContain('--manifests -');
    }
  });

  it('of several unite into one inventory', async () => {
    await write('a.yaml', '{apiVersion: v1, kind: Namespace, metadata: {name: default, labels: {env: prod}}}');
    await write('b.yaml', policy('p'));
    expect((await read('a.yaml', 'b.yaml')).inventory.namespaces).toMatchObject([{ defined: true }]);
  });
});

describe('a pipe with a name', () => {
  it('is read as the shell gives it, and nothing is left open', async () => {
    const pipe = join(folder, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    const [{ files, inventory }] = await Promise.all([readManifests([{ path: pipe }]), writeFile(pipe, policy('p'))]);
    expect(inventory.policies[0]).toMatchObject({ id: 'default/p', position: { file: pipe } });
    expect(files).toMatchObject([{ path: pipe }]);
  });

  it('with a mistake is told as a file is', async () => {
    const pipe = join(folder, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    const writing = writeFile(pipe, 'kind: [');
    expect(await errorOf(readManifests([{ path: pipe }]))).toMatchObject({ code: 'YAML_SYNTAX' });
    await writing;
  });
});

describe('stdin', () => {
  async function* chunks(text: string): AsyncGenerator<Uint8Array> {
    for (const byte of Buffer.from(text)) yield await Promise.resolve(Uint8Array.of(byte));
  }

  it('is read once, whole, with every document', async () => {
    const text = `${policy('ü-is-no-name', '').replace('ü-is-no-name', 'p')}# grüße\n---\n${policy('q')}`;
    const { files, inventory } = await readManifests([{ path: '-' }, { path: '-' }], chunks(text));
    expect(inventory.policies.map(({ id, position }) => [id, position.file, position.line])).toEqual([
      ['default/p', 'stdin', 1],
      ['default/q', 'stdin', 6],
    ]);
    expect(files.map(({ path }) => path)).toEqual(['stdin']);
  });

  it('is to hold something: whoever writes there may have failed', async () => {
    const error = await errorOf(readManifests([{ path: '-' }], chunks(' \n')));
    expect(error).toMatchObject({ code: 'MANIFEST_INVALID', position: { file: 'stdin' } });
    expect(error.hint).toContain('may have failed');
  });
});

describe('what cannot be read', () => {
  it.each([
    'name: {{ .Release.Name }}',
    'name: {{ .Release.Name }}-p',
    'name: "{{ printf "%s" .Release.Name }}"',
    'name: p\n  {{- include "labels" . | nindent 2 }}',
  ])('a Helm template, with what to do: %s', async (metadata) => {
    await write('templates/p.yaml', `apiVersion: v1\nkind: Service\nmetadata:\n  ${metadata}\nspec: {}\n`);
    const error = await errorOf(read('.'));
    expect(error.code).toBe('YAML_SYNTAX');
    expect(error.position?.file).toBe(join(folder, 'templates/p.yaml'));
    expect(error.hint).toContain('helm template … | mayreach run --manifests -');
  });

  it('braces in quotes are no template', async () => {
    await write('c.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {x: "{{ y }}"}\n');
    expect((await read('.')).files).toHaveLength(1);
  });

  it('YAML with a fault, at its place', async () => {
    await write('p.yaml', '# {{ far away }}\n\n\n\nkind: NetworkPolicy\nmetadata: [\n');
    const error = await errorOf(read('.'));
    expect(error).toMatchObject({ code: 'YAML_SYNTAX', position: { file: join(folder, 'p.yaml') } });
    expect(error.format()).not.toContain('helm');
  });

  it('patches of a kustomization, with what to do', async () => {
    await write('base/p.yaml', policy('p', 'spec: {policyTypes: [Ingress]}\n'));
    await write('overlay/kustomization.yaml', 'resources: [../base]\npatches: [{path: patch.yaml}]\n');
    await write('overlay/patch.yaml', policy('p', 'spec: {policyTypes: [Egress]}\n'));
    const error = await errorOf(read('.'));
    expect(error.code).toBe('OBJECT_CONFLICT');
    expect(error.hint).toContain('kubectl kustomize');
  });

  it('binary files are skipped: they are encrypted, perhaps, and no manifest', async () => {
    await write('secret.yaml', Uint8Array.of(0, 0x47, 0x49, 0x54, 0xff));
    const { inventory } = await read('.');
    expect(inventory.notes[0]?.text).toContain('secret.yaml');
  });

  it('bytes that are no text, but may be a policy in another encoding', async () => {
    await write('p.yaml', Uint8Array.of(0x6b, 0xff, 0x80));
    expect(await errorOf(read('.'))).toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});

it('takes UTF-16 with its mark, as PowerShell writes it, and UTF-8 with one', async () => {
  await write('a.yaml', Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(policy('wide'), 'utf16le')]));
  await write('b.yaml', `\ufeff${policy('marked')}`);
  expect((await read('.')).inventory.policies.map(({ id }) => id)).toEqual(['default/marked', 'default/wide']);
});
