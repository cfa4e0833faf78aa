import { MayreachError } from '../source/error.ts';

/** The least that package.json's `engines` takes. */
const LEAST = [22, 22] as const;

/** npm only warns of a Node that is too old; what then fails, fails in the middle. @throws MayreachError NODE_TOO_OLD */
export function checkNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return;
  throw new MayreachError(`mayreach needs Node ${LEAST.join('.')} or newer, and this is ${version}`, {
    code: 'NODE_TOO_OLD',
    hint: 'Install a newer one; inside a project `npm install --save-dev node` brings one along, and npx takes it',
  });
}
