package container_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// at follows keys through nested documents; a number is an index.
func at(doc any, path string) any {
	for key := range strings.SplitSeq(path, ".") {
		switch now := doc.(type) {
		case map[string]any:
			doc = now[key]
		case []any:
			if key != "0" || len(now) == 0 {
				return nil
			}
			doc = now[0]
		default:
			return nil
		}
	}
	return doc
}

// TestThePodHasNoMoreRightsThanItNeeds.
func TestThePodHasNoMoreRightsThanItNeeds(t *testing.T) {
	set := manifests(t)["statefulset.yaml"]
	const pod, container = "spec.template.spec.", "spec.template.spec.containers.0."
	for path, want := range map[string]any{
		"spec.replicas":                                         1.0,
		pod + "automountServiceAccountToken":                    false,
		pod + "securityContext.runAsNonRoot":                    true,
		pod + "securityContext.runAsUser":                       10001.0,
		pod + "securityContext.seccompProfile.type":             "RuntimeDefault",
		pod + "hostNetwork":                                     nil,
		pod + "hostPID":                                         nil,
		container + "securityContext.readOnlyRootFilesystem":    true,
		container + "securityContext.allowPrivilegeEscalation":  false,
		container + "securityContext.privileged":                nil,
		container + "securityContext.capabilities.drop.0":       "ALL",
		container + "securityContext.capabilities.add":          nil,
		container + "startupProbe.httpGet.path":                 "/api/health",
		container + "readinessProbe.httpGet.path":               "/api/health",
		container + "livenessProbe.httpGet.path":                "/api/health",
		container + "livenessProbe.httpGet.httpHeaders.0.value": "localhost",
		"spec.volumeClaimTemplates.0.spec.accessModes.0":        "ReadWriteOnce",
		"spec.volumeClaimTemplates.0.metadata.name":             "data",
		container + "volumeMounts.0.mountPath":                  "/app/.data",
	} {
		if got := at(set, path); got != want {
			t.Errorf("%s is %v, not %v", path, got, want)
		}
	}
	for _, path := range []string{"limits.cpu", "limits.memory", "limits.ephemeral-storage", "requests.cpu", "requests.memory"} {
		if at(set, container+"resources."+path) == nil {
			t.Errorf("%s is open", path)
		}
	}
	if at(manifests(t)["networkpolicy.yaml"], "spec.ingress.0.from.0.podSelector.matchLabels") == nil {
		t.Error("the network policy lets everybody in")
	}
}

// TestTheImageRunsAsAnUnprivilegedNumber, which Kubernetes can compare, and ends by
// the signal that the runner hears; each base is an exact version.
func TestTheImageRunsAsAnUnprivilegedNumber(t *testing.T) {
	raw, err := os.ReadFile(folder("Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	last := raw[strings.LastIndex(string(raw), "\nFROM "):]
	for _, line := range []string{`USER 10001:10001`, `STOPSIGNAL SIGTERM`, `VOLUME /app/\.data`, `HEALTHCHECK .*`, `ENTRYPOINT \["/app/\.build/run", "-built"\]`, `.*BIND_ADDRESS=0\.0\.0\.0.*`} {
		if !regexp.MustCompile(`(?m)^` + line).Match(last) {
			t.Errorf("the last stage has no %s", line)
		}
	}
	for _, from := range regexp.MustCompile(`(?m)^FROM (\S+)`).FindAllSubmatch(raw, -1) {
		if !regexp.MustCompile(`:\d+\.\d+\.\d+-`).Match(from[1]) {
			t.Errorf("%s is no exact version", from[1])
		}
	}
}
