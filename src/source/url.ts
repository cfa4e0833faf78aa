/** A remedy for a URL where a path is meant: nothing is fetched, so that a run depends on what is here alone. */
export interface UrlInPlaceOfPath {
  readonly message: string;
  readonly hint: string;
}

/** What to say of a path that is not there and looks like a URL, also after it was joined to a folder; else undefined. */
export function urlInPlaceOfPath(path: string): UrlInPlaceOfPath | undefined {
  const [, scheme, rest] = /(?:^|[\\/])(https?|oci|s3|git\+https?):[\\/]+(.+)$/i.exec(path) ?? [];
  if (scheme === undefined || rest === undefined) return undefined;
  return {
    message: `${scheme}://${rest} is a URL, and URLs are not fetched`,
    hint: 'Download it and name the file, or pipe it: curl -fsS URL | mayreach run … --manifests -',
  };
}
