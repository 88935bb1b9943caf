package httpapi

import (
	"net/http"

	"github.com/devotionalai/platform/shared/domains/auth"
)

// OpenAPIGet serves the contract for programs.
var OpenAPIGet = Route{
	Name: "openapi-get", Method: "GET", Pattern: "/api/openapi.json", Tag: "Service", Status: http.StatusOK,
	Summary: "This document", Description: "OpenAPI 3.1, generated from the rows that the service itself runs on.",
	ContentType: "application/json",
}

// DocsGet serves the contract for people.
var DocsGet = Route{
	Name: "docs-get", Method: "GET", Pattern: "/api/docs", Tag: "Service", Status: http.StatusOK,
	Summary: "The documentation page", ContentType: "text/html; charset=utf-8",
}

// GetDocument answers with one document that was generated when the function
// was built. policy is its Content-Security-Policy; "" for none.
func GetDocument(contentType, policy string, content []byte) Handler {
	return func(w http.ResponseWriter, _ *http.Request, _ auth.Caller) error {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "public, max-age=300")
		if policy != "" {
			w.Header().Set("Content-Security-Policy", policy)
		}
		_, err := w.Write(content)
		return err
	}
}
