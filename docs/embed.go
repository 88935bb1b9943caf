// Package docs holds the generated documents that the API serves. `make openapi`
// writes them; a test fails when they are stale.
package docs

import _ "embed"

// OpenAPI is the OpenAPI 3.1 document.
//
//go:embed openapi.json
var OpenAPI []byte

// Page is the documentation page. It has one inline style, no script, and loads nothing.
//
//go:embed api.html
var Page []byte

// PagePolicy is the Content-Security-Policy under which Page works: its own
// style by hash, nothing else.
//
//go:embed api.csp
var PagePolicy string
