package httpapi

import "context"

// The contract, for programs and for people.
var (
	OpenAPIGet = endpoint[None, Content](Route{
		Name: "openapi-get", Method: "GET", Pattern: "/api/openapi.json", Tag: "Service",
		Summary: "This document", Description: "OpenAPI 3.1, generated from the rows that the service itself runs on.",
		ContentType: "application/json",
	})
	DocsGet = endpoint[None, Content](Route{
		Name: "docs-get", Method: "GET", Pattern: "/api/docs", Tag: "Service",
		Summary: "The documentation page", ContentType: "text/html; charset=utf-8",
	})
)

// GetDocument answers with one document that was generated when the function
// was built. policy is its Content-Security-Policy; "" for none.
func GetDocument(policy string, content []byte) Handler[None, Content] {
	return func(_ context.Context, in *Request[None]) (Content, error) {
		in.SetHeader("Cache-Control", "public, max-age=300")
		if policy != "" {
			in.SetHeader("Content-Security-Policy", policy)
		}
		return content, nil
	}
}
