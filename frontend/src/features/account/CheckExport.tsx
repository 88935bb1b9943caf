const commands = `unzip export.zip -d export && cd export
sha256sum manifest.json
jq -r '.files[] | .sha256 + "  " + .path' manifest.json | sha256sum --check --quiet`;

/** How to see, with nothing of ours, that an archive came whole. */
export function CheckExport() {
  return (
    <details className="account__more">
      <summary>How to check an export</summary>
      <p>
        The archive holds <code>manifest.json</code>, which lists every other file with its size and its SHA-256. The checksum of
        that list is shown here, beside the download. In a terminal:
      </p>
      <pre className="account__code">{commands}</pre>
      <p>
        The second line must print the checksum that is shown here; the third prints nothing when every file is as it was packed.
        To read what is inside, open <code>index.html</code> in a browser: it needs no connection.
      </p>
    </details>
  );
}
