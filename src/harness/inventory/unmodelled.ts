/** Thrown by a reader where a policy says more than is modelled; `message` is the reason, as a sentence's end. */
export class Unmodelled extends Error {
  override readonly name = 'Unmodelled';
}

/** What `read` gives, or the reason why it is not modelled. */
export function tryRead<Read>(read: () => Read): { readonly read: Read } | { readonly reason: string } {
  try {
    return { read: read() };
  } catch (error) {
    if (error instanceof Unmodelled) return { reason: error.message };
    throw error;
  }
}
