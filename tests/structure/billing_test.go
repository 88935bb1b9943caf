package structure_test

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// TestOnlyTheWorkerWritesWhatWasBought: the subscription's key is used by what
// reads or checks it, by the sign-up, and by the store of the worker, which no
// other function has. So no page, no operator and no webhook can give a plan away.
// The sweep may say when it is read again, and the next test holds it to that.
func TestOnlyTheWorkerWritesWhatWasBought(t *testing.T) {
	// By name of what is called: which function of the store may, or which folder.
	callers := map[string][]string{
		"kindSubscription":   {"subscriptionKey"},
		"subscriptionKey":    {"held", "decisive", "subscriptionCheck", "create", "subscriptionUpdate", "PutOff"},
		"subscriptionUpdate": {"Apply"},
	}
	holders := map[string][]string{
		"NewSubscriptions": {"functions/billing-apply"},
		"Worker":           {"functions/billing-apply"}, // of billing
	}
	uses := map[string]int{}
	for _, s := range sources(t, "shared", "functions", "infra") {
		if s.isTest() {
			continue
		}
		for _, d := range s.tree.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.Ident:
					if allowed, watched := callers[n.Name]; watched && n != f.Name {
						uses[n.Name]++
						if s.dir() != "shared/technologies/dynamo" || !slices.Contains(allowed, f.Name.Name) {
							t.Errorf("%s: %s uses %s: only %v may", s.path, f.Name.Name, n.Name, allowed)
						}
					}
				case *ast.SelectorExpr:
					pkg, _ := n.X.(*ast.Ident)
					allowed, watched := holders[n.Sel.Name]
					ofBilling := pkg != nil && (pkg.Name == "billing" || pkg.Name == "dynamo")
					if watched && ofBilling && !slices.Contains(allowed, s.dir()) {
						t.Errorf("%s uses %s.%s: only %v may", s.path, pkg.Name, n.Sel.Name, allowed)
					}
				}
				return true
			})
		}
	}
	for name := range callers {
		if uses[name] == 0 {
			t.Errorf("nothing uses %s: this test looks at nothing", name)
		}
	}
}

// TestTheSweepMovesNothingButATime: of what was bought and what was granted, what
// puts their reading off names no attribute but the two of the index of open work,
// and writes one of them.
func TestTheSweepMovesNothingButATime(t *testing.T) {
	for _, s := range sources(t, "shared/technologies/dynamo") {
		for _, d := range s.tree.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Name.Name != "PutOff" {
				continue
			}
			var named, written []string
			ast.Inspect(f.Body, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.Ident:
					if strings.HasPrefix(n.Name, "attr") {
						named = append(named, n.Name)
					}
				case *ast.BasicLit:
					if strings.HasPrefix(n.Value, `"SET `) {
						written = append(written, n.Value)
					}
				}
				return true
			})
			if !slices.Equal(named, []string{"attrOpen", "attrDue"}) || !slices.Equal(written, []string{`"SET #due = :until"`}) {
				t.Errorf("it names %v, and writes %v", named, written)
			}
			return
		}
	}
	t.Error("nothing puts the reading of a plan off: this test looks at nothing")
}

// TestTheSubscriptionIsNamedOnce: who wrote its key by hand would pass the test above.
func TestTheSubscriptionIsNamedOnce(t *testing.T) {
	named := []string{"shared/technologies/dynamo/keys.go", "shared/domains/openwork/openwork.go", "shared/domains/privacy/billing.go"}
	for _, s := range sources(t, "shared", "functions", "infra") {
		if s.isTest() || slices.Contains(named, s.path) {
			continue
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Value == `"SUBSCRIPTION"` {
				t.Errorf("%s: SUBSCRIPTION is written by hand", s.at.Position(lit.Pos()))
			}
			return true
		})
	}
}
