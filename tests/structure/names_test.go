package structure_test

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/privacy"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const objectNames = "shared/domains/tenant/objects.go"

// folders reads the constants …Folder of the file that names objects.
func folders(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, s := range sources(t, objectNames) {
		ast.Inspect(s.tree, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if ok && len(spec.Values) == 1 && strings.HasSuffix(spec.Names[0].Name, "Folder") {
				value, _ := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
				all = append(all, value)
			}
			return true
		})
	}
	if len(all) < 5 {
		t.Fatalf("%s declares %v only", objectNames, all)
	}
	return all
}

func TestEveryFolderOfObjectsIsDeclared(t *testing.T) {
	var declared []string
	for _, p := range privacy.Declaration() {
		var begin string
		switch {
		case p.Store == privacy.Media && p.Owner == privacy.Nobody:
			begin = p.Kind
		case p.Store == privacy.Media:
			begin = tenant.ObjectKey("<tenant>", p.Kind)
		case p.Store == privacy.Ledger && (p.Kind == tenant.ErasuresFolder || p.Kind == tenant.ErasedFolder): // of no tenant that is there any more
			begin = p.Kind
			declared = append(declared, p.Kind)
		case p.Store == privacy.Ledger:
			// The ledger's own segments lie in a folder of each month, other books' in one of the book.
			if begin = tenant.ObjectPrefix("<tenant>"); !strings.HasPrefix(begin, p.Kind) {
				begin = tenant.ObjectKey("<tenant>", p.Kind)
				declared = append(declared, p.Kind)
			}
		default:
			continue
		}
		if !strings.HasPrefix(string(p.Key), begin) {
			t.Errorf("%s %s is declared as %s; %s makes %s…", p.Store, p.Kind, p.Key, objectNames, begin)
		}
		if p.Store == privacy.Media {
			declared = append(declared, p.Kind)
		}
	}
	sameNames(t, "folders that "+objectNames+" names", folders(t), "kinds of objects that shared/domains/privacy declares", declared)
}

// An object whose name is made elsewhere could lie outside of its tenant's
// prefix, or where no declaration looks.
func TestObjectsAreNamedInOnePlace(t *testing.T) {
	known := []string{tenant.VideoFile, tenant.CaptionsFile, tenant.ThumbnailFile}
	root := strings.TrimSuffix(tenant.ObjectPrefix(""), "/")
	folder := regexp.MustCompile(`(^|[*}]/)(` + strings.Join(append(folders(t), root), "|") + `)`)
	for _, s := range sources(t, "shared", "functions", "infra/template") {
		if s.isTest() || s.path == objectNames || s.dir() == "shared/domains/privacy" {
			continue
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			value, _ := strconv.Unquote(lit.Value)
			if folder.MatchString(value) || slices.Contains(known, value) {
				t.Errorf("%s: %q is written by hand: take it from %s", s.at.Position(lit.Pos()), value, objectNames)
			}
			return true
		})
	}
}

// A partition that is named elsewhere could be one that the guard does not know.
func TestPartitionsAreNamedInOnePlace(t *testing.T) {
	const named = "shared/domains/tenant/partitions.go"
	for _, s := range sources(t, "shared", "functions", "infra") {
		if s.isTest() || s.path == named || s.dir() == "shared/domains/privacy" {
			continue
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			value, _ := strconv.Unquote(lit.Value)
			if slices.ContainsFunc(tenant.Prefixes(), func(p string) bool { return strings.HasPrefix(value, p) }) {
				t.Errorf("%s: %q is written by hand: take it from %s", s.at.Position(lit.Pos()), value, named)
			}
			return true
		})
	}
}
