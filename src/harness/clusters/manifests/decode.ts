import { createHash } from 'node:crypto';
import { MayreachError } from '../../../source/error.ts';

export interface ManifestFile {
  /** As a person would write it; `stdin` for what was piped in. */
  readonly path: string;
  /** Of the bytes, in hexadecimal. */
  readonly sha256: string;
}

/**
 * The text of a file's bytes: UTF-8, or UTF-16 where a byte order mark says so, as PowerShell's `>` writes it.
 * Undefined for binary data (an encrypted secret): with a NUL in it, it is no manifest in any encoding.
 * @throws MayreachError FILE_UNREADABLE for other bytes that are no text: it may be a policy in another encoding
 */
export function decode(bytes: Uint8Array, file: string): string | undefined {
  const [first, second] = bytes;
  const utf16 = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : null;
  if (utf16 === null && bytes.includes(0)) return undefined;
  try {
    return new TextDecoder(utf16 ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new MayreachError(`${file} is not text in UTF-8`, {
      code: 'FILE_UNREADABLE',
      hint: 'Save it as UTF-8, or keep it out of the manifests.',
      cause: error,
    });
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
