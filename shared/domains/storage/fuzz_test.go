package storage

import (
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// FuzzPlace: the object of an event belongs to the tenant that its key begins
// with, and to nobody when it is spelt otherwise than a key of ours.
func FuzzPlace(f *testing.F) {
	const owner, id = "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAW"
	for _, seed := range []string{
		"", "/", "tenants/", "tenants//x", "tenants/" + owner, "tenants/" + owner + "/", "tenants/" + owner + "/uploads/" + id, "tenants/" + owner + "/uploads/" + id + "/../" + id, "tenants/" + owner + "/incoming/" + id, "tenants/" + owner + "/incoming/" + id + "/x",
		"tenants/" + owner + "/jobs/" + id + "/video.mp4", "tenants/" + owner + "/jobs/" + id + "/parts/1.mp4", "tenants%2F" + owner + "%2Fjobs", "tenants/" + strings.ToLower(owner) + "/uploads/" + id, "tenants/" + owner + "//uploads/" + id, "tenants/" + owner + "/images/" + id + "\x00", "erasures/x", "voices/a.mp3",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, key string) {
		owner, name, owned := tenant.ReadObjectKey(key)
		if owned && (!tenant.ValidID(string(owner)) || tenant.ObjectKey(owner, name) != key) {
			t.Errorf("%q is read as %q of %q", key, name, owner)
		}
		at, counts := placeOf(key)
		if !counts {
			return
		}
		if !owned || at.tenant != owner || at.name != name || !tenant.ValidID(at.subject.ID) || !strings.Contains(name, at.subject.ID) {
			t.Errorf("%q is counted as %+v", key, at)
		}
		for _, object := range at.subject.Objects() {
			if again, still := placeOf(tenant.ObjectKey(owner, object)); !still || again.subject != at.subject {
				t.Errorf("%q, of the same subject, is counted as %+v", object, again)
			}
		}
	})
}
