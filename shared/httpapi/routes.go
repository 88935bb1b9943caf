package httpapi

import (
	"net/http"
	"net/url"
	"slices"
)

// Routes lists every row, in the order of the documentation: each file adds its
// own. A row that is missing here has no page, no entry in the OpenAPI document
// and no test; the structure tests find it.
func Routes() []Route {
	return slices.Concat(
		signInRoutes(), sessionRoutes(), apiKeyRoutes(), memberRoutes(), activityRoutes(), mailboxRoutes(), exportRoutes(),
		erasureRoutes(), backupRoutes(),
		usageRoutes(), billingRoutes(), templateRoutes(), voiceRoutes(), imageRoutes(), uploadRoutes(), projectRoutes(), jobRoutes(), youTubeRoutes(), serviceRoutes(),
	)
}

// methodsOf lists the methods that rows have for a path, sorted; none for a
// path that no row has.
func methodsOf(path string) []string {
	mux := http.NewServeMux()
	methods := map[string]bool{}
	for _, r := range Routes() {
		if r.Pattern != "/" {
			mux.Handle(r.muxPattern(), http.NotFoundHandler())
			methods[r.Method] = true
		}
	}
	var found []string
	for method := range methods {
		asked := &http.Request{Method: method, URL: &url.URL{Path: path}}
		if _, pattern := mux.Handler(asked); pattern != "" {
			found = append(found, method)
		}
	}
	slices.Sort(found)
	return found
}
