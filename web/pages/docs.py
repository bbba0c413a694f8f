"""/api/docs: the API reference, to browse and try out."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from web.static_files import address

_FILES = "https://cdn.jsdelivr.net/npm/swagger-ui-dist@5.35.0"
_STYLE = "sha384-WlYgdmXYOOBWL5apwjDEZwN+U3HmXSSu5R6V5aGxEcf7z+KuRNwBhoxKVN1i3D5I"
_SCRIPT = "sha384-gjRm0bEPMeTmMh5jT2cHccIwCUZSTd8YC+j0d0sXw0MdGEfScduGpSyF3ZSSLkX9"
# Exactly these two third-party files, each with its digest.
_POLICY = (
    f"default-src 'none'; script-src 'self' {_FILES}/swagger-ui-bundle.js; "
    f"style-src 'self' {_FILES}/swagger-ui.css; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = f"""<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Tatiana's API</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="{_FILES}/swagger-ui.css" integrity="{_STYLE}" crossorigin="anonymous">
  <link rel="stylesheet" href="{address("css/docs.css")}">
</head>
<body>
  <noscript>
    <p>This page needs JavaScript. Here is <a href="/api/v1/openapi.json">the document itself</a>.</p>
  </noscript>
  <main id="docs" data-document="/api/v1/openapi.json">
    <p>The viewer comes from cdn.jsdelivr.net. Where that can't be reached, here is
      <a href="/api/v1/openapi.json">the document itself</a>.</p>
  </main>
  <script src="{_FILES}/swagger-ui-bundle.js" integrity="{_SCRIPT}" crossorigin="anonymous"></script>
  <script src="{address("docs.js")}"></script>
</body>
</html>
"""


async def show(_request: Request) -> Response:
    """The page; the API document is loaded by a separate request."""
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})
