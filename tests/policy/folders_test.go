package policy_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/policy"
)

// clearing are the calls that remove versions, or what was begun to be uploaded.
func clearing() []string {
	return []string{"DeleteObjectVersion", "AbortMultipartUpload", "ListMultipartUploadParts"}
}

// TestVersionsAreRemovedWhereTheActSays: in one folder, or everywhere, or nowhere; by
// the role that is assumed and by what narrows it alike.
func TestVersionsAreRemovedWhereTheActSays(t *testing.T) {
	t.Parallel()
	l, cases := product(t), 0
	for _, o := range tenant.Openings() {
		if o.Role == "" {
			continue
		}
		session, role := l.session(o), l.role(o.Act)
		for _, folder := range []string{tenant.ExportFolder, tenant.UploadFolder, tenant.JobFolder, tenant.ImageFolder, tenant.IncomingFolder, "other/"} {
			for _, call := range clearing() {
				cases++
				want := o.Clears == folder || o.Empties && call != "ListMultipartUploadParts"
				r := policy.Request{Action: "s3:" + call, Resource: policy.Media + "/" + tenant.ObjectKey(mine, folder+"a")}
				for layer, all := range map[string][]policy.Document{"both policies": {session, role}, "the role": {role}, "the session": {session}} {
					if got := policy.Allow(r, all...); got != want {
						t.Errorf("%q: %s says %v to %s in %s, declared is %v", o.Act, layer, got, call, folder, want)
					}
				}
			}
		}
	}
	t.Logf("%d calls", cases)
}

// TestWhoClearsExports: what admits or ends a render has nothing to clear.
func TestWhoClearsExports(t *testing.T) {
	t.Parallel()
	var who []string
	for _, f := range deeds(t) {
		if f.act.Opens().Clears != "" {
			who = append(who, f.Name)
		}
	}
	slices.Sort(who)
	if want := []string{"export-close", "export-pack", "export-read", "export-settle", "work-sweep"}; !slices.Equal(who, want) {
		t.Errorf("%v clear exports, want %v", who, want)
	}
}

// TestWhoWasErasedIsFor those whose act names the folder, outside of a tenant's scope:
// guard and own role. Nobody removes any of it, and who asks whether an account was
// erased sees no certificate.
func TestWhoWasErasedIsForTheActsThatNameIt(t *testing.T) {
	t.Parallel()
	open := map[string][]string{}
	for _, f := range deeds(t) {
		own, err := policy.Own(f.Function)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		for _, folder := range []string{tenant.ErasuresFolder, tenant.ErasedFolder} {
			for _, call := range []string{"GetObject", "PutObject", "DeleteObject", "ListBucket"} {
				r := policy.Request{Action: "s3:" + call, Resource: policy.Ledger + "/" + folder + "a"}
				if call == "ListBucket" {
					r.Resource, r.Keys = policy.Ledger, map[string][]string{"s3:prefix": {folder + "a"}}
				}
				if !policy.Allow(r, own) {
					continue
				}
				if !slices.Contains(f.act.Opens().Locked, folder) {
					t.Errorf("%s does %q, and its own role allows %s in %s", f.Name, f.act, call, folder)
				}
				open[f.Name] = append(open[f.Name], call+" "+folder)
			}
		}
	}
	for name, want := range map[string]string{
		"storage-correct": "ListBucket erased/",
		"erase-certify":   "GetObject erasures/, PutObject erasures/, PutObject erased/",
		"erasure-replay":  "GetObject erasures/, ListBucket erasures/, PutObject erased/",
	} {
		if got := strings.Join(open[name], ", "); got != want {
			t.Errorf("%s may %s, want %s", name, got, want)
		}
	}
	for _, o := range tenant.Openings() {
		root := tenant.Doing(t.Context(), o.Act)
		for _, folder := range []string{tenant.ErasuresFolder, tenant.ErasedFolder} {
			want := slices.Contains(o.Locked, folder)
			for _, call := range []string{"GetObject", "PutObject", "ListBucket"} {
				if got := passes(t, askObject(root, call, folder+"a")); got != want {
					t.Errorf("%q: the guard says %v to %s in %s", o.Act, got, call, folder)
				}
				if passes(t, askObject(tenant.WithTenant(root, mine), call, folder+"a")) {
					t.Errorf("%q: the guard lets a tenant's scope %s in %s", o.Act, call, folder)
				}
			}
		}
	}
}
